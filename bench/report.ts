// The one table of the benchmark, as text for a terminal or as Markdown, and the bars below it.
import { FLOOR, type Verdict } from './bars.ts';
import type { BenchCase } from './cases/case.ts';
import type { Machine } from './machine.ts';
import type { CaseResult, Measurement, Metric } from './metrics.ts';
import { describeSpread, median, ratio } from './statistics.ts';

/** Everything that one run of the benchmark found out. */
export interface Report {
  readonly date: string;
  readonly command: string;
  readonly machine: Machine;
  readonly seconds: number;
  readonly rounds: number;
  readonly results: readonly CaseResult[];
  readonly verdicts: readonly Verdict[];
  /** Relays that were asked for and could not run, with the reason. */
  readonly missing: readonly string[];
}

const OTHER_LOAD_LIMIT_PERCENT = 10;
const HEADINGS = [
  'relay',
  'p50',
  'p99',
  'p99.9',
  'max',
  'frames/s',
  'Gbit/s',
  'CPU s/M',
  'busy %',
  'other %',
  'lost',
  'resident',
  'x p50',
  'x p99',
  'x Gbit/s',
  'x CPU',
];

/** Microseconds as a person reads them: 65 us, 1.10 ms, 2.00 s. */
export function formatMicroseconds(us: number | undefined): string {
  if (us === undefined) return '';
  if (us < 1000) return `${us.toFixed(0)} us`;
  if (us < 1e6) return `${(us / 1000).toPrecision(3)} ms`;
  return `${(us / 1e6).toPrecision(3)} s`;
}

function formatNumber(value: number | undefined, digits: number): string {
  return value === undefined ? '' : value.toFixed(digits);
}

// Lost, out of order and altered frames in one cell: "0", or "12 lost, 1 corrupt".
function formatLoss(measurement: Measurement): string {
  const parts: [number | undefined, string][] = [
    [measurement.lost, 'lost'],
    [measurement.outOfOrder, 'out of order'],
    [measurement.corrupt, 'corrupt'],
  ];
  if (measurement.lost === undefined) return '';
  const bad = parts.filter(([count]) => count !== undefined && count !== 0);
  return bad.length === 0 ? '0' : bad.map(([count, what]) => `${count} ${what}`).join(', ');
}

function cellsOf(result: CaseResult, results: readonly CaseResult[]): string[] {
  const { measurement: m, caseName, relay } = result;
  if (result.error !== undefined) return [relay, result.error];
  const versusFloor = (metric: Metric): string => {
    return relay === FLOOR ? '' : formatNumber(ratio(results, caseName, relay, FLOOR, metric), 2);
  };
  return [
    relay,
    formatMicroseconds(m.p50Us ?? (m.startMs === undefined ? undefined : m.startMs * 1000)),
    formatMicroseconds(m.p99Us),
    formatMicroseconds(m.p999Us),
    formatMicroseconds(m.maxUs),
    m.framesPerSecond === undefined ? '' : Math.round(m.framesPerSecond).toLocaleString('en'),
    formatNumber(m.gigabitsPerSecond, 2),
    formatNumber(m.cpuSecondsPerMillionFrames, 2),
    m.relayBusyPercent === undefined ? '' : `${m.relayBusyPercent.toFixed(0)} / ${m.generatorBusyPercent?.toFixed(0)}`,
    formatNumber(m.otherLoadPercent, 0),
    formatLoss(m),
    m.residentMegabytes === undefined ? '' : `${m.residentMegabytes.toFixed(0)} MB`,
    versusFloor('p50Us'),
    versusFloor('p99Us'),
    m.gigabitsPerSecond !== undefined && m.gigabitsPerSecond > 0.1 ? versusFloor('gigabitsPerSecond') : '',
    versusFloor('cpuSecondsPerMillionFrames'),
  ];
}

interface Group {
  readonly title: string;
  readonly rows: string[][];
  /** Figures that are not in the table, a line each. */
  readonly remarks: string[];
}

function groupsOf(report: Report, cases: readonly BenchCase[]): Group[] {
  return cases
    .map((benchCase) => ({
      title: `${benchCase.title} (${benchCase.name})`,
      rows: report.results
        .filter((result) => result.caseName === benchCase.name)
        .map((result) => cellsOf(result, report.results)),
      remarks: report.results.filter((result) => result.caseName === benchCase.name).flatMap(remarksOf),
    }))
    .filter((group) => group.rows.length > 0);
}

function remarksOf({ rounds }: CaseResult): string[] {
  const names = new Set(rounds.flatMap(({ series = {} }) => Object.keys(series)));
  return [...names].map((name) => `${name}: ${describeSpread(rounds.flatMap(({ series }) => series?.[name] ?? []))}`);
}

function describe(report: Report): string {
  const { machine: m } = report;
  return (
    `${report.date}, Linux ${m.kernel}, ${m.cpuCount} x ${m.cpuModel}, ${m.memoryGibibytes} GiB, Node ${m.nodeVersion}; ` +
    `medians of ${report.rounds} round${report.rounds === 1 ? '' : 's'} of ${report.seconds} s; ` +
    '"x" columns are ratios to the floor, "busy" is relay / generator, "other" the rest of the machine'
  );
}

function describeVerdict(verdict: Verdict): string {
  return `${verdict.caseName}: ${verdict.text}${verdict.shown && ` (${verdict.shown})`}`;
}

/** The last line: which bars are missed, in words. */
export function missedLine(verdicts: readonly Verdict[]): string {
  const missed = verdicts.filter((verdict) => verdict.outcome === 'missed');
  const judged = verdicts.filter((verdict) => verdict.outcome !== 'not measured').length;
  if (judged === 0) return 'No bar was measured';
  if (missed.length === 0) return `All ${judged} measured bars are met`;
  return `Missed ${missed.length} of ${judged} measured bars: ${missed.map(describeVerdict).join('; ')}`;
}

// Figures taken beside other work say little, and whoever reads them must know.
function warnOfOtherLoad(results: readonly CaseResult[]): string[] {
  const loads = results.map((result) => result.measurement.otherLoadPercent).filter((load) => load !== undefined);
  const typical = median(loads);
  if (!(typical > OTHER_LOAD_LIMIT_PERCENT)) return [];
  return [`Other processes used ${typical.toFixed(0)} % of a processor meanwhile: run again on an idle machine`];
}

/** The table for a terminal. */
export function formatText(report: Report, cases: readonly BenchCase[]): string {
  const groups = groupsOf(report, cases);
  const rows = groups.flatMap((group) => group.rows).filter((row) => row.length === HEADINGS.length);
  const widths = HEADINGS.map((heading, column) => Math.max(heading.length, ...rows.map((row) => row[column]!.length)));
  const line = (cells: readonly string[]): string => {
    return cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd();
  };
  const body = groups.flatMap(({ title, rows: its, remarks }) => {
    return ['', title, ...its.map((row) => `  ${line(row)}`), ...remarks.map((remark) => `  ${remark}`)];
  });
  const verdicts = report.verdicts.map((v) => `  ${v.outcome.toUpperCase().padEnd(13)}${describeVerdict(v)}`);
  return [
    describe(report),
    ...report.missing.map((reason) => `Left out: ${reason}`),
    ...warnOfOtherLoad(report.results),
    '',
    `  ${line(HEADINGS)}`,
    ...body,
    '',
    'Bars',
    ...verdicts,
    '',
    missedLine(report.verdicts),
  ].join('\n');
}

/** The same as Markdown, for the documentation. */
export function formatMarkdown(report: Report, cases: readonly BenchCase[]): string {
  const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const groups = groupsOf(report, cases);
  const remarks = groups.flatMap((group) => group.remarks.map((remark) => `- ${group.title}: ${remark}`));
  if (remarks.length > 0) remarks.push('');
  const tables = groups.flatMap((group) =>
    group.rows.map((cells, index) => {
      const padded = [...cells, ...Array<string>(HEADINGS.length - cells.length).fill('')];
      return row([index === 0 ? group.title : '', ...padded]);
    }),
  );
  return [
    `Made with \`${report.command}\`. ${describe(report)}.`,
    ...warnOfOtherLoad(report.results),
    '',
    row(['case', ...HEADINGS]),
    row(['---', '---', ...HEADINGS.slice(1).map(() => '---:')]),
    ...tables,
    '',
    ...remarks,
    row(['case', 'bar', 'measured', 'outcome']),
    row(['---', '---', '---:', '---']),
    ...report.verdicts.map((v) =>
      row([v.caseName, v.text, v.shown, v.outcome === 'missed' ? '**missed**' : v.outcome]),
    ),
    '',
    missedLine(report.verdicts),
  ].join('\n');
}
