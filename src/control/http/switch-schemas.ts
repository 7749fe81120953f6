// What the API takes and gives about switches: their settings, those of their ports, and the addresses they have learned.
// The words are those of a topology file (topology/file/switch-schema.ts). Part of schemas.ts, which says the rest.

import { z } from 'zod';
import { portShape, stormShape, switchShape } from '../../topology/file/switch-schema.ts';
import { MAX_VLAN } from '../../topology/port-words.ts';
import { component } from './component.ts';

const MAX_TEXT_LENGTH = 1024;

/** Settings of a port. */
export const PORT = component(
  'Port',
  'Settings of a port of a switch; without `vlan` and `trunk` it carries all frames as they are',
  z.strictObject(portShape),
);

/** Settings of a switch. */
export const SWITCH_SETTINGS = component(
  'SwitchSettings',
  'Settings of a switch',
  z.strictObject({ ...switchShape, storm: z.strictObject(stormShape).optional() }),
);

/** What shall be different about a switch. */
export const SWITCH_PATCH = component(
  'SwitchPatch',
  'What shall be different about a switch; null makes a setting the default',
  z.strictObject({
    ageing: switchShape.ageing.nullable(),
    'mac-limit': switchShape['mac-limit'].nullable(),
    reserved: switchShape.reserved.nullable(),
    storm: z
      .strictObject({ broadcast: stormShape.broadcast.nullable(), unknown: stormShape.unknown.nullable() })
      .nullable()
      .optional(),
  }),
);

/** So many addresses are in a reply at most: more would hold up all others who ask. */
export const MOST_MACS = 10_000;

/** Which addresses are meant. */
export const FLUSH_QUERY = z.strictObject({
  mac: z.string().max(MAX_TEXT_LENGTH).optional().meta({ description: 'This address: `02:00:00:00:00:01`' }),
  vlan: z
    .string()
    .regex(/^\d{1,4}$/, { error: `Write a number from 0 to ${MAX_VLAN}` })
    .optional()
    .meta({ description: 'Those of this VLAN; 0: of none' }),
  endpoint: z.string().max(MAX_TEXT_LENGTH).optional().meta({ description: 'Those behind this endpoint' }),
});

/** Which addresses are meant, and which of them are told. */
export const MACS_QUERY = FLUSH_QUERY.extend({
  limit: z
    .string()
    .regex(/^(?:[1-9]\d{0,3}|10000)$/, { error: `Write a number from 1 to ${MOST_MACS}` })
    .optional()
    .meta({ description: 'So many of them at most; 10,000 if not said' }),
  after: z
    .string()
    .regex(/^\d{1,4}\/[\da-fA-F:.-]{12,17}$/, { error: 'Write VLAN/ADDRESS, such as "10/02:00:00:00:00:01"' })
    .optional()
    .meta({ description: 'Those behind this one, as VLAN/ADDRESS: `10/02:00:00:00:00:01`' }),
});

/** Addresses of a switch. */
export const MACS = component(
  'Macs',
  'Addresses that a switch has learned',
  z.object({
    macs: z.array(
      z.object({
        mac: z.string().meta({ example: '02:00:00:00:00:01' }),
        vlan: z.int().meta({ description: '0: frames without a tag, at ports without a VLAN' }),
        endpoint: z.string().meta({ description: 'Where it is' }),
        ageSeconds: z.number().min(0).meta({ description: 'Since the last frame from it' }),
      }),
    ),
    total: z.int().min(0).meta({ description: 'How many fit; there may be more of them than are told' }),
  }),
);

/** See {@link PORT}. */
export type PortRequest = z.infer<typeof PORT>;
/** See {@link MACS}. */
export type Macs = z.infer<typeof MACS>;
/** See {@link FLUSH_QUERY}. */
export type FlushQuery = z.infer<typeof FLUSH_QUERY>;
