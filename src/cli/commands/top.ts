// tcpbridge top: a live table in a terminal; elsewhere a line per link and interval, or NDJSON.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ControlClient } from '../../control/http/client.ts';
import type { LinkStatus, Rates } from '../../control/http/schemas.ts';
import { parseDurationMs } from '../../topology/duration.ts';
import { formatBitRate, formatCount, formatMicroseconds } from '../format.ts';
import { asArgument, type ControlOptions, parseNumber, withControl } from '../options.ts';
import { harmless } from '../output.ts';
import { connect, follow } from '../remote.ts';
import { SORT_KEYS, type SortKey, topRows } from '../top/rows.ts';
import type { World } from '../world.ts';

interface Options extends ControlOptions {
  readonly output?: 'table' | 'text' | 'json';
  readonly interval: number;
  readonly sort: SortKey;
  readonly count?: number;
  readonly color: boolean;
}

const DEFAULT_INTERVAL_MS = 1000;
const INTERVAL_LIMITS = { minMs: 100, maxMs: 60_000 };

/** Adds the command. */
export function addTop(program: Command, world: World): void {
  const command = program
    .command('top')
    .description('watch the traffic of all links')
    .addOption(
      new Option('-i, --interval <DURATION>', 'how often to look')
        .argParser((text) => asArgument(() => parseDurationMs(text, INTERVAL_LIMITS)))
        .default(DEFAULT_INTERVAL_MS, '1s'),
    )
    .addOption(new Option('--sort <KEY>', 'what to sort by').choices(SORT_KEYS).default('rate'))
    .addOption(
      new Option('-o, --output <FORMAT>', 'how to write it')
        .choices(['table', 'text', 'json'])
        .default(undefined, 'table in a terminal, text elsewhere'),
    )
    .option('--count <N>', 'end after this many intervals; not for the table', parseNumber)
    .option('--no-color', 'write without colours, as with NO_COLOR');
  withControl(command).action(async (options: Options) => {
    const client = connect(options, world);
    const output = options.output ?? (world.isTerminal && options.count === undefined ? 'table' : 'text');
    if (output !== 'table') return await writeLines(client, { ...options, output }, world);
    if (!world.isTerminal) throw new InvalidArgumentError('Standard output is no terminal: write "-o text"');
    const { showTop } = await import('../top/top.ts');
    const hasColour = options.color && world.hasColour;
    await showTop(client, { intervalMs: options.interval, sort: options.sort, hasColour }, world);
  });
}

async function writeLines(client: ControlClient, options: Options, world: World): Promise<void> {
  const ending = new AbortController();
  const moments: Rates[] = [];
  let left = options.count ?? Number.POSITIVE_INFINITY;
  let writing: Promise<void> = Promise.resolve();
  // While the bridge changes hands, the last answer is as good as any.
  let links: readonly LinkStatus[] = [];
  const write = async (rates: Rates): Promise<void> => {
    links = await client.status().then(
      ({ segments }) => segments,
      () => links,
    );
    if (options.output === 'json') world.out(`${JSON.stringify(withImpairments(rates, links))}\n`);
    else world.out(textOf(rates, links, options.sort));
  };
  const { ratesPath } = await import('../top/top.ts');
  const onRates = (data: string): void => {
    if (left <= 0) return;
    left--;
    moments.push(JSON.parse(data));
    writing = writing.then(() => write(moments.shift()!));
    if (left === 0) ending.abort();
  };
  await follow(client, ratesPath(options.interval), ({ data }) => onRates(data), ending.signal);
  await writing;
}

/** The rates, and beside them what each link does to frames. */
function withImpairments(rates: Rates, links: readonly LinkStatus[]) {
  const byName = new Map(links.map(({ name, impairments }) => [name, impairments]));
  const told = rates.links.map(({ link, ends }) => ({ link, impairments: byName.get(link), ends }));
  return { ...rates, links: told };
}

function textOf(rates: Rates, links: readonly LinkStatus[], sort: SortKey): string {
  const lines = topRows({ links, rates }, sort, false).map((row) => {
    const sends = (bits: number, frames: number) =>
      `${formatBitRate(bits / 8)} ${formatCount(Math.round(frames))} frames/s`;
    const rate =
      row.kind === 'link'
        ? `a sends ${sends(row.aBits, row.aFrames)}, b sends ${sends(row.bBits, row.bFrames)}`
        : `members send ${sends(row.aBits, row.aFrames)}`;
    const latency = [
      row.p50Us === undefined ? '' : `, inside p50 ${formatMicroseconds(row.p50Us)}`,
      row.p99Us === undefined ? '' : ` p99 ${formatMicroseconds(row.p99Us)}`,
      row.rttUs === undefined ? '' : `, rtt ${formatMicroseconds(row.rttUs)}`,
    ].join('');
    const impaired = row.impaired === '' ? '' : `, ${row.impaired}`;
    return harmless(
      `${rates.time} ${row.name} ${row.state}: ${rate}, ${formatCount(row.drops)} drops/s${latency}${impaired}`,
    );
  });
  return lines.map((line) => `${line}\n`).join('');
}
