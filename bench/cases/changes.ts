// 100 links in one bridge, constant duplex load on 50 of them. With 500 changes a minute to the other 50, which carry
// frames too, the first 50 must do as well as without. The two cases differ in nothing but the changes.
import { atLeast, atMostCase, nothingLost } from '../bars.ts';
import { BridgeChain } from '../bridge-chain.ts';
import { Generator } from '../generator.ts';
import { LinkChanges, linkText } from '../link-changes.ts';
import { type BenchCase, type CaseContext, measureTraffic, toMeasurement } from './case.ts';

const LINKS = 50;
const STEADY = { mode: 'paced', links: LINKS, frameBytes: 64, rate: 200, backRate: 200 } as const;
const CHANGING = { mode: 'paced', links: LINKS, frameBytes: 64, rate: 20, backRate: 20 } as const;
const CHANGES_PER_MINUTE = 500;
// The usual seconds would be over after a handful of changes.
const SECONDS_FACTOR = 10;
const FOREVER_SECONDS = 1e6;

async function run(context: CaseContext, changesPerMinute: number) {
  const { generatorBinary, processors, warmUpSeconds } = context;
  const seconds = context.seconds * SECONDS_FACTOR;
  const steady = new Generator(generatorBinary, { ...STEADY, seconds, warmUpSeconds }, processors.generator);
  // Half of what it sends finds its link down, gone or at another end: its result means nothing.
  const changing = new Generator(
    generatorBinary,
    { ...CHANGING, seconds: FOREVER_SECONDS, warmUpSeconds },
    processors.generator,
  );
  let bridge: BridgeChain | undefined;
  try {
    const [steadyPorts, changingPorts] = await Promise.all([steady.listening, changing.listening]);
    const steadyLinks = steadyPorts.map(linkText);
    // Not pinned to one processor: then the thread that answers requests would stand in the way of the one that forwards.
    bridge = new BridgeChain({ links: [...steadyLinks, ...changingPorts.map(linkText)], cpu: undefined });
    await bridge.ready();
    changing.reportPids([bridge.pid]);
    await Promise.race([changing.measuring, bridge.failure]);
    steady.reportPids([bridge.pid]);
    await Promise.race([steady.measuring, bridge.failure]);
    const changes = new LinkChanges(bridge.client, changingPorts, steadyLinks);
    let isOver = false;
    const pace = changesPerMinute > 0 ? changes.keepPace(changesPerMinute, () => isOver) : Promise.resolve();
    const broken = pace.then(() => new Promise<never>(() => {}));
    const result = await Promise.race([measureTraffic(steady), bridge.failure, broken]);
    isOver = true;
    await pace;
    const { timesMs } = changes;
    return {
      ...toMeasurement(result),
      ...(timesMs.length > 0 && {
        changesPerMinute: (timesMs.length * 60) / result.seconds,
        series: { 'a change until it is acknowledged': timesMs },
      }),
    };
  } finally {
    await bridge?.stop();
    steady.kill();
    changing.kill();
  }
}

const shared: Omit<BenchCase, 'name' | 'title' | 'bars' | 'run'> = {
  links: 2 * LINKS,
  takesPart: (relay) => relay.name === 'tcpbridge',
};

/** What changes to other links cost. */
export const CHANGES_CASES: readonly BenchCase[] = [
  {
    ...shared,
    name: 'changes-none',
    title: `${2 * LINKS} links, 200/s each way on ${LINKS} of them, no changes`,
    bars: [nothingLost()],
    run: async (context) => await run(context, 0),
  },
  {
    ...shared,
    name: 'changes',
    title: `the same, ${CHANGES_PER_MINUTE} changes a minute to the other ${LINKS}`,
    bars: [
      nothingLost(),
      atMostCase('p99Us', 1.5, 'changes-none'),
      atLeast('changesPerMinute', CHANGES_PER_MINUTE - 10),
    ],
    run: async (context) => await run(context, CHANGES_PER_MINUTE),
  },
];
