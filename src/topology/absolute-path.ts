// Paths of unix sockets as people type them, relative to where they are -> absolute ones. A topology outlives the process
// that it was typed for: in a state file, in a takeover, in the bridge that a command speaks to. Pure.

import { posix } from 'node:path';
import { parseEndpoint } from './endpoint-spec.ts';
import type { SegmentSpec } from './topology.ts';

/** An endpoint or a monitor with an absolute path, if it has one: "unix:a.sock" in "/run" is "unix:/run/a.sock". */
export function withAbsolutePath(text: string, folder: string): string {
  const [, kind, path] = /^((?:unix|unix-listen|hmp-unix|qmp-unix):)([^/].*)$/s.exec(text) ?? [];
  return kind === undefined || path === undefined ? text : `${kind}${posix.join(folder, path)}`;
}

/** A segment with absolute paths; its name stays as it was typed. */
export function withAbsolutePaths(segment: SegmentSpec, folder: string): SegmentSpec {
  const endpoints = segment.endpoints.map((endpoint) => {
    const text = withAbsolutePath(endpoint.text, folder);
    return text === endpoint.text ? endpoint : parseEndpoint(text);
  });
  return { ...segment, endpoints };
}
