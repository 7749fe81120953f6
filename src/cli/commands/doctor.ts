// tcpbridge doctor: what is wrong with the endpoints of a topology, and what to do about it.

import type { Command } from 'commander';
import type { Diagnosis, Finding, RunningBridge } from '../../control/doctor/finding.ts';
import { TcpbridgeError } from '../../errors.ts';
import { withAbsolutePaths } from '../../topology/absolute-path.ts';
import { makeHub, makeSwitch, makeTopology, parseLink, type Topology } from '../../topology/topology.ts';
import { readTopology } from '../command.ts';
import { type ControlOptions, type OutputOptions, withControl, withOutput } from '../options.ts';
import { type Colour, type Column, harmless, styleOf, writeResult } from '../output.ts';
import { connect } from '../remote.ts';
import type { World } from '../world.ts';

interface Options extends ControlOptions, OutputOptions {
  readonly topology?: string;
  readonly p2p?: readonly string[];
  readonly hub?: readonly string[];
  readonly switch?: readonly string[];
}

interface Row extends Finding {
  readonly endpoint: string;
  readonly link: string;
}

const UNHEALTHY_EXIT_CODE = 1;
const HUB_NAME = 'hub';
const SWITCH_NAME = 'switch';
const COLOURS: Readonly<Record<Finding['level'], Colour>> = { ok: 'green', note: 'yellow', wrong: 'red' };

const COLUMNS: readonly Column<Row>[] = [
  { title: 'ENDPOINT', value: ({ endpoint }) => endpoint },
  { title: 'LINK', value: ({ link }) => link, isWide: true },
  { title: 'CHECK', value: ({ check }) => check },
  { title: 'RESULT', value: ({ level }) => level, colour: ({ level }) => COLOURS[level] },
  { title: 'WHAT', value: ({ message }) => message },
  { title: 'ADVICE', value: ({ advice = '' }) => advice, isWide: true },
];

/** Adds the command. */
export function addDoctor(program: Command, world: World): void {
  const command = program
    .command('doctor')
    .description('explain every endpoint: reachable, attached, queued; exit code 1 when something is wrong')
    .option('-t, --topology <FILE>', 'topology file, or "-" for standard input, instead of what the bridge runs')
    .option('--p2p <LINK...>', 'links, as with "tcpbridge --p2p"')
    .option('--hub <ENDPOINT...>', 'endpoints of a hub, as with "tcpbridge --hub"')
    .option('--switch <ENDPOINT...>', 'endpoints of a switch, as with "tcpbridge --switch"');
  withControl(withOutput(command)).action(async (options: Options) => {
    const given = await readGiven(options, world);
    const running = await askRunning(options, world, given !== undefined);
    const { examine } = await import('../../control/doctor/examine.ts');
    const diagnosis = await examine(given ?? running!.topology, { running: running?.bridge });
    if (!diagnosis.healthy) world.exitCode = UNHEALTHY_EXIT_CODE;
    await write(diagnosis, options, world);
  });
}

async function readGiven(
  { topology: file, p2p = [], hub = [], switch: ports = [] }: Options,
  world: World,
): Promise<Topology | undefined> {
  const isTyped = p2p.length + hub.length + ports.length > 0;
  if (file !== undefined && isTyped) {
    throw new TcpbridgeError('option_invalid', {
      text: file,
      expected: 'either -t FILE, or --p2p, --hub and --switch',
    });
  }
  if (file !== undefined) return (await readTopology(file, world)).topology;
  if (!isTyped) return undefined;
  const segments = [
    ...p2p.map(parseLink),
    ...(hub.length > 0 ? [makeHub(HUB_NAME, hub)] : []),
    ...(ports.length > 0 ? [makeSwitch(SWITCH_NAME, ports)] : []),
  ];
  return makeTopology(segments.map((segment) => withAbsolutePaths(segment, process.cwd())));
}

// What is given can be examined without a bridge, as long as nobody named one.
async function askRunning(
  options: Options,
  world: World,
  isOptional: boolean,
): Promise<{ bridge: RunningBridge; topology: Topology } | undefined> {
  try {
    const client = connect(options, world);
    const [{ pid, segments }, document] = [await client.status(), await client.topology()];
    const { parseTopologyDocument } = await import('../../topology/file/parse.ts');
    const { topology } = parseTopologyDocument(document, 'the running tcpbridge');
    const isLocal = options.control === undefined || !/^https?:/i.test(options.control);
    return { bridge: { pid, isLocal, segments }, topology };
  } catch (error) {
    const isAway = error instanceof TcpbridgeError && error.code === 'bridge_unreachable';
    if (isAway && isOptional && options.control === undefined) return undefined;
    throw error;
  }
}

async function write(diagnosis: Diagnosis, options: Options, world: World): Promise<void> {
  const rows: Row[] = [
    ...diagnosis.endpoints.flatMap(({ endpoint, link, findings }) =>
      findings.map((finding) => ({ endpoint, link, ...finding })),
    ),
    ...diagnosis.host.map((finding) => ({ endpoint: '-', link: '-', ...finding })),
  ];
  const names = diagnosis.endpoints
    .filter(({ findings }) => findings.some(({ level }) => level === 'wrong'))
    .map(({ endpoint }) => endpoint);
  const style = styleOf(options, world);
  await writeResult({ document: diagnosis, columns: COLUMNS, rows, names }, style, world);
  if (style.format === 'table') world.out(writeAdvice(rows));
}

function writeAdvice(rows: readonly Row[]): string {
  const wrongs = rows.filter(({ level }) => level === 'wrong');
  if (wrongs.length === 0) return '\nNothing is wrong\n';
  const advice = new Map<string, string[]>();
  for (const { endpoint, advice: text = '' } of wrongs) advice.set(text, [...(advice.get(text) ?? []), endpoint]);
  const lines = [...advice].map(([text, endpoints]) => `  ${[...new Set(endpoints)].join(', ')}: ${text}`);
  return `\nWhat to do:\n${lines.map((line) => `${harmless(line)}\n`).join('')}`;
}
