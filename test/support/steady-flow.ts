// A machine that sends a frame every few milliseconds, each different, for as long as a test runs.
import type { TestContext } from 'node:test';
import type { Peer } from './peer.ts';

const INTERVAL_MS = 5;
const TRIES = 4;

/** The filter of these frames: an ethertype for experiments (IEEE 802, clause 9.2.3). */
export const STEADY_FLOW = 'ether proto 0x88b5';

/** Begins to send; the peer is attached. */
export function startSteadyFlow(t: TestContext, peer: Peer): void {
  let number = 0;
  const timer = setInterval(() => {
    const frame = Buffer.alloc(60);
    frame.write('02000000000202000000000188b5', 'hex');
    frame.writeUInt32BE(number++, 14);
    // It is stopped before the clock is.
    if (peer.isAttached) peer.send(frame);
  }, INTERVAL_MS);
  t.after(() => clearInterval(timer));
}

/**
 * Looks at what is told of the flow. When this process or the bridge is held up, the flow stands still at a moment that is
 * nobody's fault but is measured like any other, so there are some tries.
 */
export async function measure(t: TestContext, look: () => Promise<void>): Promise<void> {
  for (let tries = 1; tries < TRIES; tries++) {
    try {
      return await look();
    } catch (error) {
      t.diagnostic(`Measured again after: ${String(error)}`);
    }
  }
  await look();
}
