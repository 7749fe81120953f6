// tcpbridge events: what happens to the running bridge, one line per event, until somebody ends it.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ControlClient, RemoteError } from '../../control/http/client.ts';
import type { ServerEvent } from '../../control/http/event-reader.ts';
import { TcpbridgeError } from '../../errors.ts';
import { parseDurationMs } from '../../topology/duration.ts';
import { type BridgeEvent, eventJson, eventLine } from '../event-line.ts';
import { asArgument, type ControlOptions, parseNumber, withControl } from '../options.ts';
import { connect, follow } from '../remote.ts';
import type { World } from '../world.ts';

interface Options extends ControlOptions {
  readonly output: 'text' | 'json';
  readonly since?: number;
  readonly type?: readonly string[];
  readonly link?: readonly string[];
  readonly count?: number;
}

const SINCE_LIMITS = { minMs: 1, maxMs: 365 * 24 * 3_600_000 };
// No event has this id, so the bridge sends all that it has kept.
const BEFORE_ALL = '-0';

/** Adds the command. */
export function addEvents(program: Command, world: World): void {
  const command = program
    .command('events')
    .description('print what happens, one line per event')
    .addOption(new Option('-o, --output <FORMAT>', 'how to write events').choices(['text', 'json']).default('text'))
    .addOption(new Option('-f, --format <FORMAT>').choices(['text', 'json']).hideHelp())
    .option('--since <TIME>', 'begin with what happened since: a duration such as 10m, or a time', readSince)
    .option('--type <TYPE...>', 'only events of these types, such as attached')
    .option('--link <LINK...>', 'only events of these links, hubs and switches')
    .option('--count <N>', 'end after this many events', parseNumber);
  withControl(command).action(async (options: Options & { format?: Options['output'] }) => {
    await checkTypes(options.type ?? []);
    const client = connect(options, world);
    await noteUnknownLinks(client, options.link ?? [], world);
    const ending = new AbortController();
    let left = options.count ?? Number.POSITIVE_INFINITY;
    const onEvent = (record: ServerEvent): void => {
      const event = readEvent(record);
      if (left <= 0 || event === undefined || !isWanted(event, options)) return;
      left--;
      world.out(`${(options.format ?? options.output) === 'json' ? eventJson(event) : eventLine(event)}\n`);
      if (left === 0) ending.abort();
    };
    await follow(client, '/v1/events', onEvent, ending.signal, options.since === undefined ? undefined : BEFORE_ALL);
  });
}

// Nobody would ever see one, and wait for ever.
async function checkTypes(types: readonly string[]): Promise<void> {
  if (types.length === 0) return;
  const { EVENTS } = await import('../../control/http/schemas.ts');
  const unknown = types.find((type) => !Object.hasOwn(EVENTS, type));
  if (unknown === undefined) return;
  throw new TcpbridgeError('option_invalid', { text: unknown, expected: `one of ${Object.keys(EVENTS).join(', ')}` });
}

// A link may come later, or have gone already.
async function noteUnknownLinks(client: ControlClient, names: readonly string[], world: World): Promise<void> {
  for (const name of names) {
    await client.link(name).catch((error: unknown) => {
      if (!(error instanceof RemoteError && error.code === 'link_unknown')) throw error;
      world.note(`tcpbridge: ${error.message} now; its events are printed when it comes\n`);
    });
  }
}

function readEvent({ type, data }: ServerEvent): BridgeEvent | undefined {
  try {
    return { type, data: JSON.parse(data) as BridgeEvent['data'] };
  } catch {
    return undefined;
  }
}

function isWanted({ type, data }: BridgeEvent, { since, type: types, link: links }: Options): boolean {
  // That something may be missing before the first kept event says nothing about the time that was asked for.
  if (type === 'missed') return data.missed !== null;
  if (types !== undefined && !types.includes(type)) return false;
  if (links !== undefined && !links.includes(String(data.link))) return false;
  return since === undefined || Date.parse(String(data.time)) >= since;
}

/** Reads a duration, counted back from now, or a time; gives milliseconds since 1970. */
function readSince(text: string): number {
  const time = /^\d{4}-/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return time;
  if (/^\d{4}-/.test(text)) {
    throw new InvalidArgumentError(`Cannot read time "${text}": write one such as "2026-01-31T12:00:00Z"`);
  }
  return Date.now() - asArgument(() => parseDurationMs(text, SINCE_LIMITS));
}
