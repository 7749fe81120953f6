// `make bench`: runs every case over every relay in turn, several rounds interleaved, and prints one table with the bars.
// Writes bench/results/latest.json and latest.svg. Ends with 0 also when a bar is missed; the last line names those.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { judge } from './bars.ts';
import type { BenchCase, CaseContext } from './cases/case.ts';
import { CASES } from './cases/registry.ts';
import { compileProgram, describeMachine, pickProcessors, projectRoot } from './machine.ts';
import type { CaseResult, Measurement } from './metrics.ts';
import { drawPlot } from './plot.ts';
import { RELAYS, type Relay } from './relays.ts';
import { formatMarkdown, formatText, type Report } from './report.ts';
import { combineRounds } from './statistics.ts';

const HELP = `Usage: node build/bench/run.js [options]
  --case NAME     only this case; may be given again (${CASES.map((benchCase) => benchCase.name).join(', ')})
  --relay NAME    only this relay; may be given again (${RELAYS.map((relay) => relay.name).join(', ')})
  --seconds S     how long each measurement lasts (3)
  --rounds N      how often each is repeated (3)
  --quick         one round of one second
  --markdown      print Markdown instead of text
  --from FILE     measure nothing, show the results of that JSON file again
  --out FOLDER    where latest.json and latest.svg go (bench/results)
`;

function fail(message: string): never {
  process.stderr.write(`${message}\n`);
  process.exit(2);
}

function choose<T extends { name: string }>(
  all: readonly T[],
  names: readonly string[] | undefined,
  what: string,
): T[] {
  for (const name of names ?? []) {
    if (!all.some((item) => item.name === name)) {
      fail(`No ${what} is called "${name}"; there are ${all.map((item) => item.name).join(', ')}`);
    }
  }
  return all.filter((item) => names === undefined || names.includes(item.name));
}

function positive(text: string, option: string): number {
  const value = Number(text);
  return value > 0 && Number.isFinite(value) ? value : fail(`Expected a number above 0 after ${option}, got "${text}"`);
}

function readOptions() {
  try {
    return parseArgs({
      options: {
        case: { type: 'string', multiple: true },
        relay: { type: 'string', multiple: true },
        seconds: { type: 'string' },
        rounds: { type: 'string' },
        quick: { type: 'boolean', default: false },
        markdown: { type: 'boolean', default: false },
        from: { type: 'string' },
        out: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    }).values;
  } catch (error) {
    fail(`${(error as Error).message}\n${HELP}`);
  }
}

const options = readOptions();
if (options.help) {
  process.stdout.write(HELP);
  process.exit(0);
}
const seconds = positive(options.seconds ?? (options.quick ? '1' : '3'), '--seconds');
const rounds = positive(options.rounds ?? (options.quick ? '1' : '3'), '--rounds');
const cases = choose(CASES, options.case, 'case');
const asked = choose(RELAYS, options.relay, 'relay');
const folder = options.out ?? join(projectRoot(), 'bench', 'results');

async function runOnce(benchCase: BenchCase, context: CaseContext): Promise<Measurement | string> {
  try {
    return await benchCase.run(context);
  } catch (error) {
    return (error as Error).message;
  }
}

async function measure(): Promise<Report> {
  const reasons = asked.map((relay) => [relay, relay.missing()] as const);
  const missing = reasons.flatMap(([relay, reason]) => (reason === undefined ? [] : [`${relay.name} needs ${reason}`]));
  // A comparison with a hole in it must not pass for a whole one where nobody watches.
  if (missing.length > 0 && process.env.CI === 'true') fail(missing.join('\n'));
  const relays = reasons.filter(([, reason]) => reason === undefined).map(([relay]) => relay);
  const processors = pickProcessors();
  const generatorBinary = compileProgram('generator');
  const measured = new Map<string, Measurement[]>();
  const errors = new Map<string, string>();
  const key = (benchCase: BenchCase, relay: Relay): string => `${benchCase.name} ${relay.name}`;
  const pairs = cases.flatMap((benchCase) =>
    relays
      .filter(
        (relay) => benchCase.links <= relay.maxLinks && (benchCase.takesPart?.(relay) ?? relay.isSpecial !== true),
      )
      .map((relay) => [benchCase, relay] as const),
  );
  for (let round = 0; round < rounds; round++) {
    for (const [benchCase, relay] of pairs) {
      const name = key(benchCase, relay);
      if (round >= (benchCase.maxRounds ?? rounds) || errors.has(name)) continue;
      process.stderr.write(`round ${round + 1}/${rounds}  ${name}\n`);
      const context = { relay, generatorBinary, processors, seconds, warmUpSeconds: Math.min(1, seconds / 2) };
      const outcome = await runOnce(benchCase, context);
      if (typeof outcome === 'string') errors.set(name, outcome);
      else measured.set(name, [...(measured.get(name) ?? []), outcome]);
    }
  }
  const results: CaseResult[] = pairs.map(([benchCase, relay]) => {
    const each = measured.get(key(benchCase, relay)) ?? [];
    const error = errors.get(key(benchCase, relay));
    const result = { caseName: benchCase.name, relay: relay.name, measurement: combineRounds(each), rounds: each };
    return error === undefined ? result : { ...result, error };
  });
  return {
    date: new Date().toISOString().slice(0, 10),
    command: ['node build/bench/run.js', ...process.argv.slice(2)].join(' '),
    machine: describeMachine(),
    seconds,
    rounds,
    results,
    verdicts: cases.flatMap((benchCase) => judge(results, benchCase.name, benchCase.bars)),
    missing,
  };
}

const report =
  options.from === undefined ? await measure() : (JSON.parse(readFileSync(options.from, 'utf8')) as Report);
if (options.from === undefined) {
  const { machine } = report;
  const subtitle = `${report.date}, Linux ${machine.kernel}, ${machine.cpuCount} x ${machine.cpuModel}, Node ${machine.nodeVersion}`;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'latest.json'), `${JSON.stringify(report, null, 2)}\n`);
  writeFileSync(join(folder, 'latest.svg'), drawPlot(subtitle, CASES, report.results));
}
process.stdout.write(`${(options.markdown ? formatMarkdown : formatText)(report, CASES)}\n`);
