// Captures read back by tshark and capinfos: interfaces, directions, counts that agree with the counters, what became of
// frames, and what a change of the topology leaves in the file.
import assert from 'node:assert/strict';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describeCapture, RunningCapture, readCapture } from '../support/capture-file.ts';
import { DEADLINE_MS } from '../support/condition.ts';
import { FrameSource } from '../support/frame-source.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

interface Wired {
  readonly lab: Lab;
  readonly peers: readonly ListeningPeer[];
  readonly source: FrameSource;
}

/** A lab with machines; `text` makes the topology from their endpoints. */
async function wire(t: TestContext, count: number, text: (ends: readonly string[]) => string): Promise<Wired> {
  const peers = await Promise.all(Array.from({ length: count }, () => ListeningPeer.start(t)));
  const topology = text(peers.map(({ endpoint }) => endpoint));
  const lab = await startLab(t, topology);
  for (const peer of peers) if (topology.includes(peer.endpoint)) await peer.untilAttached();
  return { lab, peers, source: new FrameSource(chooseSeed(t)) };
}

function links(...pairs: readonly (readonly [name: string, a: string, b: string])[]): string {
  return ['links:', ...pairs.map(([name, a, b]) => `  - {name: ${name}, endpoints: ["${a}", "${b}"]}`), ''].join('\n');
}

interface EndCounts {
  readonly endpoint: string;
  readonly rxFrames: number;
  readonly txFrames: number;
  readonly corrupted: number;
  readonly duplicated: number;
  readonly drops: Readonly<Record<string, number>>;
}

async function countsOf(lab: Lab, name: string): Promise<readonly EndCounts[]> {
  const { stdout } = await lab.type('status', '-o', 'json');
  const { segments } = JSON.parse(stdout) as { segments: { name: string; ends: EndCounts[] }[] };
  return segments.find((segment) => segment.name === name)!.ends;
}

test('a capture has every frame once, with its end, direction and nanoseconds, and counts as the counters do', async (t) => {
  const { lab, peers, source } = await wire(t, 2, ([a, b]) => links(['r1-r2', a!, b!]));
  const [a, b] = peers as [ListeningPeer, ListeningPeer];
  const file = join(lab.folder, 'link.pcapng');
  const capture = await RunningCapture.start(t, lab, ['r1-r2', '-w', file]);
  const [sentByA, sentByB] = [source.frames(300, () => source.anyLength()), source.frames(200, () => 60)];
  a.send(...sentByA);
  b.send(...sentByB);
  await Promise.all([b.take(300), a.take(200)]);
  assert.match(await capture.stop(), /^500 frames in /);

  const frames = await readCapture(file);
  const [endA, endB] = await countsOf(lab, 'r1-r2');
  const ofA = frames.filter(({ interfaceName }) => interfaceName === `r1-r2: ${a.endpoint}`);
  const ofB = frames.filter(({ interfaceName }) => interfaceName === `r1-r2: ${b.endpoint}`);
  assert.deepEqual([ofA.length, ofB.length, frames.length], [endA!.rxFrames, endB!.rxFrames, 500]);
  assert.deepEqual(
    ofA.map(({ length }) => length),
    sentByA.map(({ length }) => length),
  );
  assert.ok(frames.every(({ way, comments }) => way === 'inbound' && comments.length === 0));
  assert.ok(frames.every(({ length, captured }) => length === captured));
  const times = ofA.map(({ time }) => BigInt(time.replace('.', '')));
  assert.deepEqual(
    times,
    times.toSorted((x, y) => (x < y ? -1 : x > y ? 1 : 0)),
  );
  const ageMs = Date.now() - Number(times[0]) / 1e6;
  assert.ok(ageMs > 0 && ageMs < 600_000, `${ageMs} ms old`);

  const said = await describeCapture(file);
  assert.ok(said.includes('Number of packets: 500'), said.join('\n'));
  assert.ok(said.includes('Number of interfaces in file: 2'));
  assert.ok(said.includes(`Name = r1-r2: ${a.endpoint}`));
  assert.ok(said.includes('Time precision = nanoseconds (9)'));
  assert.ok(said.some((line) => /^Capture application: tcpbridge /.test(line)));
});

test('frames are taken before and behind impairments, and comments say what became of them', async (t) => {
  const { lab, peers, source } = await wire(t, 2, ([a, b]) => links(['wan', a!, b!]));
  const [a, b] = peers as [ListeningPeer, ListeningPeer];
  const impaired = ['--a-to-b', '--loss', '20%', '--duplicate', '10%', '--corrupt', '10%', '--mtu', '500'];
  const { code, stderr } = await lab.type('impair', 'wan', ...impaired);
  assert.equal(code, 0, stderr);
  const file = join(lab.folder, 'wan.pcapng');
  const capture = await RunningCapture.start(t, lab, ['--both', '-w', file]);
  a.send(...source.frames(400, () => source.random.between(60, 600)));
  b.send(...source.frames(50, () => 600));
  await a.take(50);
  // The last one has a way of its own: a frame back that can only come behind all others.
  let counts = await countsOf(lab, 'wan');
  while (counts[0]!.rxFrames < 400) counts = await countsOf(lab, 'wan');
  await capture.stop();
  counts = await countsOf(lab, 'wan');

  const frames = await readCapture(file);
  const inA = frames.filter(({ interfaceName, way }) => interfaceName.endsWith(a.endpoint) && way === 'inbound');
  const outB = frames.filter(({ interfaceName, way }) => interfaceName.endsWith(b.endpoint) && way === 'outbound');
  const commented = (comment: string): number => inA.filter(({ comments }) => comments.includes(comment)).length;
  const atB = counts[1]!;
  assert.equal(inA.length, 400);
  assert.equal(outB.length, atB.txFrames);
  assert.equal(commented('dropped: mtu'), atB.drops.mtu);
  assert.ok(commented('dropped: mtu') > 0 && commented('dropped: loss') > 0 && commented('impaired: corrupt') > 0);
  // A copy may be lost or damaged, too.
  assert.ok(commented('dropped: loss') <= atB.drops.loss!);
  assert.equal(commented('impaired: duplicate'), atB.duplicated);
  const lost = inA.filter(({ comments }) => comments.some((comment) => comment.startsWith('dropped'))).length;
  assert.ok(outB.length >= 400 - lost && outB.length <= 400 - lost + atB.duplicated);
  assert.equal(
    frames.filter(({ way, interfaceName }) => way === 'outbound' && interfaceName.endsWith(a.endpoint)).length,
    50,
  );

  await lab.type('impair', 'reset', '--all');
  await lab.type('link', 'down', 'wan');
  const cut = await RunningCapture.start(t, lab, ['-w', file, '--count', '3']);
  a.send(...source.frames(3, () => 60));
  await cut.ended();
  assert.deepEqual(
    (await readCapture(file)).map(({ comments }) => comments),
    Array.from({ length: 3 }, () => ['dropped: link_down']),
  );
});

test('several links, a hub and a switch are one file; filter, snap length and number of frames hold', async (t) => {
  const { lab, peers, source } = await wire(t, 8, ([a, b, c, d, e, f, g, h]) =>
    [
      `links: [{name: one, endpoints: ["${a}", "${b}"]}, {name: two, endpoints: ["${c}", "${d}"]}]`,
      `hubs: [{name: lan, endpoints: ["${e}", "${f}"]}]`,
      `switches: [{name: sw, endpoints: ["${g}", "${h}"]}]`,
      '',
    ].join('\n'),
  );
  const file = join(lab.folder, 'all.pcapng');
  const capture = await RunningCapture.start(t, lab, ['--snap', '100', '--filter', 'len >= 200', '--both', '-w', file]);
  for (const index of [0, 2, 4, 6]) {
    peers[index]!.send(source.frame(199), source.frame(200), source.frame(1000));
    await peers[index + 1]!.take(3);
  }
  await capture.stop();
  const frames = await readCapture(file);
  for (const [index, name] of ['one', 'two', 'lan', 'sw'].entries()) {
    for (const [end, way] of ['inbound', 'outbound'].entries()) {
      const { endpoint } = peers[index * 2 + end]!;
      const found = frames.filter(({ interfaceName }) => interfaceName === `${name}: ${endpoint}`);
      assert.deepEqual(
        found.map((frame) => [frame.way, frame.length, frame.captured]),
        [
          [way, 200, 100],
          [way, 1000, 100],
        ],
      );
    }
  }
  assert.ok((await describeCapture(file)).some((line) => line.includes('len >= 200')));

  const counted = await RunningCapture.start(t, lab, ['two', '--count', '2', '-w', file]);
  peers[0]!.send(source.frame(60));
  peers[2]!.send(source.frame(60), source.frame(61), source.frame(62));
  assert.match(await counted.ended(), /^2 frames in /);
  assert.deepEqual(
    (await readCapture(file)).map(({ length }) => length),
    [60, 61],
  );
});

test('what is asked for wrongly is said, with the exit code of its kind', async (t) => {
  const lab = await startLab(t, links(['one', 'unix:/nowhere/a', 'unix:/nowhere/b']));
  const cases: readonly (readonly [args: string[], code: number, text: RegExp])[] = [
    [['nosuch', '-w', 'x'], 3, /There is no link, hub or switch "nosuch"/],
    [['--filter', 'tcp prt 80', '-w', 'x'], 2, /column 5: Expected "and", "or" or the end, found "prt"/],
    [['-w', '/nonexistent/x'], 2, /Cannot write capture file "\/nonexistent\/x" \(ENOENT\)/],
    [['--file-size', '1M', '-w', '/nonexistent/x'], 2, /Cannot write capture file "\/nonexistent\/x" \(ENOENT\)/],
    [['-w', '/dev/full'], 1, /Capture ended after 0 frames: cannot write "\/dev\/full" \(ENOSPC\)$/m],
    [['--files', '3', '-w', 'x'], 2, /--file-size or --file-seconds, too/],
    [['--file-size', '1M', '-w', '-'], 2, /-w FILE, for a series of files/],
    [['--before', '--after', '-w', 'x'], 2, /cannot be used with option/],
    [['--file-size', '4095', '-w', 'x'], 2, /Cannot use "4095": a file has at least 4k/],
    [['--duration', '5', '-w', 'x'], 2, /Cannot use "5": write its unit, too, such as "5s"/],
    [['dump', '-w', 'x'], 2, /No capture is kept in memory/],
    [['arm', 'nosuch'], 3, /There is no link, hub or switch "nosuch"/],
  ];
  for (const [args, code, text] of cases) {
    const end = await lab.type('capture', ...args);
    assert.match(end.stderr, text);
    assert.equal(end.code, code, args.join(' '));
  }
});

test('a capture goes on through changes of the topology and says so in the file', async (t) => {
  const { lab, peers, source } = await wire(t, 3, ([a, b]) => links(['one', a!, b!]));
  const [a, b, c] = peers as [ListeningPeer, ListeningPeer, ListeningPeer];
  const file = join(lab.folder, 'changes.pcapng');
  const capture = await RunningCapture.start(t, lab, ['one', '-w', file]);
  a.send(source.frame(60));
  await b.take(1);
  const apply = async (text: string): Promise<void> => {
    lab.write(text);
    const { code, stderr } = await lab.type('apply', '-t', lab.file);
    assert.equal(code, 0, stderr);
  };
  await apply(links(['one', a.endpoint, c.endpoint]));
  await c.untilAttached();
  c.send(source.frame(61));
  await a.take(1);
  await apply(links(['other', b.endpoint, c.endpoint]));
  await b.untilAttached();
  b.send(source.frame(70));
  await c.take(1);
  await apply(links(['one', a.endpoint, b.endpoint]));
  await a.untilAttached();
  a.send(source.frame(62));
  await b.take(1);
  await capture.stop();

  const frames = await readCapture(file);
  assert.deepEqual(
    frames.map(({ interfaceName, length }) => [interfaceName, length]),
    [
      [`one: ${a.endpoint}`, 60],
      [`one: ${c.endpoint}`, 61],
      [`one: ${a.endpoint}`, 62],
    ],
  );
  const said = await describeCapture(file);
  assert.ok(said.includes('Number of interfaces in file: 5'), said.join('\n'));
  assert.ok(
    said.some((line) => line.includes(`rewired from "${b.endpoint}" at 20`)),
    said.join('\n'),
  );
});

test('files follow each other by size, each of them whole, and the oldest go', async (t) => {
  const { lab, peers, source } = await wire(t, 2, ([a, b]) => links(['one', a!, b!]));
  const [a, b] = peers as [ListeningPeer, ListeningPeer];
  const ring = ['--file-size', '20k', '--files', '3'];
  const capture = await RunningCapture.start(t, lab, ['-w', join(lab.folder, 'ring.pcapng'), ...ring]);
  a.send(...source.frames(150, () => 1000));
  await b.take(150);
  // Somebody tidies up meanwhile.
  const isPart = (name: string): boolean => /^ring_\d{5}_\d{14}\.pcapng$/.test(name);
  const deadlineMs = performance.now() + DEADLINE_MS;
  while (readdirSync(lab.folder).filter(isPart).length < 2) {
    assert.ok(performance.now() < deadlineMs, 'there is no second file');
    await nextTurn();
  }
  const [oldest] = readdirSync(lab.folder).filter(isPart).toSorted();
  rmSync(join(lab.folder, oldest!), { force: true });
  a.send(...source.frames(50, () => 1000));
  await b.take(50);
  assert.match(await capture.stop(), /^200 frames in 3 files$/);
  const files = readdirSync(lab.folder).filter(isPart);
  assert.equal(files.length, 3);
  for (const name of files) {
    const frames = await readCapture(join(lab.folder, name));
    assert.ok(frames.length > 0 && frames.length < 20, `${name}: ${frames.length}`);
    assert.ok(frames.every(({ interfaceName }) => interfaceName === `one: ${a.endpoint}`));
  }
});

test('the last seconds can be had again and again from memory that was armed before', async (t) => {
  const { lab, peers, source } = await wire(t, 4, ([a, b, c, d]) => links(['one', a!, b!], ['two', c!, d!]));
  const [a, b, c, d] = peers as [ListeningPeer, ListeningPeer, ListeningPeer, ListeningPeer];
  const file = join(lab.folder, 'last.pcapng');
  const armed = await lab.type('capture', 'arm', '--seconds', '600', '--bytes', '1M');
  assert.match(armed.stderr, /^The last 600 s are kept/);
  const lengths = async (...args: string[]): Promise<number[]> => {
    const { code, stderr } = await lab.type('capture', 'dump', ...args, '-w', file);
    assert.equal(code, 0, stderr);
    return (await readCapture(file)).map(({ length }) => length);
  };
  a.send(source.frame(100));
  await b.take(1);
  c.send(source.frame(200));
  await d.take(1);
  assert.deepEqual(await lengths(), [100, 200]);
  a.send(source.frame(101));
  await b.take(1);
  assert.deepEqual(await lengths(), [100, 200, 101]);
  assert.deepEqual(await lengths('two'), [200]);
  // More than fits: the newest stay.
  a.send(...source.frames(3000, () => 1000));
  await b.take(3000);
  a.send(source.frame(77));
  await b.take(1);
  const rest = await lengths('one');
  assert.ok(rest.length > 500 && rest.length < 3000, String(rest.length));
  assert.equal(rest.at(-1), 77);
  const again = await lab.type('capture', 'arm', 'one');
  assert.match(again.stderr, /^What was kept until now is gone.*\nThe last 30 s are kept/);
  assert.deepEqual(await lengths(), []);
  const shown = (await lab.type('capture', 'show')).stdout.split('\n').map((line) => line.split(/ {2,}/));
  assert.deepEqual(shown.slice(0, 2), [
    ['CAPTURE', 'LINKS', 'FRAMES', 'MISSED', 'KEEPS', 'POINT', 'FILTER'],
    ['armed', 'one', '-', '-', '30 s', 'before', '-'],
  ]);
  assert.equal((await lab.type('capture', 'disarm')).code, 0);
  assert.equal((await lab.type('capture', 'dump', '-w', file)).code, 2);
});
