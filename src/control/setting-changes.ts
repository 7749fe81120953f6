// What is different about the settings of a switch and of the ports it keeps, in words: "ageing 5m -> 1m". Pure; part of
// reconcile.ts.

import { isDeepStrictEqual } from 'node:util';
import { endpointKey } from '../topology/endpoint-spec.ts';
import { portText } from '../topology/port-words.ts';
import { switchTexts } from '../topology/switch-words.ts';
import type { SegmentSpec } from '../topology/topology.ts';

/** Tells what is different; undefined when nothing is, and nothing when it only says what was so before. */
export function settingChanges(old: SegmentSpec, segment: SegmentSpec): string[] | undefined {
  const stayed = new Set(old.endpoints.map(endpointKey));
  // The settings of a port that comes or goes are told by its step.
  const ports = segment.endpoints.filter((endpoint) => {
    const key = endpointKey(endpoint);
    return stayed.has(key) && !isDeepStrictEqual(old.ports?.[key], segment.ports?.[key]);
  });
  if (ports.length === 0 && isDeepStrictEqual(old.switch, segment.switch)) return undefined;
  const before = switchTexts(old.switch ?? {});
  const settings = [...switchTexts(segment.switch ?? {})]
    .filter(([name, text]) => before.get(name) !== text)
    .map(([name, text]) => `${name} ${before.get(name)} -> ${text}`);
  return [
    ...settings,
    ...ports.map((endpoint) => {
      const key = endpointKey(endpoint);
      return `port ${endpoint.text} ${said(old, key)} -> ${said(segment, key)}`;
    }),
  ];
}

function said({ ports }: SegmentSpec, key: string): string {
  return portText(ports?.[key] ?? {}) || 'plain';
}
