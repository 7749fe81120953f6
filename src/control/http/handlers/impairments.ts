// What links do to frames: one link at a time, and all at once. Every change is a change of the topology.

import { TcpbridgeError } from '../../../errors.ts';
import type { Impairments } from '../../../topology/impairment.ts';
import { PRESETS } from '../../../topology/impairment-presets.ts';
import { formatDirections, type ImpairmentsForm, patchImpairments } from '../../../topology/impairments-form.ts';
import type { SegmentSpec, Topology } from '../../../topology/topology.ts';
import { PlacedError } from '../error-reply.ts';
import {
  ALL_IMPAIRMENTS,
  IMPAIRMENTS,
  IMPAIRMENTS_PATCH,
  type ImpairmentsStatus,
  LINK_IMPAIRMENTS,
  PRESET_LIST,
} from '../impairment-schemas.ts';
import { json, jsonBody, operation } from '../operation.ts';
import { CHANGE, DRY_RUN } from '../schemas.ts';
import { findSegment, withSegment } from '../segments.ts';

const NAME = { name: 'Name of a link, percent-encoded: `vr1%2F1--vr2%2F1`' };
const CHANGED = { description: 'What was done', schema: CHANGE };

/** GET /v1/links/{name}/impairments */
export const readImpairments = operation({
  summary: 'What a link does to frames',
  params: NAME,
  replies: { 200: { description: 'Per direction, with the seed in use', schema: LINK_IMPAIRMENTS } },
  errors: [404, 409],
  handle: ({ api, params }) => {
    const { name, impairments } = findLink(api.bridge.topology, params.name!);
    return json(200, { link: name, impairments: impairmentsStatus(impairments) });
  },
});

/** PUT /v1/links/{name}/impairments */
export const putImpairments = operation({
  summary: 'Makes a link do this to frames, and nothing else',
  params: NAME,
  query: DRY_RUN,
  body: jsonBody('All impairments of the link', IMPAIRMENTS, { both: { delay: '20ms', loss: '0.1%' } }),
  replies: { 200: CHANGED },
  errors: [404, 409],
  handle: async ({ api, params, query, body }) => {
    const make = (actual: Topology) => impaired(actual, params.name!, () => laidOver(undefined, body));
    return json(200, await api.changes.apply(make, { dryRun: query.dryRun === 'true' }));
  },
});

/** PATCH /v1/links/{name}/impairments */
export const patchLinkImpairments = operation({
  summary: 'Changes some of the impairments of a link',
  description:
    'What is not named stays; null takes a word back, or all of a direction. A preset takes the place of all.',
  params: NAME,
  query: DRY_RUN,
  body: jsonBody('What shall be different', IMPAIRMENTS_PATCH, { 'a-to-b': { delay: '30ms', loss: null } }),
  replies: { 200: CHANGED },
  errors: [404, 409],
  handle: async ({ api, params, query, body }) => {
    const make = (actual: Topology) => impaired(actual, params.name!, (old) => laidOver(old, body));
    return json(200, await api.changes.apply(make, { dryRun: query.dryRun === 'true' }));
  },
});

/** DELETE /v1/links/{name}/impairments */
export const deleteImpairments = operation({
  summary: 'Makes a link do nothing to frames',
  params: NAME,
  query: DRY_RUN,
  replies: { 200: CHANGED },
  errors: [404, 409],
  handle: async ({ api, params, query }) => {
    const make = (actual: Topology) => impaired(actual, params.name!, () => undefined);
    return json(200, await api.changes.apply(make, { dryRun: query.dryRun === 'true' }));
  },
});

/** GET /v1/impairments */
export const readAllImpairments = operation({
  summary: 'All links that do something to frames',
  replies: { 200: { description: 'Per link and direction', schema: ALL_IMPAIRMENTS } },
  handle: ({ api }) => {
    const links = api.bridge.topology.segments.flatMap(({ name, impairments }) =>
      impairments === undefined ? [] : [{ link: name, impairments: impairmentsStatus(impairments) }],
    );
    return json(200, { links });
  },
});

/** DELETE /v1/impairments */
export const deleteAllImpairments = operation({
  summary: 'Makes all links do nothing to frames',
  query: DRY_RUN,
  replies: { 200: CHANGED },
  handle: async ({ api, query }) => {
    const make = (actual: Topology): Topology => ({ ...actual, segments: actual.segments.map(withoutImpairments) });
    return json(200, await api.changes.apply(make, { dryRun: query.dryRun === 'true' }));
  },
});

/** GET /v1/impairments/presets */
export const readPresets = operation({
  summary: 'Bad wires by name',
  replies: { 200: { description: 'With the source of each figure', schema: PRESET_LIST } },
  handle: () => json(200, { presets: PRESETS }),
});

/** The impairments of a link in words. */
export function impairmentsStatus(impairments: Impairments | undefined): ImpairmentsStatus {
  return formatDirections(impairments ?? {});
}

/** What a request says about a link whose impairments are these; a mistake is placed below `base`. */
export function laidOver(old: Impairments | undefined, body: unknown, base = ''): Impairments | undefined {
  const { impairments, faults } = patchImpairments(old, body as ImpairmentsForm);
  const [fault] = faults;
  if (fault === undefined) return impairments;
  const path = [base, ...fault.path].filter((part) => part !== '').join('.');
  throw path === '' ? fault.error : new PlacedError(fault.error, path);
}

function impaired(
  actual: Topology,
  name: string,
  change: (old: Impairments | undefined) => Impairments | undefined,
): Topology {
  const segment = findLink(actual, name);
  const impairments = change(segment.impairments);
  return withSegment(actual, {
    ...withoutImpairments(segment),
    ...(impairments === undefined ? {} : { impairments }),
  });
}

function findLink(topology: Topology, name: string): SegmentSpec {
  const segment = findSegment(topology, name);
  const { kind } = segment;
  if (kind !== 'link') throw new TcpbridgeError('not_impairable', { kind, name });
  return segment;
}

function withoutImpairments(segment: SegmentSpec): SegmentSpec {
  const { impairments: _, ...rest } = segment;
  return rest;
}
