// The control socket: a stale one is replaced, a live one is not unless asked, and each is removed by who made it only.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, get, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { listenUnix } from './unix-socket.ts';

function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-socket-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function serverOf(t: TestContext, text: string): Server {
  const server = createServer((_, response) => response.end(text));
  t.after(() => server.close());
  return server;
}

async function ask(socketPath: string): Promise<string> {
  const [response] = await once(get({ socketPath, path: '/', agent: false }), 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return text;
}

/** A socket that nobody serves any more, as a killed process leaves it. */
async function leaveStale(t: TestContext, path: string): Promise<void> {
  const server = serverOf(t, 'old');
  const remove = await listenUnix(server, path);
  server.close();
  await once(server, 'close');
  assert.ok(existsSync(path));
  t.after(remove);
}

test('listenUnix() makes a socket for its owner, with its folder when asked', async (t) => {
  const folder = makeFolder(t);
  const path = join(folder, 'deep/er/control.sock');
  await assert.rejects(listenUnix(serverOf(t, ''), path), { code: 'control_unusable' });
  const remove = await listenUnix(serverOf(t, 'me'), path, { makeFolder: true });
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'deep')).mode & 0o777, 0o700);
  assert.deepEqual(readdirSync(join(folder, 'deep/er')), ['control.sock']);
  assert.equal(await ask(path), 'me');
  remove();
  assert.equal(existsSync(path), false);
});

test('listenUnix() takes the place of a socket that nobody serves', async (t) => {
  const path = join(makeFolder(t), 'control.sock');
  await leaveStale(t, path);
  await listenUnix(serverOf(t, 'new'), path);
  assert.equal(await ask(path), 'new');
});

test('listenUnix() leaves a socket that is served, and names the process when it says', async (t) => {
  const path = join(makeFolder(t), 'control.sock');
  await listenUnix(serverOf(t, '{"version":"1","pid":4711}'), path);
  const refused = serverOf(t, 'new');
  await assert.rejects(listenUnix(refused, path), { code: 'control_taken', message: /\(process 4711\)/ });
  assert.equal(refused.listening, false);
  assert.equal(await ask(path), '{"version":"1","pid":4711}');
  const silent = join(makeFolder(t), 'silent.sock');
  await listenUnix(serverOf(t, 'no pid'), silent);
  await assert.rejects(listenUnix(serverOf(t, ''), silent), { code: 'control_taken', message: /another tcpbridge: / });
});

test('listenUnix() takes over a socket that is served, and the old owner does not remove it', async (t) => {
  const path = join(makeFolder(t), 'control.sock');
  const old = serverOf(t, 'old');
  const removeOld = await listenUnix(old, path);
  await listenUnix(serverOf(t, 'new'), path, { replace: true });
  assert.equal(await ask(path), 'new');
  removeOld();
  old.close();
  await once(old, 'close');
  assert.equal(await ask(path), 'new');
});

test('listenUnix() refuses what is no socket, and a path that is too long', async (t) => {
  const folder = makeFolder(t);
  const file = join(folder, 'file');
  writeFileSync(file, 'precious');
  await assert.rejects(listenUnix(serverOf(t, ''), file), { code: 'control_unusable', message: /not a socket/ });
  assert.equal(statSync(file).size, 8);
  const long = join(folder, 'x'.repeat(100));
  await assert.rejects(listenUnix(serverOf(t, ''), long), { code: 'control_unusable', message: /longer than/ });
});
