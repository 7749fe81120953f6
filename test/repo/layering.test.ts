// Imports point down only. The table is the architecture: a layer is a folder or a file of src/, the most exact entry
// counts, and each may import what its row names and itself. Tests are free to import upwards.
import { test } from 'node:test';
import { assertNone, type Import, importsOf, isProduct, packageOf, sourceFiles } from '../support/repository.ts';

interface Layer {
  readonly path: string;
  /** Layers below; with "type " in front only their types, which leave nothing behind at run time. */
  readonly imports?: readonly string[];
  /** Packages and modules of Node; "node:*" for any of the latter, where there is nothing to keep pure. */
  readonly packages?: readonly string[];
}

// From top to bottom.
const LAYERS: readonly Layer[] = [
  { path: 'bin.ts', imports: ['cli', 'errors.ts'] },
  { path: 'index.ts', imports: ['control', 'type channel', 'topology', 'errors.ts'] },
  {
    path: 'cli',
    // _exit(2) is the one system call outside the forwarding threads.
    imports: [
      ...[
        'control',
        'control/serve-control.ts',
        'control/http',
        'control/takeover',
        'pcapng',
        'filter',
        'type channel',
        'decode',
        'drill',
        'scenario',
        'topology',
        'topology/file',
        'log',
      ],
      ...['errors.ts', 'dataplane/sys/exit.ts'],
    ],
    packages: ['argparse', 'commander', 'yaml', 'node:*'],
  },
  {
    // Puts the API in front of a bridge.
    path: 'control/serve-control.ts',
    imports: ['control/http', 'control/drill', 'control/capture', 'control', 'log', 'type topology', 'errors.ts'],
    packages: ['node:*'],
  },
  {
    path: 'control/http',
    imports: [
      ...['scenario', 'control', 'control/takeover', 'control/capture', 'channel', 'topology', 'topology/file'],
      ...['control/drill', 'drill', 'log', 'errors.ts'],
    ],
    packages: ['hono', '@hono/node-server', 'zod', 'node:*'],
  },
  {
    // Moves open descriptors to another process (SCM_RIGHTS), so it makes system calls in the main thread.
    path: 'control/takeover',
    imports: ['control', 'type control/capture', 'channel', 'topology', 'dataplane/sys', 'errors.ts'],
    packages: ['node:*'],
  },
  {
    // Watches frames like a capture, and changes links like a scenario.
    path: 'control/drill',
    imports: ['control/capture', 'control', 'channel', 'drill', 'scenario', 'topology', 'filter', 'errors.ts'],
    packages: ['node:timers/promises', 'node:util'],
  },
  {
    path: 'control/capture',
    imports: ['control', 'channel', 'pcapng', 'filter', 'errors.ts'],
    packages: ['node:*'],
  },
  {
    // Knows the data plane only through the door, and as the address of a file.
    path: 'control',
    imports: ['channel', 'scenario', 'topology', 'topology/file', 'decode', 'log', 'errors.ts'],
    packages: ['node:*'],
  },

  // What runs in a forwarding thread.
  {
    path: 'dataplane/loop',
    imports: [
      ...['dataplane/capture', 'dataplane/impair', 'dataplane/segment', 'dataplane/endpoint', 'dataplane/loop/loop.ts'],
      'dataplane/loop/timer.ts',
      ...['dataplane', 'dataplane/wire', 'dataplane/sys', 'dataplane/limits.ts', 'channel', 'topology'],
    ],
    packages: ['node:worker_threads'],
  },
  {
    path: 'dataplane/capture',
    imports: [
      ...['type dataplane/segment', 'type dataplane/endpoint', 'filter'],
      ...['dataplane', 'dataplane/wire', 'dataplane/sys', 'dataplane/limits.ts', 'channel'],
    ],
  },
  {
    path: 'dataplane/segment',
    imports: [
      ...['dataplane/impair', 'dataplane/endpoint', 'dataplane/loop/loop.ts', 'dataplane/loop/timer.ts'],
      ...['dataplane', 'dataplane/wire', 'dataplane/limits.ts', 'channel', 'topology'],
    ],
  },
  {
    // What a wire does to frames. Knows neither loop nor endpoints: time, chance and the way out are arguments.
    path: 'dataplane/impair',
    imports: ['dataplane/wire', 'dataplane/sys', 'dataplane/limits.ts', 'channel', 'topology', 'filter'],
  },
  {
    path: 'dataplane/endpoint',
    imports: [
      ...['dataplane/loop/loop.ts', 'dataplane/loop/timer.ts'],
      ...['dataplane', 'dataplane/wire', 'dataplane/sys', 'dataplane/limits.ts', 'channel', 'type topology'],
    ],
  },
  {
    path: 'dataplane/loop/loop.ts',
    imports: [
      ...['dataplane/loop/timer.ts'],
      ...['dataplane', 'dataplane/wire', 'dataplane/sys', 'dataplane/limits.ts', 'channel'],
    ],
  },
  { path: 'dataplane/loop/timer.ts' },
  // The files that lie in no folder: memory of queues, copies for the log.
  { path: 'dataplane', imports: ['dataplane/wire', 'dataplane/sys', 'dataplane/limits.ts', 'channel'] },
  { path: 'dataplane/wire', imports: ['dataplane/sys', 'dataplane/limits.ts'] },
  // All of libc, and the only foreign functions.
  { path: 'dataplane/sys', packages: ['koffi', 'node:fs'] },
  { path: 'dataplane/sys/exit.ts', packages: ['koffi'] },
  { path: 'dataplane/limits.ts' },

  // The door between the halves, and what is open to both.
  { path: 'channel', imports: ['type topology', 'errors.ts'], packages: ['node:worker_threads'] },
  // What became of a flow: frames with times in, figures out.
  { path: 'drill', imports: ['decode', 'topology'] },
  {
    path: 'scenario',
    imports: ['topology/file', 'topology', 'filter', 'errors.ts'],
    packages: ['zod', 'node:path'],
  },
  {
    path: 'topology/file',
    imports: ['topology', 'errors.ts'],
    packages: ['yaml', 'zod', 'node:fs', 'node:net', 'node:path'],
  },
  { path: 'topology', imports: ['filter', 'errors.ts'], packages: ['node:net', 'node:path', 'node:util'] },
  { path: 'filter', imports: ['errors.ts'] },
  { path: 'pcapng' },
  { path: 'decode' },
  { path: 'log', packages: ['node:fs', 'node:util'] },
  { path: 'errors.ts', imports: ['problems.ts', 'error-rows.ts'] },
  { path: 'error-rows.ts' },
  { path: 'problems.ts' },
];

// An impossible state may be asserted anywhere.
const OPEN_TO_ALL = 'node:assert/strict';

const product = sourceFiles().filter(isProduct);

test('a layer imports only layers that stand below it in the table', () => {
  const order = LAYERS.map(({ path }) => path);
  const upwards = LAYERS.flatMap(({ path, imports = [] }) =>
    imports
      .map(nameOf)
      .filter((name) => order.indexOf(name) <= order.indexOf(path))
      .map((name) => `${path} imports ${name}`),
  );
  assertNone(upwards);
});

test('every layer of the table has files', () => {
  const used = new Set(product.map((file) => layerOf(file)));
  assertNone(LAYERS.filter((layer) => !used.has(layer)).map(({ path }) => path));
});

test('every source file imports only what the table allows its layer', () => {
  const wrong = product.flatMap((file) => {
    const layer = layerOf(file);
    if (layer === undefined) return `${file} belongs to no layer of the table`;
    const forbidden = importsOf(file).filter((wanted) => !isAllowed(layer, wanted));
    return forbidden.map(({ specifier }) => `${file} imports "${specifier}", which the layer ${layer.path} may not`);
  });
  assertNone(wrong);
});

test('every imported file exists under the name that is written', () => {
  const files = new Set(sourceFiles());
  const missing = sourceFiles().flatMap((file) =>
    importsOf(file)
      .filter(({ file: target }) => target?.startsWith('src/') && !files.has(target))
      .map(({ specifier }) => `${file} imports "${specifier}"`),
  );
  assertNone(missing);
});

test('no file imports itself by way of others', () => {
  const seen = new Set<string>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) circles.push([...path.slice(path.indexOf(file)), file].join(' -> '));
    if (seen.has(file)) return;
    seen.add(file);
    for (const { file: target, isType } of importsOf(file)) {
      if (target?.startsWith('src/') && !isType) visit(target, [...path, file]);
    }
  };
  for (const file of product) visit(file, []);
  assertNone(circles);
});

function nameOf(entry: string): string {
  return entry.replace(/^type /, '');
}

function layerOf(file: string): Layer | undefined {
  const matching = LAYERS.filter(({ path }) => file === `src/${path}` || file.startsWith(`src/${path}/`));
  return matching.toSorted((a, b) => b.path.length - a.path.length)[0];
}

function isAllowed(layer: Layer, { specifier, file, isType }: Import): boolean {
  if (file === undefined) {
    const allowed = [OPEN_TO_ALL, ...(layer.packages ?? [])];
    return allowed.includes(packageOf(specifier)) || (specifier.startsWith('node:') && allowed.includes('node:*'));
  }
  const target = isProduct(file) ? layerOf(file) : undefined;
  if (target === undefined) return false;
  if (target === layer) return true;
  const entry = layer.imports?.find((name) => nameOf(name) === target.path);
  return entry !== undefined && (isType || !entry.startsWith('type '));
}
