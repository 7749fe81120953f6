// The bridge as a whole: what runs, and how to end it.

import { endpointKey, parseEndpoint } from '../../../topology/endpoint-spec.ts';
import { writePort } from '../../../topology/port-words.ts';
import { DEFAULT_SWITCH } from '../../../topology/switch-settings.ts';
import { writeSwitch } from '../../../topology/switch-words.ts';
import type { SegmentSpec } from '../../../topology/topology.ts';
import type { EndStatus } from '../../segment-record.ts';
import type { Api } from '../api.ts';
import { json, operation } from '../operation.ts';
import type { LinkStatus, Status } from '../schemas.ts';
import { STATUS, STOPPING } from '../schemas.ts';
import { impairmentsStatus } from './impairments.ts';

/** GET /v1/status */
export const readStatus = operation({
  summary: 'What runs, and how it fares',
  replies: { 200: { description: 'The bridge and all its links, hubs and switches', schema: STATUS } },
  handle: ({ api }) => {
    const { bridge, startedAt, version, workers } = api;
    const { name } = bridge.topology;
    const status: Status = {
      version,
      pid: process.pid,
      ...(name === undefined ? {} : { name }),
      startedAt: startedAt.toISOString(),
      uptimeSeconds: Math.max(0, (Date.now() - startedAt.getTime()) / 1000),
      workers,
      waiting: bridge.waiting(),
      segments: linksOf(api),
      findings: api.lint.findings,
    };
    return json(200, status);
  },
});

/** POST /v1/stop */
export const stopBridge = operation({
  summary: 'Ends the bridge',
  description: 'Closes every connection, so that the machines listen again, and ends the process.',
  replies: { 202: { description: 'It stops', schema: STOPPING } },
  handle: ({ api }) => {
    api.stop();
    return json(202, { stopping: true });
  },
});

/** Every link, hub and switch with what its specification says about it. */
export function linksOf({ bridge }: Api): LinkStatus[] {
  const specs = new Map(bridge.topology.segments.map((segment) => [segment.name, segment]));
  return bridge.status().map((segment) => {
    const { labels, switch: settings, ports, impairments } = specs.get(segment.name) ?? {};
    return {
      ...segment,
      ends: ports === undefined ? [...segment.ends] : segment.ends.map((end) => withPort(end, ports)),
      ...(labels === undefined ? {} : { labels: { ...labels } }),
      ...(impairments === undefined ? {} : { impairments: impairmentsStatus(impairments) }),
      ...(segment.kind === 'switch' ? { switch: writeSwitch({ ...DEFAULT_SWITCH, ...settings }) } : {}),
    };
  });
}

function withPort(end: EndStatus, ports: NonNullable<SegmentSpec['ports']>): LinkStatus['ends'][number] {
  const port = ports[endpointKey(parseEndpoint(end.endpoint))];
  return port === undefined ? end : { ...end, port: writePort(port) };
}
