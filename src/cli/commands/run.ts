// tcpbridge run: options and a topology file -> a RunRequest, which run.ts carries out.

import { hostname } from 'node:os';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { NO_CONTROL } from '../../control/control-path.ts';
import { TcpbridgeError } from '../../errors.ts';
import { parseDurationMs } from '../../topology/duration.ts';
import { parseShard, type Shard, takeShard } from '../../topology/shard.ts';
import { makeTopology, type Topology } from '../../topology/topology.ts';
import { readTopology } from '../command.ts';
import type { LogFormat } from '../compat.ts';
import { asArgument } from '../options.ts';
import type { RunRequest } from '../run-request.ts';
import type { World } from '../world.ts';

interface Options {
  readonly topology?: string;
  readonly watch?: boolean;
  readonly control?: string;
  readonly listen?: string;
  readonly tokenFile?: string;
  readonly hostName?: string[];
  readonly stateFile?: string;
  readonly takeover?: boolean;
  readonly replace?: boolean;
  readonly workers: number;
  readonly debug?: boolean;
  readonly stats?: number;
  readonly logFormat: LogFormat;
  readonly healthFile?: string;
  readonly shard?: Shard;
}

const MAX_WORKERS = 64;
const STATS_LIMITS = { minMs: 100, maxMs: 24 * 3_600_000 };
const STDIN = '-';

/** Adds the command. */
export function addRun(program: Command, world: World): void {
  program
    .command('run')
    .description('run a topology until it is stopped; it can be changed meanwhile')
    .option('-t, --topology <FILE>', 'topology file, or "-" for standard input; without one, nothing is connected yet')
    .option('--watch', 'apply the file whenever it is saved; SIGHUP applies it in any case')
    .option('--control <PATH>', 'where the control socket shall be, or "none"')
    .option('--listen <HOST:PORT>', 'serve the API over HTTP, too; needs --token-file')
    .option('--token-file <FILE>', 'file with the token that HTTP clients must send')
    .option(
      '--host-name <NAME...>',
      'further names by which HTTP clients may call this machine, such as behind a proxy',
    )
    .option('--state-file <FILE>', 'keep the topology in this file, so that changes survive a crash')
    .option('--takeover', 'take the connections of the running tcpbridge over, without losing a frame')
    .addOption(
      new Option(
        '--replace',
        'stop the running tcpbridge and start the moment it is gone; connections are made anew',
      ).conflicts('takeover'),
    )
    .addOption(
      new Option('--workers <N>', `forwarding threads, from 1 to ${MAX_WORKERS}`).argParser(readWorkers).default(1),
    )
    .option('--debug', 'print a line for each frame')
    .option('--stats <DURATION>', 'print rates and totals of each link at this interval', (text) =>
      asArgument(() => parseDurationMs(text, STATS_LIMITS)),
    )
    .addOption(new Option('--log-format <FORMAT>', 'how to write log lines').choices(['text', 'json']).default('text'))
    .option('--health-file <FILE>', 'keep "0 running" or "1 waiting for …" in this file')
    .option('--shard <K/N>', 'run share K of N of the links, hubs and switches; auto/N as with --p2p', (text) =>
      asArgument(() => readShard(text, world)),
    )
    .action(async (options: Options) => {
      const request = await makeRequest(options, world);
      const { run } = await import('../run.ts');
      await run(request);
    });
}

async function makeRequest(options: Options, world: World): Promise<RunRequest> {
  const { topology: file, watch = false } = options;
  if (watch && (file === undefined || file === STDIN)) {
    throw new TcpbridgeError('option_invalid', { text: '--watch', expected: 'also -t FILE with the file to watch' });
  }
  if (options.control !== undefined && /^https?:/.test(options.control)) {
    const expected = `the path of a socket, or "${NO_CONTROL}"; --listen is for HTTP`;
    throw new TcpbridgeError('option_invalid', { text: options.control, expected });
  }
  const whole = await readWhole(options, world);
  const variable = world.env.TCPBRIDGE_SHARD || undefined;
  const shard = options.shard ?? (variable === undefined ? undefined : readShard(variable, world));
  return {
    topology: whole === undefined ? undefined : takeShard(whole, shard),
    whole,
    topologyFile: file === STDIN ? undefined : file,
    watch,
    control: options.control,
    listen: options.listen,
    tokenFile: options.tokenFile,
    hostNames: options.hostName,
    stateFile: options.stateFile,
    takeover: options.takeover === true,
    replace: options.replace === true,
    workers: options.workers,
    debug: options.debug === true,
    statsIntervalMs: options.stats,
    logFormat: options.logFormat,
    healthFile: options.healthFile ?? (world.env.TCPBRIDGE_HEALTH_FILE || undefined),
    shard,
  };
}

// Without a file there is nothing to connect yet, or all that the bridge connects whose place we take.
async function readWhole({ topology: file, takeover, replace }: Options, world: World): Promise<Topology | undefined> {
  if (file !== undefined) return (await readTopology(file, world)).topology;
  return takeover === true || replace === true ? undefined : makeTopology([]);
}

function readShard(text: string, { env }: World): Shard {
  return parseShard(text, { slot: env.TCPBRIDGE_SLOT, hostname: hostname() });
}

function readWorkers(text: string): number {
  const workers = /^\d+$/.test(text) ? Number(text) : 0;
  if (workers >= 1 && workers <= MAX_WORKERS) return workers;
  throw new InvalidArgumentError(`Cannot use "${text}": write a number from 1 to ${MAX_WORKERS}`);
}
