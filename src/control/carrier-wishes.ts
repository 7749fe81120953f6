// What each guest should see of its cable, from the state of the bridge. Pure.

import { endpointKey, parseEndpoint } from '../topology/endpoint-spec.ts';
import type { SegmentStatus } from './segment-record.ts';

/** What the guest at an endpoint should see, and why. */
export interface Wish {
  readonly isUp: boolean;
  /** Whether the endpoint is in a link, hub or switch at all. */
  readonly isPlaced: boolean;
  /** Whether only somebody at another end is missing. */
  readonly isLonely: boolean;
  /** Connections made to the machine so far: one more, and it may be a new machine. */
  readonly attaches: number;
  readonly why: string;
}

/** The wishes for all endpoints, by key: up while the link is up and somebody is attached at another end of it. */
export function carrierWishes(segments: readonly SegmentStatus[]): Map<string, Wish> {
  const wishes = new Map<string, Wish>();
  for (const { name, kind, isUp, ends } of segments) {
    const attached = ends.filter(({ state }) => state === 'attached').length;
    for (const [index, end] of ends.entries()) {
      const others = attached - (end.state === 'attached' ? 1 : 0);
      const peer = kind === 'link' ? ends[1 - index]?.endpoint : undefined;
      const absent = peer === undefined ? 'nobody else is attached' : `${peer} is not attached`;
      const present = peer === undefined ? 'somebody else is attached' : `${peer} is attached`;
      const why = !isUp ? `${kind} "${name}" is down` : others > 0 ? present : absent;
      const isLonely = isUp && others === 0;
      const { attaches } = end;
      wishes.set(keyOf(end.endpoint), { isUp: isUp && others > 0, isPlaced: true, isLonely, attaches, why });
    }
  }
  return wishes;
}

// The same few texts are read every time.
const keys = new Map<string, string>();
const MAX_KEYS = 100_000;

function keyOf(text: string): string {
  let key = keys.get(text);
  if (key === undefined) {
    if (keys.size >= MAX_KEYS) keys.clear();
    key = endpointKey(parseEndpoint(text));
    keys.set(text, key);
  }
  return key;
}
