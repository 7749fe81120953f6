// Resident memory with 100 attached links on which nothing happens, three seconds after they were attached.
import { below } from '../bars.ts';
import { type BenchCase, runTraffic } from './case.ts';

/** What a relay that waits costs. */
export const IDLE_CASES: readonly BenchCase[] = [
  {
    name: 'idle-100',
    title: '100 idle links, resident memory',
    links: 100,
    maxRounds: 1,
    bars: [below('residentMegabytes', 100)],
    run: async (context) => {
      const result = await runTraffic(context, { mode: 'idle', links: 100, seconds: 3, warmUpSeconds: 0 });
      return { residentMegabytes: result.relay_resident_bytes / 1e6 };
    },
  },
];
