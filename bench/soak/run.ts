// `make soak`: a real BFD session, 50 ms times 3, runs across tcpbridge while links are changed, another process takes over,
// and the bridge is restarted. Prints a table and writes bench/results/soak.json. Needs root, for namespaces and TAP.
// Ends with 0 also when a bar is missed; the last line names those. --quick makes a tenth of the actions.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatTable } from '../../src/cli/format.ts';
import { BridgeChain } from '../bridge-chain.ts';
import { Generator, type Traffic } from '../generator.ts';
import { LinkChanges, linkText } from '../link-changes.ts';
import { compileProgram, describeMachine, projectRoot } from '../machine.ts';
import { BfdMachine, INTERVAL_MS, MULTIPLIER } from './bfd-machine.ts';
import { PHASES, type PhaseResult, runPhase, type Soak } from './phases.ts';

const FOREVER_SECONDS = 1e6;
const METER: Traffic = { mode: 'paced', links: 1, frameBytes: 64, rate: 1000, backRate: 1000 };
const OTHERS: Traffic = { mode: 'paced', links: 10, frameBytes: 64, rate: 20, backRate: 20 };
const QUICK_SHARE = 0.1;

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    phase: { type: 'string', multiple: true },
    out: { type: 'string' },
  },
});

async function soakAll(): Promise<PhaseResult[]> {
  const cleanUps: (() => unknown)[] = [];
  try {
    const startGenerator = (traffic: Traffic): Generator => {
      const timed = { ...traffic, seconds: FOREVER_SECONDS, warmUpSeconds: 0.1 };
      const generator = new Generator(compileProgram('generator'), timed, undefined);
      cleanUps.push(() => generator.kill());
      return generator;
    };
    const startMachine = async (number: 1 | 2): Promise<BfdMachine> => {
      const machine = await BfdMachine.start(number);
      cleanUps.push(() => machine.stop());
      return machine;
    };
    const machines = [await startMachine(1), await startMachine(2)] as const;
    const [meter, others] = [startGenerator(METER), startGenerator(OTHERS)];
    const otherPorts = await others.listening;
    const kept = [[machines[0].port, machines[1].port] as const, ...(await meter.listening)].map(linkText);
    const bridge = new BridgeChain({ links: [...kept, ...otherPorts.map(linkText)], cpu: undefined });
    cleanUps.push(() => bridge.stop());
    await bridge.ready();
    for (const generator of [meter, others]) generator.reportPids([bridge.pid]);
    await Promise.race([Promise.all([meter.measuring, others.measuring]), bridge.failure]);
    const changes = new LinkChanges(bridge.client, otherPorts, kept);
    const soak: Soak = { bridge, machines, meter, changes, share: options.quick ? QUICK_SHARE : 1 };
    return await runPhases(soak);
  } finally {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  }
}

async function runPhases(soak: Soak): Promise<PhaseResult[]> {
  const results: PhaseResult[] = [];
  for (const phase of PHASES) {
    if (options.phase !== undefined && !options.phase.includes(phase.name)) continue;
    process.stderr.write(`${phase.title}\n`);
    results.push(await runPhase(phase, soak));
  }
  return results;
}

function formatResults(results: readonly PhaseResult[]): string[] {
  const ms = (value: number): string => `${value.toFixed(1)} ms`;
  const rows = results.map((r) => [
    r.title,
    String(r.actions),
    r.seconds.toFixed(0),
    r.flaps.join(' + '),
    String(r.damage),
    ms(Math.min(...r.gapsMs)),
    ms(r.medianGapMs),
    ms(r.longestGapMs),
    ms(Math.max(...r.delaysMs)),
    `${r.isMet ? 'met' : 'MISSED'}: ${r.bar}`,
  ]);
  const heading = ['phase', 'actions', 's', 'flaps', 'lost', 'gap min', 'median', 'longest', 'slowest frame', 'bar'];
  return formatTable([heading, ...rows]);
}

if (process.getuid?.() !== 0) {
  process.stderr.write('Cannot make network namespaces: run this as root\n');
  process.exit(2);
}
const results = await soakAll();
const machine = describeMachine();
const folder = options.out ?? join(projectRoot(), 'bench', 'results');
mkdirSync(folder, { recursive: true });
const report = {
  date: new Date().toISOString().slice(0, 10),
  machine,
  intervalMs: INTERVAL_MS,
  multiplier: MULTIPLIER,
};
writeFileSync(join(folder, 'soak.json'), `${JSON.stringify({ ...report, results }, null, 2)}\n`);
const missed = results.filter(({ isMet }) => !isMet).map(({ title }) => title);
const lines = [
  `BFD session, ${INTERVAL_MS} ms times ${MULTIPLIER}, between two namespaces; flaps as BIRD counts them at both ends. Gap: no frame`,
  `of another link, 1,000 a second each way, arrived. ${report.date}, Linux ${machine.kernel}, ${machine.cpuCount} x ${machine.cpuModel}, Node ${machine.nodeVersion}`,
  '',
  ...formatResults(results),
  '',
  missed.length === 0 ? 'All bars are met' : `Missed: ${missed.join(', ')}`,
];
process.stdout.write(`${lines.join('\n')}\n`);
process.exit(0);
