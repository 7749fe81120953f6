// The npm package as its users get it: what is in it, and that both the command of a global install and the library of a
// local one carry frames. Packed from a copy of the repository, because packing builds dist/ anew; koffi comes from the
// registry that npm is configured for.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { runCommand } from '../support/command.ts';
import { withDeadline } from '../support/deadline.ts';
import { assertSameFrames, FrameSource } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { ROOT, readText, trackedFiles } from '../support/repository.ts';

const MAX_PACKED_BYTES = 768 * 1024;
const EXIT_DEADLINE_MS = 60_000;
const QUIET = ['--no-audit', '--no-fund', '--ignore-scripts', '--prefer-offline', '--loglevel=error'];
const PAGES = ['CHANGELOG.md', 'LICENSE', 'README.md', 'THIRD_PARTY_NOTICES', 'package.json'];
const ENTRIES = ['dist/bin.js', 'dist/index.js', 'dist/types/index.d.ts', 'dist/worker.js'];
const REST = /^dist\/chunk-[\w-]+\.js$|^dist\/types\/[\w/-]+\.d\.ts$/;

// What a program that uses the library looks like. It forwards until it is told to stop.
const PROGRAM = `import { Bridge, type EndEvent, makeTopology, parseLink, type SegmentStatus } from 'tcpbridge';

const bridge: Bridge = Bridge.start(makeTopology([parseLink(process.argv[2] ?? '')]), { workers: 1 });
bridge.on('waiting', ({ endpoint, reason }: EndEvent & { reason: string }) => console.error(endpoint, reason));
process.once('SIGTERM', () => {
  const [link]: readonly SegmentStatus[] = bridge.status();
  console.log(link?.name);
  void bridge.close();
});
`;
const PROGRAM_SETTINGS = {
  compilerOptions: { strict: true, target: 'es2023', module: 'nodenext', types: ['node'], skipLibCheck: false },
  files: ['program.ts'],
};

const version: string = JSON.parse(readText('package.json')).version;

test('the npm package', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-package-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const archive = await pack(folder);

  await t.test('holds the bundle, its declarations and the pages, and nothing else', async () => {
    const names = (await runCommand('tar', ['-tzf', archive])).split('\n').map((name) => name.replace('package/', ''));
    const missing = [...PAGES, ...ENTRIES].filter((name) => !names.includes(name));
    const surplus = names.filter((name) => !PAGES.includes(name) && !ENTRIES.includes(name) && !REST.test(name));
    assert.deepEqual({ missing, surplus }, { missing: [], surplus: [] });
    const bytes = statSync(archive).size;
    assert.ok(bytes <= MAX_PACKED_BYTES, `The package has ${bytes} bytes, more than ${MAX_PACKED_BYTES}`);
  });

  await t.test('brings a command that works from a global install', async (t) => {
    const prefix = join(folder, 'global');
    await runCommand('npm', ['install', '--global', '--prefix', prefix, archive, ...QUIET], { cwd: folder });
    const packages = readdirSync(join(prefix, 'lib/node_modules/tcpbridge/node_modules'));
    assert.deepEqual(
      packages.filter((name) => !name.startsWith('.')),
      ['@koromix', 'koffi'],
    );
    const command = join(prefix, 'bin/tcpbridge');
    assert.equal(await runCommand(command, ['--version'], { cwd: folder }), `tcpbridge ${version}`);
    assert.match(await runCommand(command, ['--help'], { cwd: folder }), /^Usage: tcpbridge .*--p2p/s);
    await checkForwarding(t, (link) =>
      spawn(command, ['--p2p', link], { cwd: folder, stdio: ['ignore', 'pipe', 'inherit'] }),
    );
  });

  await t.test('brings a library with types', async (t) => {
    const project = join(folder, 'project');
    mkdirSync(join(project, 'node_modules/@types'), { recursive: true });
    writeFileSync(join(project, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(PROGRAM_SETTINGS));
    writeFileSync(join(project, 'program.ts'), PROGRAM);
    await runCommand('npm', ['install', archive, ...QUIET], { cwd: project });
    // What such a project has of its own: the types of Node.
    for (const name of ['@types/node', 'undici-types']) {
      mkdirSync(dirname(join(project, 'node_modules', name)), { recursive: true });
      symlinkSync(join(ROOT, 'node_modules', name), join(project, 'node_modules', name));
    }
    await runCommand(join(ROOT, 'node_modules/.bin/tsc'), ['-p', project]);
    const said = await checkForwarding(t, (link) =>
      spawn(process.execPath, [join(project, 'program.js'), link], {
        cwd: folder,
        stdio: ['ignore', 'pipe', 'inherit'],
      }),
    );
    assert.match(said, /^tcp:\S+--tcp:\S+\n$/);
  });
});

/** Packs a copy of the repository; returns the archive. */
async function pack(folder: string): Promise<string> {
  const copy = join(folder, 'copy');
  for (const file of trackedFiles()) cpSync(join(ROOT, file), join(copy, file));
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
  await runCommand('npm', ['pack', '--pack-destination', folder, '--loglevel=error'], { cwd: copy });
  return join(folder, `tcpbridge-${version}.tgz`);
}

/** Frames pass both ways between two machines, and SIGTERM ends the program in good order; returns its output. */
async function checkForwarding(t: TestContext, start: (link: string) => ChildProcess): Promise<string> {
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const child = start(`${a.endpoint}--${b.endpoint}`);
  t.after(() => child.kill('SIGKILL'));
  let output = '';
  child.stdout!.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  await Promise.all([a.attached(), b.attached()]);
  const source = new FrameSource(1);
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const frames = source.frames(100, () => source.anyLength());
    from.send(...frames);
    assertSameFrames(await to.take(frames.length), frames, `${from.endpoint} to ${to.endpoint}`);
  }
  const exited = once(child, 'close');
  child.kill('SIGTERM');
  assert.deepEqual(await withDeadline(exited, EXIT_DEADLINE_MS, 'the end of tcpbridge'), [0, null]);
  return output;
}
