// The per-frame log at its end: what came last is what somebody who interrupts it wants to see, and nothing is left out
// silently. A ring of frames, a bridge that has nothing else, and a file to write to.

import assert from 'node:assert/strict';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TapRing, writeTapRecord } from '../channel/tap-ring.ts';
import type { Bridge } from '../control/bridge.ts';
import { LineWriter } from '../log/line-writer.ts';
import { FrameLog } from './frame-log.ts';

const DRAIN_MS = 60_000;
const FRAME = Buffer.from('ffffffffffff52540000000188b5', 'hex');

function makeLog(t: TestContext, ring: TapRing): { log: FrameLog; writer: LineWriter; lines: () => string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-frames-'));
  const path = join(folder, 'log');
  const fd = openSync(path, 'w');
  t.after(() => {
    closeSync(fd);
    rmSync(folder, { recursive: true });
  });
  const writer = new LineWriter(fd, (count) => `left out ${count}`);
  const bridge = { tapRings: [ring], on: () => {}, describeTap: () => ({ link: 'a--b', from: 'a', to: 'b' }) };
  const log = new FrameLog(bridge as unknown as Bridge, writer, { json: false });
  return { log, writer, lines: () => readFileSync(path, 'utf8').trimEnd().split('\n') };
}

function push(ring: TapRing, count: number): void {
  for (let i = 0; i < count; i++) writeTapRecord(ring, 1, 0, i, FRAME, 0, FRAME.length, FRAME.length);
  ring.publish();
}

/** Lines about frames, and the number of those that are said to be missing. */
function count(lines: readonly string[]): { printed: number; leftOut: number } {
  const missing = lines.flatMap((line) => /^left out (\d+)$/.exec(line)?.[1] ?? []);
  return { printed: lines.length - missing.length, leftOut: missing.map(Number).reduce((sum, n) => sum + n, 0) };
}

test('FrameLog.stop() accounts for every frame that is still in the ring', async (t) => {
  const ring = TapRing.ofSize(256 * 1024);
  const { log, writer, lines } = makeLog(t, ring);
  push(ring, 2000);
  log.stop();
  assert.ok(await writer.drain(DRAIN_MS));
  const { printed, leftOut } = count(lines());
  assert.equal(printed + leftOut, 2000);
});

test('FrameLog.stop() says how many frames found no room at the end', async (t) => {
  const ring = TapRing.ofSize(1024);
  const { log, writer, lines } = makeLog(t, ring);
  push(ring, 1000);
  log.stop();
  assert.ok(await writer.drain(DRAIN_MS));
  const { printed, leftOut } = count(lines());
  assert.ok(leftOut > 0);
  assert.equal(printed + leftOut, 1000);
});
