// tcpbridge capture …: the frames of links into a file, a series of files or straight into Wireshark, and the last seconds
// out of the bridge's memory.

import type { IncomingMessage } from 'node:http';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { ArmedReply, ArmRequest, CapturesReply } from '../../control/http/capture-schemas.ts';
import { TcpbridgeError } from '../../errors.ts';
import { parseDurationMs } from '../../topology/duration.ts';
import { CAPTURE_COLUMNS, captureRows } from '../capture/columns.ts';
import { FollowedCapture } from '../capture/follow-capture.ts';
import { CaptureReceiver, type CaptureTarget, type Received } from '../capture/receiver.ts';
import { parseSize } from '../capture/size.ts';
import { onEndSignal, SIGNAL_EXIT_CODES } from '../end-signal.ts';
import {
  asArgument,
  type ControlOptions,
  type OutputOptions,
  parseNumber,
  withControl,
  withOutput,
} from '../options.ts';
import { styleOf, writeResult } from '../output.ts';
import { connect, isCutOff } from '../remote.ts';
import type { World } from '../world.ts';

type Point = 'before' | 'after' | 'both';

interface FrameOptions extends ControlOptions {
  readonly filter?: string;
  readonly snap?: number;
  readonly before?: boolean;
  readonly after?: boolean;
  readonly both?: boolean;
}

interface CaptureOptions extends FrameOptions {
  readonly write?: string;
  readonly count?: number;
  readonly duration?: number;
  readonly fileSize?: number;
  readonly fileSeconds?: number;
  readonly files?: number;
}

interface ArmOptions extends FrameOptions {
  readonly seconds?: number;
  readonly bytes?: number;
}

const MIN_FILE_BYTES = 4096;

/** Adds the command and those below it. */
export function addCapture(program: Command, world: World): void {
  const command = program
    .command('capture')
    .description('write the frames of links into a capture file, or straight into Wireshark')
    .argument('[LINK...]', 'which links, hubs and switches; without one all, also those that come later')
    .option('-w, --write <OUT>', 'the file; - for the standard output (which is the default in a pipe)')
    .option('--count <N>', 'end after so many frames', parseNumber)
    .option('--duration <TIME>', 'end after this time', parseTime)
    .option('--file-size <SIZE>', 'begin a new file at this size', parseFileSize)
    .option('--file-seconds <N>', 'begin a new file after so many seconds', parseNumber)
    .option('--files <N>', 'keep so many files, the oldest go', parseNumber);
  withControl(withFrames(command)).action(async (links: string[], options: CaptureOptions) => {
    const path = choosePath(options.write, world);
    const ring = ringOf(options, path);
    const client = connect(options, world);
    const { count: frames, duration: durationMs } = options;
    const capture = await FollowedCapture.open(client, { query: queryOf(links, options), frames, durationMs });
    stopOnSignal(capture);
    const onResume = () => world.note('The bridge is another process now: the capture goes on\n');
    tell(await capture.receive({ path, ring }, onResume), world);
  });
  addArm(command, world);
  addDisarm(command, world);
  addDump(command, world);
  addShow(command, world);
}

function addArm(parent: Command, world: World): void {
  const command = parent
    .command('arm')
    .description('keep the last seconds in memory from now on, for "capture dump"')
    .argument('[LINK...]', 'which links; without one all, also those that come later')
    .option('--seconds <N>', 'how far back (default 30)', parseNumber)
    .option('--bytes <SIZE>', 'most memory per forwarding thread (default 64M)', parseSize);
  withControl(withFrames(command)).action(async (links: string[], options: ArmOptions) => {
    const { seconds, bytes, filter, snap } = options;
    const wanted: ArmRequest = { links, seconds, bytes, filter, snap, point: pointOf(options) };
    const body = { text: JSON.stringify(wanted), type: 'application/json' } as const;
    const armed = await connect(options, world).request<ArmedReply>('PUT', '/v1/capture/armed', body);
    if (armed.replaced === true) world.note('What was kept until now is gone: one thing can be armed at a time\n');
    world.note(`The last ${armed.seconds} s are kept, in ${(armed.bytes ?? 0) / 1024 ** 2} MiB at most\n`);
  });
}

function addDisarm(parent: Command, world: World): void {
  const command = parent.command('disarm').description('keep nothing in memory any more');
  withControl(command).action(async (options: ControlOptions) => {
    await connect(options, world).request<ArmedReply>('DELETE', '/v1/capture/armed');
  });
}

function addDump(parent: Command, world: World): void {
  const command = parent
    .command('dump')
    .description('write the last seconds, which were armed before')
    .argument('[LINK...]', 'which links; without one all that are armed')
    .option('-w, --write <OUT>', 'the file; - for the standard output');
  withControl(command).action(async (links: string[], options: CaptureOptions) => {
    const path = choosePath(options.write, world);
    const client = connect(options, world);
    const stream = await client.download(`/v1/capture/armed/dump?${queryOf(links)}`);
    tell(await receiveDump(stream, { path, ring: undefined }), world);
  });
}

function addShow(parent: Command, world: World): void {
  const command = parent.command('show').description('what is being captured, and what is kept in memory');
  withControl(withOutput(command)).action(async (options: ControlOptions & OutputOptions) => {
    const client = connect(options, world);
    const { captures } = await client.request<CapturesReply>('GET', '/v1/captures');
    const armed = await client.request<ArmedReply>('GET', '/v1/capture/armed');
    const rows = captureRows(captures, armed);
    const names = rows.map(({ id }) => id);
    const result = { document: { captures, armed }, columns: CAPTURE_COLUMNS, rows, names };
    await writeResult(result, styleOf(options, world), world);
  });
}

function withFrames(command: Command): Command {
  return command
    .option('--filter <EXPR>', 'only frames that this capture filter means, such as "tcp port 179" or "bgp open"')
    .option('--snap <N>', 'only so many bytes of each frame', parseNumber)
    .addOption(new Option('--before', 'frames as they come from the machines (default)').conflicts(['after', 'both']))
    .addOption(new Option('--after', 'frames as they are handed to the machines, behind impairments').conflicts('both'))
    .option('--both', 'both: each frame twice');
}

function pointOf({ after, both }: FrameOptions): Point {
  if (both === true) return 'both';
  return after === true ? 'after' : 'before';
}

function queryOf(links: readonly string[], options?: FrameOptions): URLSearchParams {
  const query = new URLSearchParams(links.map((link): [string, string] => ['link', link]));
  if (options !== undefined) {
    const { filter, snap } = options;
    query.set('point', pointOf(options));
    if (filter !== undefined) query.set('filter', filter);
    if (snap !== undefined) query.set('snap', String(snap));
  }
  return query;
}

function choosePath(written: string | undefined, world: World): string {
  const path = written ?? '-';
  // Bytes of frames do harm to a terminal.
  if (path === '-' && world.isTerminal) {
    throw new TcpbridgeError('option_invalid', { text: 'capture', expected: '-w FILE, or pipe it into a program' });
  }
  return path;
}

function ringOf({ fileSize, fileSeconds, files }: CaptureOptions, path: string) {
  if (fileSize === undefined && fileSeconds === undefined) {
    if (files === undefined) return undefined;
    throw new TcpbridgeError('option_invalid', { text: '--files', expected: '--file-size or --file-seconds, too' });
  }
  if (path === '-') {
    throw new TcpbridgeError('option_invalid', { text: '-w -', expected: '-w FILE, for a series of files' });
  }
  return { bytes: fileSize, durationMs: fileSeconds && fileSeconds * 1000, files };
}

/** The first signal ends the capture as it should end; the next one at once. */
function stopOnSignal(capture: FollowedCapture): void {
  let isStopping = false;
  const onSignal = (signal: keyof typeof SIGNAL_EXIT_CODES): void => {
    if (isStopping) process.exit(SIGNAL_EXIT_CODES[signal]);
    isStopping = true;
    capture.stop();
  };
  onEndSignal(onSignal);
}

async function receiveDump(stream: IncomingMessage, target: CaptureTarget): Promise<Received> {
  const receiver = new CaptureReceiver(target);
  try {
    await receiver.take(stream);
  } catch (cause) {
    throw isCutOff(cause) ? receiver.cut('the bridge ended or was taken over', cause) : cause;
  } finally {
    stream.destroy();
    await receiver.close();
  }
  return receiver.received;
}

function tell({ frames, missing, files }: Received, world: World): void {
  const where = files.length === 0 ? '' : files.length === 1 ? ` in "${files[0]}"` : ` in ${files.length} files`;
  const lost = missing === 0 ? '' : `, ${missing} missing because they were not read fast enough`;
  world.note(`${frames} frame${frames === 1 ? '' : 's'}${where}${lost}\n`);
}

function parseTime(text: string): number {
  if (/^[\d.]+$/.test(text))
    throw new InvalidArgumentError(`Cannot use "${text}": write its unit, too, such as "${text}s"`);
  return asArgument(() => parseDurationMs(text, { minMs: 1 }));
}

function parseFileSize(text: string): number {
  const bytes = parseSize(text);
  if (bytes >= MIN_FILE_BYTES) return bytes;
  throw new InvalidArgumentError(`Cannot use "${text}": a file has at least 4k`);
}
