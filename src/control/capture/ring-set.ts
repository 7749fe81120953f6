// The rings of one capture, one per forwarding thread that has a link of it, read as one: the earliest frame first.
import type { CaptureRecord, CaptureRing } from '../../channel/capture-ring.ts';
import type { ForwardingThread } from '../forwarding-thread.ts';

/** Rings that are read together. */
export class RingSet {
  readonly #rings: CaptureRing[] = [];

  /** Adds a ring. */
  add(ring: CaptureRing): void {
    this.#rings.push(ring);
  }

  /** Frames that found no room until now. */
  get missing(): number {
    return this.#rings.reduce((sum, { missing }) => sum + missing, 0);
  }

  /** Takes the earliest record of all; false when there is none. */
  takeFirst(onRecord: (record: CaptureRecord) => void): boolean {
    let first = this.#rings[0];
    if (this.#rings.length > 1) {
      for (const ring of this.#rings) if (ring.nextNs < first!.nextNs) first = ring;
    }
    return first?.take(onRecord) ?? false;
  }
}

/** Groups what lies on threads. */
export function byThread<T extends { readonly thread: ForwardingThread }>(
  things: readonly T[],
): Map<ForwardingThread, T[]> {
  const groups = new Map<ForwardingThread, T[]>();
  for (const thing of things) groups.set(thing.thread, [...(groups.get(thing.thread) ?? []), thing]);
  return groups;
}
