// From the start of the command to the first frame through it, while both machines already send. Not pinned: this is how a
// user starts it.
import { below } from '../bars.ts';
import { Generator } from '../generator.ts';
import { RunningRelay } from '../relays.ts';
import { median } from '../statistics.ts';
import type { BenchCase, CaseContext } from './case.ts';

const REPEATS = 10;

async function startOnce(context: CaseContext): Promise<number> {
  const generator = new Generator(context.generatorBinary, { mode: 'first', links: 1 }, undefined);
  let relay: RunningRelay | undefined;
  try {
    const links = await generator.listening;
    // hrtime and the generator both read CLOCK_MONOTONIC.
    const spawnedNs = Number(process.hrtime.bigint());
    relay = new RunningRelay(context.relay, links, undefined);
    generator.reportPids(relay.pids);
    const result = await Promise.race([generator.result, relay.failure]);
    return (result.first_frame_ns - spawnedNs) / 1e6;
  } finally {
    await relay?.stop();
    generator.kill();
  }
}

/** The time that a user waits for the first frame. */
export const START_UP_CASES: readonly BenchCase[] = [
  {
    name: 'start-up',
    title: `start to first frame, median of ${REPEATS}`,
    links: 1,
    maxRounds: 1,
    bars: [below('startMs', 200)],
    run: async (context) => {
      const timesMs: number[] = [];
      for (let i = 0; i < REPEATS; i++) timesMs.push(await startOnce(context));
      return { startMs: median(timesMs) };
    },
  },
];
