// Frames do not depend on whoever reads what the bridge prints: a pipe that is full or closed slows nothing down, loses
// no frame and does not keep the process from ending.
import assert from 'node:assert/strict';
import { performance } from 'node:perf_hooks';
import { type TestContext, test } from 'node:test';
import { Bridge, type BridgeOptions } from '../support/bridge.ts';
import { assertSameFrames, FrameSource } from '../support/frame-source.ts';
import { LineReader } from '../support/line-reader.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { openPipe, type Pipe } from '../support/pipe.ts';
import { chooseSeed } from '../support/random.ts';

const STEP = 200;
/** How long frames are exchanged, so that the statistics of many links fill a pipe of 64 KiB as well. */
const EXCHANGE_MS = 1500;
/** Links that only make the statistics long: nobody is ever at their ends. */
const idleLinks = Array.from(
  { length: 150 },
  (_value, index) => `unix:/nonexistent/a${index}--unix:/nonexistent/b${index}`,
);

async function startPair(t: TestContext): Promise<[ListeningPeer, ListeningPeer]> {
  return [await ListeningPeer.start(t), await ListeningPeer.start(t)];
}

/** Sends frames both ways, little enough at a time that none may be lost: at least so many, at least for so long. */
async function exchange(
  [a, b]: readonly [ListeningPeer, ListeningPeer],
  source: FrameSource,
  { count, durationMs = 0 }: { count: number; durationMs?: number },
): Promise<void> {
  const startMs = performance.now();
  for (let sent = 0; sent < count || performance.now() - startMs < durationMs; sent += STEP) {
    const frames = source.frames(STEP, () => source.random.between(60, 1514));
    a.send(...frames);
    b.send(...frames);
    assertSameFrames(await b.take(STEP), frames, 'a to b');
    assertSameFrames(await a.take(STEP), frames, 'b to a');
  }
}

function startWithPipes(t: TestContext, args: string[], pipes: { stdout?: Pipe; stderr?: Pipe }): Bridge {
  const options: BridgeOptions = { logFormat: 'text' };
  if (pipes.stdout !== undefined) options.stdout = pipes.stdout.writeFd;
  if (pipes.stderr !== undefined) options.stderr = pipes.stderr.writeFd;
  const bridge = new Bridge(t, args, options);
  pipes.stdout?.closeWrite();
  pipes.stderr?.closeWrite();
  return bridge;
}

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`with --debug and --stats into pipes that nobody reads, frames pass and ${signal} ends it`, async (t) => {
    const source = new FrameSource(chooseSeed(t));
    const [a, b] = await startPair(t);
    const links = [`${a.endpoint}--${b.endpoint}`, ...idleLinks];
    const pipes = { stdout: openPipe(t), stderr: openPipe(t) };
    const bridge = startWithPipes(t, ['--debug', '--stats', '100ms', '--p2p', ...links], pipes);
    await Promise.all([a.attached(), b.attached()]);
    // Ten times what the pipe holds, at about 100 bytes a line.
    await exchange([a, b], source, { count: 4000, durationMs: EXCHANGE_MS });
    const ended = await bridge.stop(signal);
    t.diagnostic(`ended after ${Math.round(ended.elapsedMs)} ms`);
    assert.deepEqual({ code: ended.code, signal: ended.signal }, { code: 0, signal: null });
    assert.deepEqual([await a.detached(), await b.detached()], ['fin', 'fin']);
  });
}

test('with only stdout not read, frames pass and it ends', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [a, b] = await startPair(t);
  const args = ['--stats', '100ms', '--p2p', `${a.endpoint}--${b.endpoint}`, ...idleLinks];
  const bridge = startWithPipes(t, args, { stdout: openPipe(t) });
  await Promise.all([a.attached(), b.attached()]);
  await exchange([a, b], source, { count: 1, durationMs: EXCHANGE_MS });
  const ended = await bridge.stop();
  assert.deepEqual({ code: ended.code, signal: ended.signal }, { code: 0, signal: null });
});

test('lines of --debug that were left out are counted for the reader who comes late', async (t) => {
  const source = new FrameSource(chooseSeed(t));
  const [a, b] = await startPair(t);
  const stderr = openPipe(t);
  const bridge = startWithPipes(t, ['--debug', '--p2p', `${a.endpoint}--${b.endpoint}`], { stderr });
  await Promise.all([a.attached(), b.attached()]);
  await exchange([a, b], source, { count: 20_000 });
  const lines: string[] = [];
  stderr.read(new LineReader((line) => lines.push(line)).push);
  // Some more frames, each waited for, give the bridge reason to print again.
  await exchange([a, b], source, { count: 2000 });
  const ended = await bridge.stop();
  assert.equal(ended.code, 0);
  await stderr.ended();
  const leftOut = lines.filter((line) =>
    /\d+ (debug )?(lines|frames).*(left out|omitted|skipped|not shown)/i.test(line),
  );
  assert.ok(leftOut.length > 0, `No line says how many were left out; the last: ${lines.slice(-5).join('\n')}`);
});

for (const closed of ['stdout', 'stderr'] as const) {
  test(`a reader of ${closed} that goes away does not end the bridge`, async (t) => {
    const source = new FrameSource(chooseSeed(t));
    const [a, b] = await startPair(t);
    const pipe = openPipe(t);
    const args = ['--debug', '--stats', '100ms', '--p2p', `${a.endpoint}--${b.endpoint}`];
    const bridge = startWithPipes(t, args, { [closed]: pipe });
    await Promise.all([a.attached(), b.attached()]);
    await exchange([a, b], source, { count: STEP });
    pipe.closeRead();
    // Several intervals of statistics, so that both streams are written to.
    await exchange([a, b], source, { count: 2000, durationMs: EXCHANGE_MS });
    // A machine that leaves and comes back makes it write to the log as well.
    a.reset();
    await a.attached(2);
    b.reset();
    await b.attached(2);
    const ended = await bridge.stop();
    assert.deepEqual({ code: ended.code, signal: ended.signal }, { code: 0, signal: null });
  });
}
