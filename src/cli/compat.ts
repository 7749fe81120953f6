// The ancestor's command line ("tcpbridge --p2p vr1/1--vr2/1"), read exactly as Python's argparse reads it:
// abbreviations, repeats (the last one wins), messages and exit code 2. Gives back what to run or what to print; writes
// nothing and never exits. The only file that imports the argparse package, so load it lazily.
//
// Values are checked after parsing, as the ancestor does: an earlier --p2p that a later one replaces is never looked at.
// Of the ancestor's abbreviations our own options make two ambiguous: --he (--help or --health-file) and --v (--vlan or
// --version). Its modes exclude one another; here all of them may be used together.

import os from 'node:os';
import { ArgumentParser, RawDescriptionHelpFormatter } from 'argparse';
import { quote, TcpbridgeError } from '../errors.ts';
import { withAbsolutePaths } from '../topology/absolute-path.ts';
import { parseDurationMs } from '../topology/duration.ts';
import { ENDPOINT_FORMS } from '../topology/endpoint-spec.ts';
import { parseShard, type Shard, takeShard } from '../topology/shard.ts';
import { makeHub, makeSwitch, makeTopology, parseLink, type SegmentSpec, type Topology } from '../topology/topology.ts';
import {
  type AddOption,
  addInterfaceOptions,
  type InterfaceFlags,
  readInterfaceLinks,
  unusedInterfaceOptions,
} from './compat-interfaces.ts';
import { readVersion } from './version.ts';

/** How to run, apart from what. */
export interface CompatOptions {
  /** What is to be said about the command line. */
  readonly notes?: readonly string[];
  readonly workers: number;
  readonly debug: boolean;
  readonly statsIntervalMs: number | undefined;
  readonly logFormat: LogFormat;
  readonly healthFile: string | undefined;
  /** Path of the control socket, "none", or undefined for the default. */
  readonly control: string | undefined;
  /** The shard that `topology` is, for messages: it is already taken. */
  readonly shard: Shard | undefined;
}

/** How log lines are written. */
export type LogFormat = (typeof LOG_FORMATS)[number];

/** The process should print this and leave. */
export interface CompatExit {
  readonly kind: 'exit';
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The process should run `topology`, which is this shard's part of `wholeTopology`. */
export interface CompatRun {
  readonly kind: 'run';
  readonly topology: Topology;
  readonly wholeTopology: Topology;
  readonly options: CompatOptions;
}

/** What a command line asks for. */
export type CompatResult = CompatRun | CompatExit;

/** What the parser knows of the world around it; tests pass their own. */
export interface CompatContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly hostname: string;
  /** Width of the terminal, for usage and help. */
  readonly columns: number;
}

/** The options as argparse leaves them: strings, not yet checked. */
export interface CompatFlags extends InterfaceFlags {
  readonly p2p?: readonly string[];
  readonly hub?: readonly string[];
  readonly switch?: readonly string[];
  readonly debug: boolean;
  readonly trace: boolean;
  readonly workers?: string;
  readonly stats?: string;
  readonly log_format?: string;
  readonly health_file?: string;
  readonly shard?: string;
  readonly control?: string;
}

const LOG_FORMATS = ['text', 'json'] as const;
const MAX_WORKERS = 64;
const STATS_LIMITS = { minMs: 100, maxMs: 24 * 3_600_000 };
const HUB_NAME = 'hub';
const SWITCH_NAME = 'switch';
const DEFAULT_COLUMNS = 80;

const SHARD_HELP =
  'run share K of N of the links, hubs and switches; auto/N takes K from TCPBRIDGE_SLOT, or from the ordinal at the end of the ' +
  'host name (NAME-0 is share 1); without this option, TCPBRIDGE_SHARD counts';

const FORM_WIDTH = Math.max(...ENDPOINT_FORMS.map(({ form }) => form.length));
const EXAMPLES = `endpoints:
${ENDPOINT_FORMS.map(({ form, example }) => `  ${form.padEnd(FORM_WIDTH)}  such as ${example}`).join('\n')}

  vr1/1 is interface 1 of the machine vr1: TCP port 10000 + 1. Hosts are names or addresses; an
  IPv6 address stands in brackets, as in [2001:db8::1]/1 or tcp:[::1]:10001. No name or path has
  "--" in it. Machines may be started later, and may come and go.

examples:
  tcpbridge --p2p vr1/1--vr2/1 vr1/2--vr3/1
  tcpbridge --hub vr1/3 vr2/3 vr3/3
  tcpbridge --switch vr1/4 vr2/4 vr3/4
  tcpbridge --p2p vr1/1--listen:9000 --stats 10s
  tcpbridge --p2p vr1/1--tap:lab0,address=198.18.0.2/24,route=default@198.18.0.1
  tcpbridge --tap-listen 1 --ipv4-address 198.18.0.2/24 --ipv4-route 198.18.0.1
  tcpbridge --raw-listen 1 --raw-if eth1
  tcpbridge --p2p vr1/1--vr2/1 vr1/2--vr3/1 --shard 1/2
`;

/** Reads a command line (without node and script). */
export function parseCompat(argv: readonly string[], context: Partial<CompatContext> = {}): CompatResult {
  const world: CompatContext = {
    env: context.env ?? process.env,
    hostname: context.hostname ?? os.hostname(),
    columns: context.columns ?? (Number(process.env.COLUMNS) || process.stderr.columns || DEFAULT_COLUMNS),
  };
  const parser = makeParser(world.columns);
  return parser.run(() => {
    if (argv.length === 0) {
      parser.print_help(process.stderr);
      parser.exit(2, `\n${new TcpbridgeError('topology_empty', undefined).message}\n`);
    }
    return makeRun(parser, parser.parse_args<CompatFlags>([...argv]), world);
  });
}

/** Reads a command line no further than argparse does. */
export function parseCompatFlags(argv: readonly string[], columns = DEFAULT_COLUMNS): CompatFlags | CompatExit {
  const parser = makeParser(columns);
  return parser.run(() => ({ ...parser.parse_args<CompatFlags>([...argv]) }));
}

/** The options that take a value or say something about a run, for whoever completes them. */
export function compatOptions(): { readonly long: string; readonly description: string }[] {
  // Its types leave out what its subclasses may read.
  const { _actions: actions } = makeParser(DEFAULT_COLUMNS) as unknown as {
    readonly _actions: readonly CompatAction[];
  };
  const options: { long: string; description: string }[] = [];
  for (const { option_strings: names = [], help } of actions) {
    const long = names.find((name) => name.startsWith('--'));
    if (long !== undefined) options.push({ long, description: help ?? '' });
  }
  return options;
}

interface CompatAction {
  readonly option_strings?: readonly string[];
  readonly help?: string;
}

function makeRun(parser: CompatParser, flags: CompatFlags, world: CompatContext): CompatRun {
  const { check } = parser;
  const segments: SegmentSpec[] = check('argument --p2p', () => (flags.p2p ?? []).map(parseLink));
  segments.push(...readInterfaceLinks(flags, check));
  if (flags.hub !== undefined) segments.push(check('argument --hub', () => makeHub(HUB_NAME, flags.hub ?? [])));
  const ports = flags.switch;
  if (ports !== undefined) segments.push(check('argument --switch', () => makeSwitch(SWITCH_NAME, ports)));
  const unused = unusedInterfaceOptions(flags);
  const notes = unused.map(({ mode, names }) => `${names.join(', ')} ignored: only ${mode} looks at that`);
  const wholeTopology = check(undefined, () => {
    const [first] = unused;
    if (segments.length === 0 && first !== undefined) {
      const expected = `${first.mode} N with it, such as "${first.mode} 1"`;
      throw new TcpbridgeError('option_invalid', { text: first.names.join(' '), expected });
    }
    if (segments.length === 0) throw new TcpbridgeError('topology_empty', undefined);
    return makeTopology(segments.map((segment) => withAbsolutePaths(segment, process.cwd())));
  });
  const shard = readShard(parser, flags.shard, world);
  return {
    kind: 'run',
    topology: takeShard(wholeTopology, shard),
    wholeTopology,
    options: {
      ...(notes.length === 0 ? {} : { notes }),
      workers: check('argument --workers', () => readWorkers(flags.workers)),
      debug: flags.debug,
      statsIntervalMs: check('argument --stats', () => readStats(flags.stats)),
      logFormat: check('argument --log-format', () => readLogFormat(flags.log_format)),
      healthFile: check('argument --health-file', () =>
        readHealthFile(flags.health_file ?? (world.env.TCPBRIDGE_HEALTH_FILE || undefined)),
      ),
      shard,
      control: check('argument --control', () => readControl(flags.control)),
    },
  };
}

function readWorkers(text: string | undefined): number {
  if (text === undefined) return 1;
  const workers = /^\d+$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new TcpbridgeError('option_invalid', { text, expected: `a number from 1 to ${MAX_WORKERS}` });
}

function readStats(text: string | undefined): number | undefined {
  return text === undefined ? undefined : parseDurationMs(text, STATS_LIMITS);
}

function readLogFormat(text: string | undefined): LogFormat {
  const format = text === undefined ? 'text' : LOG_FORMATS.find((known) => known === text);
  if (format !== undefined) return format;
  const expected = LOG_FORMATS.map(quote).join(' or ');
  throw new TcpbridgeError('option_invalid', { text: text ?? '', expected });
}

function readHealthFile(text: string | undefined): string | undefined {
  if (text !== '') return text;
  throw new TcpbridgeError('option_invalid', { text, expected: 'the path of a file, such as "/run/tcpbridge/health"' });
}

function readControl(text: string | undefined): string | undefined {
  if (text !== '') return text;
  throw new TcpbridgeError('option_invalid', { text, expected: 'the path of a socket, or "none"' });
}

// The option goes before the variable; an empty variable is how Compose and Kubernetes write one that is not set.
function readShard(parser: CompatParser, option: string | undefined, world: CompatContext): Shard | undefined {
  const variable = world.env.TCPBRIDGE_SHARD || undefined;
  const text = option ?? variable;
  if (text === undefined) return undefined;
  const instance = { slot: world.env.TCPBRIDGE_SLOT, hostname: world.hostname };
  const place = option === undefined ? 'environment variable TCPBRIDGE_SHARD' : 'argument --shard';
  return parser.check(place, () => parseShard(text, instance));
}

// Ends the parsing from inside argparse, which expects exit() not to return.
class ExitSignal extends Error {
  readonly exitCode: number;
  constructor(exitCode: number) {
    super('exit');
    this.exitCode = exitCode;
  }
}

/** An argparse parser that collects what it would print, and ends by a value and not by process.exit(). */
class CompatParser extends ArgumentParser {
  #stdout = '';
  #stderr = '';

  run<T>(parse: () => T): T | CompatExit {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof ExitSignal)) throw error;
      return { kind: 'exit', code: error.exitCode, stdout: this.#stdout, stderr: this.#stderr };
    }
  }

  /** Runs a check of a value; its error becomes argparse's "usage … error: argument --x: …". */
  check = <T>(place: string | undefined, read: () => T): T => {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof TcpbridgeError)) throw error;
      this.print_usage(process.stderr);
      return this.exit(
        error.exitCode,
        `${this.prog}: error: ${place === undefined ? '' : `${place}: `}${error.message}\n`,
      );
    }
  };

  /** All output of argparse passes here. */
  _print_message(message: string, file?: unknown): void {
    if (file === process.stdout) this.#stdout += message;
    else this.#stderr += message;
  }

  override exit(status = 0, message = ''): never {
    this.#stderr += message;
    throw new ExitSignal(status);
  }
}

function makeParser(columns: number): CompatParser {
  // argparse leaves two columns free at the right.
  class Formatter extends RawDescriptionHelpFormatter {
    constructor(options: ConstructorParameters<typeof RawDescriptionHelpFormatter>[0]) {
      super({ ...options, width: columns - 2 });
    }
  }
  const parser = new CompatParser({
    prog: 'tcpbridge',
    description: 'Wire the network interfaces of virtual machines together: links, hubs and switches.',
    epilog: EXAMPLES,
    formatter_class: Formatter,
    color: false,
  });
  const add: AddOption = (name, metavar, help, type) =>
    parser.add_argument(name, { metavar, help, ...(type === undefined ? {} : { type }) });
  parser.add_argument('--p2p', { nargs: '+', metavar: 'LINK', help: 'links, each written ENDPOINT--ENDPOINT' });
  parser.add_argument('--hub', { nargs: '+', metavar: 'ENDPOINT', help: 'endpoints of one hub' });
  parser.add_argument('--switch', { nargs: '+', metavar: 'ENDPOINT', help: 'endpoints of one learning switch' });
  addInterfaceOptions(add);
  parser.add_argument('--debug', { action: 'store_true', help: 'print a line for each frame' });
  parser.add_argument('--trace', { action: 'store_true', help: 'accepted for compatibility, does nothing' });
  add('--workers', 'N', `forwarding threads, from 1 to ${MAX_WORKERS} (default 1)`);
  add('--stats', 'DURATION', 'print rates and totals of each link at this interval, such as 10s or 500ms');
  add('--log-format', 'text|json', 'how to write log lines (default text)');
  add(
    '--health-file',
    'PATH',
    'keep "0 running" or "1 waiting for …" in this file; without this option, TCPBRIDGE_HEALTH_FILE counts',
  );
  add('--shard', 'K/N', SHARD_HELP);
  add(
    '--control',
    'PATH',
    'serve the control socket here; "none": nowhere (default: TCPBRIDGE_CONTROL, or one per user)',
  );
  parser.add_argument('--version', { action: 'version', version: `tcpbridge ${readVersion()}` });
  return parser;
}
