// tcpbridge graph: a drawing of a topology file, or of what the running bridge connects.

import { writeFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { type Command, Option } from 'commander';
import { TcpbridgeError } from '../../errors.ts';
import { fileFault } from '../../topology/file/file-fault.ts';
import type { Topology } from '../../topology/topology.ts';
import { readTopology } from '../command.ts';
import { type ControlOptions, withControl } from '../options.ts';
import { connect } from '../remote.ts';
import type { World } from '../world.ts';

const FORMATS = ['mermaid', 'dot', 'svg'] as const;
type Format = (typeof FORMATS)[number];

interface Options extends ControlOptions {
  readonly format?: Format;
  readonly write?: string;
}

const BY_EXTENSION: Readonly<Record<string, Format>> = {
  '.mmd': 'mermaid',
  '.mermaid': 'mermaid',
  '.md': 'mermaid',
  '.dot': 'dot',
  '.gv': 'dot',
  '.svg': 'svg',
};

/** Adds the command. */
export function addGraph(program: Command, world: World): void {
  const command = program
    .command('graph')
    .description('draw a topology file, or what the running tcpbridge connects')
    .argument('[FILE]', 'topology file, or "-" for standard input')
    .addOption(
      new Option('-f, --format <FORMAT>', 'language of the drawing')
        .choices(FORMATS)
        .default(undefined, 'that of the name of OUT, or mermaid'),
    )
    .option('-w, --write <OUT>', 'file to write to, instead of standard output');
  withControl(command).action(async (file: string | undefined, options: Options) => {
    const format = options.format ?? formatOf(options.write);
    const topology =
      file === undefined ? await readRunning(options, world) : (await readTopology(file, world)).topology;
    const text = await draw(topology, format);
    if (options.write === undefined) world.out(text);
    else await write(options.write, text);
  });
}

// A name without an extension says nothing; one with another extension says that something else is expected in it.
function formatOf(path: string | undefined): Format {
  const extension = extname(path ?? '').toLowerCase();
  if (path === undefined || extension === '') return 'mermaid';
  const format = Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
  if (format !== undefined) return format;
  const expected = `a name that ends in ${Object.keys(BY_EXTENSION).join(', ')}, or say with -f ${FORMATS.join(', -f ')} what shall be in it`;
  throw new TcpbridgeError('option_invalid', { text: path, expected });
}

async function readRunning(options: ControlOptions, world: World): Promise<Topology> {
  const document = await connect(options, world).topology();
  const { parseTopologyDocument } = await import('../../topology/file/parse.ts');
  return parseTopologyDocument(document, 'the running tcpbridge').topology;
}

async function draw(topology: Topology, format: Format): Promise<string> {
  const { graphDot, graphMermaid, graphSvg } = await import('../../topology/graph.ts');
  return { mermaid: graphMermaid, dot: graphDot, svg: graphSvg }[format](topology);
}

async function write(path: string, text: string): Promise<void> {
  try {
    await writeFile(path, text);
  } catch (cause) {
    const expected = `the path of a file that can be written (${fileFault(cause, 'folder')})`;
    throw new TcpbridgeError('option_invalid', { text: path, expected }, { cause });
  }
}
