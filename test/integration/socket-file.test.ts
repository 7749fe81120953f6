// What stands at the path of a listening unix endpoint is only removed when it is a socket of ours, or nobody's.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { lstatSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { ListeningPeer } from '../support/listening-peer.ts';

type Context = Parameters<typeof ListeningPeer.start>[0];

function makeFolder(t: Context): string {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-socket-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

test('an ordinary file at the path is left alone, and said', async (t) => {
  const path = join(makeFolder(t), 'config');
  writeFileSync(path, 'precious');
  const peer = await ListeningPeer.start(t);
  const bridge = await Bridge.start(t, ['--p2p', `unix-listen:${path}--${peer.endpoint}`]);
  const waiting = await bridge.event('waiting');
  assert.match(String(waiting.message), /not a socket/);
  await bridge.stop();
  assert.equal(readFileSync(path, 'utf8'), 'precious');
});

test("somebody else's socket that took the path meanwhile is left alone at the end", async (t) => {
  const path = join(makeFolder(t), 'socket');
  const peer = await ListeningPeer.start(t);
  const bridge = await Bridge.start(t, ['--p2p', `unix-listen:${path}--${peer.endpoint}`]);
  await bridge.event('listening');
  rmSync(path);
  const other = createServer().listen(path);
  await once(other, 'listening');
  t.after(() => other.close());
  await bridge.stop();
  assert.ok(lstatSync(path).isSocket());
});
