// The bridge as a whole: what runs, and how to end it.

import type { Api } from '../api.ts';
import { json, operation } from '../operation.ts';
import type { LinkStatus, Status } from '../schemas.ts';
import { STATUS, STOPPING } from '../schemas.ts';

/** GET /v1/status */
export const readStatus = operation({
  summary: 'What runs, and how it fares',
  replies: { 200: { description: 'The bridge and all its links and hubs', schema: STATUS } },
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

/** Every link and hub with its labels. */
export function linksOf({ bridge }: Api): LinkStatus[] {
  const labels = new Map(bridge.topology.segments.map((segment) => [segment.name, segment.labels]));
  return bridge.status().map((segment) => {
    const its = labels.get(segment.name);
    return { ...segment, ends: [...segment.ends], ...(its === undefined ? {} : { labels: { ...its } }) };
  });
}
