// What the API takes and gives about impairments. The words are those of a topology file
// (topology/file/impairment-schema.ts). Part of schemas.ts, which says the rest.

import { z } from 'zod';
import {
  directionPatchSchema,
  directionSchema,
  impairmentsPatchSchema,
  impairmentsSchema,
} from '../../topology/file/impairment-schema.ts';
import { COMPONENTS, component } from './component.ts';

/** Impairments of a link as they shall be. */
export const IMPAIRMENTS = impairmentsSchema;
COMPONENTS.add(IMPAIRMENTS, { id: 'Impairments' });
COMPONENTS.add(directionSchema, { id: 'Impairment' });

/** What shall be different about the impairments of a link. */
export const IMPAIRMENTS_PATCH = impairmentsPatchSchema;
COMPONENTS.add(IMPAIRMENTS_PATCH, { id: 'ImpairmentsPatch' });
COMPONENTS.add(directionPatchSchema, { id: 'ImpairmentPatch' });

// Replies may grow, so this says no more than that it can be sent back.
const words = z.record(z.string(), z.unknown()).meta({ description: 'In the words of `Impairment`, without presets' });

/** The impairments of a link as they are. */
export const DIRECTIONS_STATUS = component(
  'ImpairmentsStatus',
  'What a link does to frames now, per direction; a direction without impairments is left out. Delays are one-way',
  z.object({ 'a-to-b': words.optional(), 'b-to-a': words.optional() }),
);

/** One link and its impairments. */
export const LINK_IMPAIRMENTS = component(
  'LinkImpairments',
  'A link and what it does to frames',
  z.object({ link: z.string(), impairments: DIRECTIONS_STATUS }),
);

/** All links that have impairments. */
export const ALL_IMPAIRMENTS = component(
  'AllImpairments',
  'All links that have impairments, in the order of the topology',
  z.object({ links: z.array(LINK_IMPAIRMENTS) }),
);

/** The wires that have a name. */
export const PRESET_LIST = component(
  'Presets',
  'Bad wires that people know by name',
  z.object({
    presets: z.array(
      z.object({
        name: z.string(),
        title: z.string(),
        source: z.string().meta({ description: 'Where the figures come from' }),
        'a-to-b': words,
        'b-to-a': words,
      }),
    ),
  }),
);

/** See {@link DIRECTIONS_STATUS}. */
export type ImpairmentsStatus = z.infer<typeof DIRECTIONS_STATUS>;
/** See {@link LINK_IMPAIRMENTS}. */
export type LinkImpairments = z.infer<typeof LINK_IMPAIRMENTS>;
/** See {@link ALL_IMPAIRMENTS}. */
export type AllImpairments = z.infer<typeof ALL_IMPAIRMENTS>;
/** See {@link PRESET_LIST}. */
export type Presets = z.infer<typeof PRESET_LIST>;
