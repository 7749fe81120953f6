// What the demonstration with QEMU machines prints at its end: the comparison, what it can and cannot say, and what to
// type next. Pure text: demo/qemu.ts writes it.
import type { PingResult } from '../test/support/guest-traffic.ts';
import type { Paint } from './report.ts';

/** What the machines measured over one link. */
export interface LinkFigures {
  name: string;
  ping: PingResult;
  forthBitsPerSecond: number;
  backBitsPerSecond: number;
}

/** Writes a bit rate as iperf3 does. */
export function formatBitRate(bitsPerSecond: number): string {
  return `${Math.round(bitsPerSecond / 1e6)} Mbit/s`;
}

/** Lays the figures out as a table, one line for each link. */
export function formatTable(paint: Paint, links: readonly LinkFigures[]): string {
  const head = ['', 'pings lost', 'average', 'maximum', 'iperf3 r1 to r2', 'r2 to r1'];
  const rows = links.map(({ name, ping, forthBitsPerSecond, backBitsPerSecond }) => [
    name,
    `${ping.sent - ping.received} of ${ping.sent}`,
    `${ping.averageMs.toFixed(2)} ms`,
    `${ping.maxMs.toFixed(2)} ms`,
    formatBitRate(forthBitsPerSecond),
    formatBitRate(backBitsPerSecond),
  ]);
  const widths = head.map((_cell, column) => Math.max(...[head, ...rows].map((row) => row[column]!.length)));
  const lines = [head, ...rows].map((row) => {
    const cells = row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!)));
    return `  ${cells.join('   ')}`.trimEnd();
  });
  return `${paint('bold', lines[0]!)}\n${lines.slice(1).join('\n')}\n`;
}

/** Says what bounds these figures. */
export function formatCeiling(paint: Paint): string {
  return (
    `${paint('bold', 'The machines are the ceiling here, not the wire.')} Their processors are emulated (TCG), and both share this\n` +
    'computer with tcpbridge: a tenth of a millisecond that a bridge adds, or does not, drowns in that, and either line may\n' +
    'come out ahead. How fast tcpbridge itself is, next to a bare relay in C, is what `make bench` measures.\n'
  );
}

/** Lists the commands that lead on from here. */
export function formatNextSteps(paint: Paint, link: string): string {
  const steps = [
    [`node dist/bin.js --p2p ${link}`, 'the same command, for machines of your own'],
    ['qemu-system-x86_64 … -netdev socket,id=p1,listen=127.0.1.1:10001', 'and how each of them begins'],
    ['node dist/bin.js --p2p vr1/1--vr2/1', 'two vrnetlab routers, first interface to first'],
    ['make test', 'what else real machines are put through, and all the rest'],
    ['make bench', 'the comparison with a bare C relay and others'],
  ];
  const width = Math.max(...steps.map(([command]) => command!.length));
  const lines = steps.map(([command, purpose]) => `  ${paint('cyan', command!.padEnd(width))}  ${purpose}`);
  return `${paint('bold', 'What to type next')}\n${lines.join('\n')}\n`;
}
