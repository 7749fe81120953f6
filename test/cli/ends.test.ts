// How sub-commands end when somebody else decides: a reader that leaves, a signal, a bridge that changes hands.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Bridge, commandFile } from '../support/bridge.ts';
import { tryCommand } from '../support/command.ts';
import { type Lab, startLab } from '../support/lab.ts';

const LAB = 'links: [{name: west, endpoints: ["unix:/nowhere/1", "unix:/nowhere/2"]}]\n';

function start(t: TestContext, lab: Lab, args: readonly string[]): ChildProcess {
  const child = spawn(process.execPath, [commandFile(), ...args], { env: lab.env, stdio: ['ignore', 'pipe', 'pipe'] });
  t.after(() => child.kill('SIGKILL'));
  return child;
}

test('a reader that leaves ends a command without a word', async (t) => {
  const lab = await startLab(t, LAB);
  const command = `"${process.execPath}" "${commandFile()}"`;
  for (const args of ['top -i 100ms', 'links -w 100ms', 'events --since 1h']) {
    const script = `{ ${command} ${args}; echo "rc=$?" >&2; } | head -n 1 > /dev/null`;
    if (args.startsWith('events')) {
      // A quiet stream notices at its next line.
      const reading = tryCommand('bash', ['-c', script], { env: lab.env });
      let isDone = false;
      void reading.finally(() => {
        isDone = true;
      });
      while (!isDone)
        await lab.type(
          'link',
          (await lab.type('links', '--state', 'down', '-o', 'name')).stdout === '' ? 'down' : 'up',
          'west',
        );
      assert.equal((await reading).stderr, 'rc=0\n');
    } else assert.equal((await tryCommand('bash', ['-c', script], { env: lab.env })).stderr, 'rc=0\n', args);
  }
});

test('SIGINT and SIGTERM end a command with their codes', async (t) => {
  const lab = await startLab(t, LAB);
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const) {
    const child = start(t, lab, ['top', '-i', '100ms']);
    await once(child.stdout!, 'data');
    child.kill(signal);
    assert.deepEqual(await once(child, 'close'), [code, null]);
  }
});

test('events go on when another process takes the bridge over', async (t) => {
  const lab = await startLab(t, LAB);
  const child = start(t, lab, ['events', '--since', '1h', '--type', 'changed', '--count', '2']);
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  const closed = once(child, 'close');
  await lab.type('link', 'down', 'west');
  while (!text.includes('down')) await once(child.stdout!, 'data');
  const ended = lab.bridge.stop('SIGCONT');
  const second = await Bridge.start(t, ['run', '--takeover', '--control', lab.socketPath]);
  await ended;
  let isDone = false;
  void closed.finally(() => {
    isDone = true;
  });
  while (!isDone) for (const state of ['up', 'down']) await lab.type('link', state, 'west');
  assert.deepEqual(await closed, [0, null]);
  assert.equal(text.trim().split('\n').length, 2);
  await second.finish();
});

test('the ancestor command line does not load the parser of the sub-commands', () => {
  const folder = dirname(commandFile());
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    const code = readFileSync(join(folder, file), 'utf8');
    // Static imports only: those that are written "import(...)" wait until they are wanted.
    for (const [, next] of code.matchAll(/^(?:import|\} from|import .* from) *"\.\/([^"]+)"/gm)) visit(next!);
  };
  const main = readFileSync(commandFile(), 'utf8');
  const [, entry] = /import\("\.\/([^"]*main[^"]*)"\)/.exec(main) ?? [];
  visit(entry ?? 'no main file');
  assert.ok(seen.size > 1, 'Imports were followed');
  const code = [...seen].map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
  assert.doesNotMatch(code, /node_modules\/commander|node_modules\/argparse/);
});
