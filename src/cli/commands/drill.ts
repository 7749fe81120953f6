// tcpbridge drill: cuts a link or makes it bad, and measures how long a flow needs to find another way.

import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { type ControlClient, RemoteError } from '../../control/http/client.ts';
import type { ErrorReply } from '../../control/http/schemas.ts';
import { drawDrill } from '../../drill/plot.ts';
import type { DrillResult } from '../../drill/result.ts';
import { TcpbridgeError } from '../../errors.ts';
import { fileFault } from '../../topology/file/file-fault.ts';
import {
  hintLines,
  LANE_COLUMNS,
  laneRows,
  lossLines,
  OUTAGE_COLUMNS,
  otherLines,
  outageRows,
  summaryLine,
} from '../drill-columns.ts';
import { onEndSignal, SIGNAL_EXIT_CODES } from '../end-signal.ts';
import { type ImpairmentOptions, readImpairmentOptions, withImpairmentOptions } from '../impairment-options.ts';
import { type ControlOptions, type OutputOptions, parseNumber, withControl, withOutput } from '../options.ts';
import { harmless, styleOf, writeResult } from '../output.ts';
import { connect } from '../remote.ts';
import type { World } from '../world.ts';

type Options = ControlOptions &
  OutputOptions &
  ImpairmentOptions & {
    readonly flow: string;
    readonly cut?: boolean;
    readonly watch?: readonly string[];
    readonly to?: readonly string[];
    readonly for?: string;
    readonly before?: string;
    readonly after?: string;
    readonly repeat?: number;
    readonly plot?: string;
  };

interface Progress {
  readonly drill: number;
  readonly run: number;
  readonly runs: number;
  readonly phase: 'watching' | 'cut' | 'healed' | 'measured';
  readonly change: string;
}

const NEVER_RESUMED_EXIT_CODE = 1;
const CONFLICT = 409;
const DIRECTIONS = { true: 'a-to-b', false: 'b-to-a' } as const;

/** Adds the command. */
export function addDrill(program: Command, world: World): void {
  const command = program
    .command('drill')
    .description('cut a link or make it bad, and measure how long a flow needs to find another way')
    .argument('<LINK>', 'which link; it is made as it was, also when the drill is interrupted')
    .requiredOption('--flow <FILTER>', 'the frames to follow, such as "icmp and host 192.0.2.1"')
    .option('--cut', 'set the link down (default); with --a-to-b or --b-to-a, lose all frames of that direction')
    .option('--for <TIME>', 'how long the link stays so (default 5s)')
    .option('--before <TIME>', 'how long the flow is watched before (default 1s)')
    .option('--after <TIME>', 'how long it is watched after the link is as it was (default 10s)')
    .option('--watch <LINK...>', 'watch these links only (default: all)')
    .option('--to <LINK...>', 'links by which the flow leaves the lab (default: where it did before)')
    .option('--repeat <N>', 'do it so many times', parseNumber)
    .option('--plot <FILE>', 'draw what happened, as SVG');
  withControl(withOutput(withImpairmentOptions(command))).action(async (link: string, options: Options) => {
    const wanted = readRequest(link, options);
    const client = connect(options, world);
    const drill = await run(client, wanted, world);
    if (options.plot !== undefined && drill.runs.length > 0) writePlot(options.plot, drill);
    await write(drill, options, world);
    if (drill.summary.neverResumed > 0) world.exitCode ||= NEVER_RESUMED_EXIT_CODE;
  });
}

function readRequest(link: string, options: Options): object {
  const { flow, watch, to, before, after, repeat } = options;
  const impairments = readImpairmentOptions(options, false);
  if (options.cut === true && impairments !== undefined) {
    throw new TcpbridgeError('option_invalid', { text: '--cut', expected: 'either that or what the link shall do' });
  }
  if (options.duration !== undefined) {
    throw new TcpbridgeError('option_invalid', { text: '--duration', expected: '--for instead' });
  }
  const isOneWay = options.aToB !== options.bToA;
  const cut = isOneWay ? DIRECTIONS[`${options.aToB === true}`] : 'both';
  const change = impairments === undefined ? { cut } : { impairments };
  return { link, flow, ...change, watch, to, before, for: options.for, after, repeat };
}

/**
 * Runs it in the bridge; resolves with what it found out. Interrupted, it is ended, and what it found out by then is told;
 * interrupted again, the command leaves at once, and the bridge notices.
 */
async function run(client: ControlClient, wanted: object, world: World): Promise<DrillResult> {
  const body = { text: JSON.stringify(wanted), type: 'application/json' as const };
  let id: number | undefined;
  let isFinished = false;
  let ended: Promise<DrillResult> | undefined;
  let failure: ErrorReply['error'] | undefined;
  const onEvent = ({ type, data }: { readonly type: string; readonly data: string }): void => {
    if (type === 'progress') {
      const progress = JSON.parse(data) as Progress;
      id = progress.drill;
      world.note(`${harmless(progressText(progress))}\n`);
    } else if (type === 'finished') isFinished = true;
    else if (type === 'failed') failure = (JSON.parse(data) as ErrorReply).error;
  };
  // Instead of leaving at once, as all commands do.
  onEndSignal((signal) => {
    const code = SIGNAL_EXIT_CODES[signal];
    if (id === undefined || ended !== undefined) process.exit(code);
    world.exitCode = code;
    ended = client.request<DrillResult>('DELETE', `/v1/drills/${id}`);
    ended.catch(() => {});
  });
  await client.stream('/v1/drills', onEvent, new AbortController().signal, undefined, body);
  if (ended !== undefined) return await ended;
  if (failure !== undefined) throw new RemoteError(CONFLICT, failure);
  if (!isFinished) throw new TcpbridgeError('drill_failed', { reason: 'the bridge hung up' });
  return await client.request<DrillResult>('GET', `/v1/drills/${id}`);
}

function progressText({ run, runs, phase, change }: Progress): string {
  const number = runs === 1 ? '' : `Run ${run} of ${runs}: `;
  const what = { watching: 'watching', cut: change, healed: 'as it was', measured: 'measured' }[phase];
  return `${number}${number === '' ? what.charAt(0).toUpperCase() + what.slice(1) : what}`;
}

function writePlot(path: string, drill: DrillResult): void {
  try {
    writeFileSync(path, drawDrill(drill));
  } catch (cause) {
    throw new TcpbridgeError(
      'drill_failed',
      { reason: `"${path}" cannot be written (${fileFault(cause)})` },
      { cause },
    );
  }
}

async function write(drill: DrillResult, options: Options, world: World): Promise<void> {
  const style = styleOf(options, world);
  const names = [drill.link];
  const rows = outageRows(drill);
  const isTable = style.format === 'table' || style.format === 'wide';
  if (!isTable || rows.length > 0) {
    await writeResult({ document: drill, columns: OUTAGE_COLUMNS, rows, names }, style, world);
  }
  if (isTable && rows.length > 0) {
    world.out('\n');
    const lanes = laneRows(drill);
    await writeResult({ document: drill, columns: LANE_COLUMNS, rows: lanes, names }, style, world);
    for (const line of [...lossLines(drill), ...hintLines(drill)]) world.note(`${harmless(line)}\n`);
  }
  for (const line of otherLines(drill)) world.note(`${harmless(line)}\n`);
  world.note(`${harmless(summaryLine(drill))}\n`);
}
