// What the demonstration prints: a line for each of the first pings, a strip of bars for the rest while they pass, the
// table that compares both relays, and what to type next. Pure text: demo/main.ts writes it.
import { styleText } from 'node:util';

/** What became of the pings through one relay. */
export interface PingResult {
  readonly name: string;
  readonly sent: number;
  readonly roundTripsMs: readonly number[];
}

type Style = Parameters<typeof styleText>[0];

const BARS = '▁▂▃▄▅▆▇█';
const BAR_STEP_MS = 5; // The lowest bar is below 5 ms, the highest 35 ms and more.
const BARS_PER_LINE = 75;
const LINES_BEFORE_BARS = 5;
const SLOW_MS = 10;
const NOTABLE_RATIO = 2;

/** Puts a style on text, or leaves it plain where colours are not wanted. */
export type Paint = (style: Style, text: string) => string;

/** Chooses colours for a terminal, unless the user does not want them (https://no-color.org). */
export function choosePaint(isTerminal: boolean, environment: NodeJS.ProcessEnv): Paint {
  const wanted = isTerminal && !environment.NO_COLOR && environment.TERM !== 'dumb';
  return wanted ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text;
}

/** Shows one answer, the `index`-th of `count`, as it comes in. */
export function formatReply(
  paint: Paint,
  reply: { index: number; count: number; from: string; bytes: number; sequence: number; roundTripMs: number },
): string {
  const { index, count, roundTripMs } = reply;
  const style = roundTripMs < SLOW_MS ? 'green' : 'red';
  if (index < LINES_BEFORE_BARS) {
    const time = paint(style, `time=${formatMs(roundTripMs)} ms`);
    return `  ${reply.bytes} bytes from ${reply.from}: icmp_seq=${reply.sequence} ${time}\n`;
  }
  const barIndex = index - LINES_BEFORE_BARS;
  const bar = BARS[Math.min(BARS.length - 1, Math.floor(roundTripMs / BAR_STEP_MS))]!;
  const before = barIndex === 0 ? '  a bar for each of the rest, ▁ below 5 ms, █ 35 ms and more:\n  ' : '';
  const lineEnds = (barIndex + 1) % BARS_PER_LINE === 0 || index + 1 === count;
  return `${before}${paint(style, bar)}${lineEnds ? (index + 1 === count ? '\n' : '\n  ') : ''}`;
}

/** Returns the value below which the given part of the values lies (nearest rank); undefined when there are none. */
export function percentile(values: readonly number[], part: number): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(part * sorted.length) - 1)];
}

/** Lays the results out as a table, one line each. */
export function formatTable(paint: Paint, results: readonly PingResult[]): string {
  const head = ['', 'sent', 'received', 'p50', 'p99', 'maximum'];
  const rows = results.map(({ name, sent, roundTripsMs }) => [
    name,
    String(sent),
    String(roundTripsMs.length),
    ...[0.5, 0.99, 1].map((part) => formatTime(percentile(roundTripsMs, part))),
  ]);
  const widths = head.map((_cell, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const lines = [head, ...rows].map((row) => {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)));
    return `  ${cells.join('   ')}`.trimEnd();
  });
  return `${paint('bold', lines[0]!)}\n${lines.slice(1).join('\n')}\n`;
}

/** Says in one or two sentences what the table means. */
export function formatVerdict(paint: Paint, tcpbridge: PingResult, relay: PingResult): string {
  const ratio = (percentile(relay.roundTripsMs, 0.5) ?? 0) / (percentile(tcpbridge.roundTripsMs, 0.5) ?? 1);
  if (ratio < NOTABLE_RATIO) {
    return `The plain relay was about as fast this time: this kernel did not delay its acknowledgements\n(\`sysctl net.ipv4.tcp_pingpong_thresh\` above 1, or a busy machine, can have that effect).\n`;
  }
  return (
    `${paint('bold', `The median ping is ${ratio.toFixed(0)} times faster through tcpbridge.`)} A QEMU machine holds its second small frame\n` +
    'back until the first is acknowledged, and a kernel takes up to 40 ms over that unless a relay\n' +
    'asks for more speed (TCP_QUICKACK) after every read. tcpbridge asks; node:net cannot.\n'
  );
}

/** Lists the commands that lead on from here. */
export function formatNextSteps(paint: Paint): string {
  const steps = [
    ['node dist/bin.js --help', 'all that the command can do'],
    ['node dist/bin.js --p2p vr1/1--vr2/1', 'two vrnetlab routers, first interface to first'],
    ['node dist/bin.js --debug --p2p vr1/1--vr2/1', 'the same, with a line for each frame'],
    ['node dist/bin.js --hub vr1/3 vr2/3 vr3/3', 'three on one segment'],
    ['make demo-qemu', 'this demonstration with two real QEMU machines'],
    ['make test', 'everything that proves the project'],
    ['make bench', 'the comparison with a bare C relay and others'],
  ];
  const width = Math.max(...steps.map(([command]) => command!.length));
  const lines = steps.map(([command, purpose]) => `  ${paint('cyan', command!.padEnd(width))}  ${purpose}`);
  return `${paint('bold', 'What to type next')} (README.md has the tour)\n${lines.join('\n')}\n`;
}

function formatTime(timeMs: number | undefined): string {
  return timeMs === undefined ? '-' : `${formatMs(timeMs)} ms`;
}

function formatMs(timeMs: number): string {
  return timeMs < 10 ? timeMs.toFixed(2) : timeMs.toFixed(1);
}
