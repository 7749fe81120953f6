// Captures and a takeover: who captures goes on by itself in the same file, which says what is missing in between; what
// was armed is armed again; and a takeover that fails changes nothing.
import assert from 'node:assert/strict';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { TAKEOVER_REQUEST } from '../../src/control/takeover/protocol.ts';
import { Bridge } from '../support/bridge.ts';
import { describeCapture, RunningCapture, readCapture } from '../support/capture-file.ts';
import { FrameSource } from '../support/frame-source.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

interface Wired {
  readonly lab: Lab;
  readonly source: FrameSource;
  /** Sends one frame of this length through the link. */
  readonly pass: (bytes: number) => Promise<void>;
}

async function wire(t: TestContext): Promise<Wired> {
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const lab = await startLab(t, `links: [{name: one, endpoints: ["${a.endpoint}", "${b.endpoint}"]}]\n`);
  await Promise.all([a.untilAttached(), b.untilAttached()]);
  const source = new FrameSource(chooseSeed(t));
  const pass = async (bytes: number): Promise<void> => {
    a.send(source.frame(bytes));
    await b.take(1);
  };
  return { lab, source, pass };
}

interface Shown {
  readonly captures: readonly { readonly links: readonly string[]; readonly filter: string }[];
  readonly armed: Readonly<Record<string, unknown>>;
}

async function show(lab: Lab): Promise<Shown> {
  const { stdout, stderr, code } = await lab.type('capture', 'show', '-o', 'json');
  // Between two processes nobody answers.
  if (code === 3) return { captures: [], armed: {} };
  assert.equal(code, 0, stderr);
  return JSON.parse(stdout) as Shown;
}

test('a capture goes on after a takeover in the same file, which tells the gap; what was armed is armed again', async (t) => {
  const { lab, pass } = await wire(t);
  const file = join(lab.folder, 'over.pcapng');
  const ring = join(lab.folder, 'ring.pcapng');
  const armed = ['--seconds', '600', '--bytes', '1M', '--filter', 'len > 60', '--snap', '90', '--both'];
  assert.equal((await lab.type('capture', 'arm', 'one', ...armed)).code, 0);
  const { armedAt: firstAt, ...before } = (await show(lab)).armed;
  const whole = await RunningCapture.start(t, lab, ['one', '-w', file, '--filter', 'len > 60']);
  const counted = await RunningCapture.start(t, lab, ['-w', ring, '--file-size', '1M', '--count', '5']);
  await pass(60);
  await pass(101);
  await pass(102);

  const handedOver = lab.bridge.handedOver();
  const second = await Bridge.start(t, ['run', '--takeover', '--control', lab.socketPath]);
  await handedOver;
  await second.event('capture_rearmed');
  while ((await show(lab)).captures.length < 2) {}
  const { armedAt: thenAt, ...after } = (await show(lab)).armed;
  assert.deepEqual(after, before);
  assert.ok(String(thenAt) > String(firstAt));
  await pass(103);
  await pass(104);
  assert.match(await counted.ended(), /goes on\n5 frames in /);
  await pass(105);
  assert.match(await whole.stop(), /goes on\n5 frames in /);

  const frames = await readCapture(file);
  assert.deepEqual(
    frames.map(({ length }) => length),
    [101, 102, 103, 104, 105],
  );
  assert.equal(new Set(frames.map(({ interfaceName }) => interfaceName)).size, 1);
  const said = await describeCapture(file);
  assert.ok(said.includes('Number of packets: 5'), said.join('\n'));
  assert.ok(said.includes('Number of interfaces in file: 4'), said.join('\n'));
  const gaps = said.flatMap((line) => /frames between (\S+) and (\S+) are missing/.exec(line) ?? []);
  assert.equal(gaps.length, 6, said.join('\n'));
  const gap = gaps.slice(1, 3).map((time) => Date.parse(time) / 1000);
  const times = frames.map(({ time }) => Number(time));
  assert.ok(times[1]! <= gap[0]! + 0.001 && gap[0]! <= gap[1]! && gap[1]! <= times[2]! + 0.001, gaps.join(' '));

  const dump = join(lab.folder, 'dump.pcapng');
  assert.equal((await lab.type('capture', 'dump', '-w', dump)).code, 0);
  const kept = await readCapture(dump);
  assert.deepEqual(
    kept.map(({ length }) => length),
    [103, 103, 104, 104, 105, 105],
  );
});

test('a takeover that fails leaves captures and what is armed as they are', async (t) => {
  const { lab, pass } = await wire(t);
  const file = join(lab.folder, 'kept.pcapng');
  assert.equal((await lab.type('capture', 'arm', '--seconds', '600', '--bytes', '1M')).code, 0);
  const capture = await RunningCapture.start(t, lab, ['-w', file]);
  await pass(101);
  // Takes all, and never says so.
  const thief = createConnection(lab.socketPath);
  t.after(() => thief.destroy());
  thief.write(TAKEOVER_REQUEST);
  await new Promise((resolve) => thief.once('data', resolve));
  thief.destroy();
  await lab.bridge.event('takeover_failed');
  await pass(102);
  assert.match(await capture.stop(), /^2 frames in /);
  const lengths = async (path: string): Promise<number[]> => (await readCapture(path)).map(({ length }) => length);
  assert.deepEqual(await lengths(file), [101, 102]);
  const dump = join(lab.folder, 'dump.pcapng');
  assert.equal((await lab.type('capture', 'dump', '-w', dump)).code, 0);
  assert.deepEqual(await lengths(dump), [101, 102]);
});
