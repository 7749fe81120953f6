// UDP endpoints over loopback, in a loop that the test drives: frames whole and in order, who is let in, what is counted,
// and going on elsewhere without a loss.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { DROP } from '../../channel/counters.ts';
import { encodeFrame, join } from './test-bench.ts';
import { DatagramLink, findPort, Host } from './test-datagrams.ts';

const SEED = Date.now() % 2 ** 31;
console.log(`fast-check seed ${SEED}`);

const MAX_IPV4 = 65_507;
/** Sent in one go: less than what the receiver's buffer holds, which counts the kernel's own overhead. */
const BURST_BYTES = 128 * 1024;

function makeLink(address = '127.0.0.1') {
  const host = new Host(address);
  const port = findPort(address);
  const written = address.includes(':') ? `[${address}]` : address;
  const table = new DatagramLink(`udp:${written}:${host.port},local=${written}:${port}`);
  const end = () => {
    table.end();
    table.loop.close();
    host.close();
  };
  return { table, host, port, end };
}

const sizes = fc.oneof(
  fc.integer({ min: 1, max: 64 }),
  fc.integer({ min: 1, max: 1514 }),
  fc.integer({ min: 9000, max: MAX_IPV4 }),
);

function fill(size: number, index: number): Uint8Array {
  return new Uint8Array(size).fill(index + 1);
}

/** Groups of frames small enough to be on their way at once. */
function* bursts(frames: readonly Uint8Array[]): Generator<Uint8Array[]> {
  let burst: Uint8Array[] = [];
  let bytes = 0;
  for (const frame of frames) {
    if (bytes + frame.length > BURST_BYTES && burst.length > 0) {
      yield burst;
      burst = [];
      bytes = 0;
    }
    burst.push(frame);
    bytes += frame.length;
  }
  yield burst;
}

for (const address of ['127.0.0.1', '::1']) {
  test(`UdpEndpoint carries frames of 1 to 65507 bytes whole and in order, both ways, over ${address}`, () => {
    const { table, host, port, end } = makeLink(address);
    let [sent, received] = [0, 0];
    fc.assert(
      fc.property(fc.array(sizes, { minLength: 1, maxLength: 150 }), (all) => {
        const frames = all.map(fill);
        const got: Uint8Array[] = [];
        for (const burst of bursts(frames)) {
          const bytes = join(burst.map(encodeFrame));
          for (let at = 0; at < bytes.length; at += table.machine.write(bytes.subarray(at))) table.settle();
          table.settle();
          got.push(...host.receive());
        }
        assert.deepEqual(got.map(describe), frames.map(describe));
        const back: Uint8Array[] = [];
        for (const burst of bursts(frames)) {
          for (const frame of burst) assert.equal(host.send(frame, port, address), frame.length);
          for (let piece = read(table); piece.length > 0; piece = read(table)) back.push(piece);
        }
        assert.equal(Buffer.compare(join(back), join(frames.map(encodeFrame))), 0);
        sent += frames.length;
        received += frames.length;
        assert.deepEqual([table.counts.txFrames, table.counts.rxFrames], [sent, received]);
        assert.deepEqual(table.counts.drops, {});
      }),
      { seed: SEED, numRuns: 40 },
    );
    end();
  });
}

test('UdpEndpoint lets only its machine in, and counts empty datagrams', () => {
  const { table, host, port, end } = makeLink();
  const stranger = new Host();
  stranger.send(fill(100, 1), port);
  host.send(new Uint8Array(0), port);
  host.send(fill(60, 2), port);
  assert.equal(Buffer.compare(read(table), encodeFrame(fill(60, 2))), 0);
  assert.deepEqual(table.counts.drops, { empty: 1 });
  stranger.close();
  end();
});

test('UdpEndpoint counts what no datagram carries, and says so once', () => {
  const { table, host, end } = makeLink();
  const frames = [fill(100, 0), fill(MAX_IPV4 + 1, 1), fill(MAX_IPV4, 2), fill(69_632, 3), fill(60, 4)];
  const bytes = join(frames.map(encodeFrame));
  for (let at = 0; at < bytes.length; at += table.machine.write(bytes.subarray(at))) table.settle();
  table.settle();
  assert.deepEqual(
    host.receive().map(describe),
    [frames[0], frames[2], frames[4]].map((frame) => describe(frame!)),
  );
  assert.deepEqual(table.counts.drops, { too_big: 2 });
  const told = table.notes.all.filter((note) => note.includes('too_big'));
  assert.equal(told.length, 1);
  assert.match(told[0]!, /65508 bytes .*65507/);
  end();
});

test('UdpEndpoint notices that nobody listens, goes on sending, and that somebody is there again', () => {
  const { table, host, port, end } = makeLink();
  assert.equal(table.isAttached, true);
  host.close();
  const frame = encodeFrame(fill(60, 1));
  for (let i = 0; i < 5; i++) {
    table.machine.write(frame);
    table.settle();
  }
  assert.equal(table.isAttached, false);
  assert.deepEqual(
    table.notes.all.filter((note) => note.startsWith('2 ')),
    [`2 attached 127.0.0.1:${host.port}`, '2 detached connection refused'],
  );
  // Each of them has been sent: an error of an earlier one costs none.
  assert.equal(table.counts.txFrames, 5);
  assert.deepEqual(table.counts.drops, {});

  const next = new Host('127.0.0.1', host.port);
  table.machine.write(join([frame, frame]));
  table.settle();
  assert.equal(next.receive().length, 2);
  next.send(fill(77, 2), port);
  assert.equal(read(table).length, 4 + 77);
  assert.equal(table.isAttached, true);
  assert.equal(table.counts.attaches, 2);
  table.end();
  table.loop.close();
  next.close();
  void end;
});

test('UdpEndpoint waits for a local port that is in use', async () => {
  const host = new Host();
  const other = new Host();
  const table = new DatagramLink(`udp:127.0.0.1:${host.port},local=127.0.0.1:${other.port}`);
  assert.deepEqual(table.notes.all.at(-1), `2 waiting cannot use 127.0.0.1:${other.port}: address already in use`);
  table.machine.write(encodeFrame(fill(60, 1)));
  table.settle();
  assert.deepEqual(table.counts.drops, { not_connected: 1 });
  other.close();
  while (!table.isAttached) table.loop.poll();
  table.machine.write(encodeFrame(fill(60, 1)));
  table.settle();
  assert.equal(host.receive().length, 1);
  table.end();
  table.loop.close();
  host.close();
});

test('UdpEndpoint follows a name to another address', () => {
  const first = new Host('127.0.0.1');
  const second = new Host('127.0.0.2', first.port);
  const port = findPort('0.0.0.0');
  const table = new DatagramLink(`udp:router:${first.port},local=${port}`);
  assert.equal(table.notes.all.at(-1), '2 resolve router');
  table.machine.write(encodeFrame(fill(60, 1)));
  table.settle();
  assert.deepEqual(table.counts.drops, { not_connected: 1 });
  table.endpoint.onResolved([], 'name not known');
  assert.equal(table.notes.all.at(-1), '2 waiting name not known');
  table.endpoint.onResolved(['127.0.0.1'], undefined);
  table.machine.write(encodeFrame(fill(60, 1)));
  table.settle();
  assert.equal(first.receive().length, 1);
  table.endpoint.onResolved(['127.0.0.2'], undefined);
  table.machine.write(encodeFrame(fill(61, 1)));
  table.settle();
  assert.equal(second.receive().length, 1);
  // The one from before is a stranger now.
  first.send(fill(60, 1), port);
  second.send(fill(99, 1), port);
  assert.equal(read(table).length, 4 + 99);
  // A name service that fails later on changes nothing.
  table.endpoint.onResolved([], 'name not known');
  assert.equal(table.isAttached, true);
  table.end();
  table.loop.close();
  first.close();
  second.close();
});

test('UdpEndpoint goes on elsewhere with its socket and loses nothing', () => {
  const { table, host, port, end } = makeLink();
  const seen: number[] = [];
  let next = 0;
  const say = () => host.send(fill(60, next++ % 200), port);
  for (let round = 0; round < 20; round++) {
    say();
    table.replace(say);
    say();
    for (let piece = read(table); piece.length > 0; piece = read(table)) {
      for (let at = 4; at < piece.length; at += 64) seen.push(piece[at]! - 1);
    }
  }
  assert.deepEqual(
    seen,
    Array.from({ length: next }, (_, index) => index % 200),
  );
  assert.deepEqual(table.counts.drops, {});
  assert.equal(table.counts.attaches, 1);
  end();
});

test('UdpEndpoint is not read while its link holds it, and keeps what it has received already', () => {
  const { table, host, port, end } = makeLink();
  // More than one call takes, and no more than the link's queue has room for: nothing is lost, however long this is held up.
  const frames = Array.from({ length: 70 }, (_, index) => fill(7000, index));
  table.endpoint.setReading(false);
  for (const frame of frames) host.send(frame, port);
  table.settle();
  assert.equal(table.counts.rxFrames, 0);
  table.endpoint.setReading(true);
  const got: Uint8Array[] = [];
  for (let piece = read(table); piece.length > 0; piece = read(table)) got.push(piece);
  assert.equal(Buffer.compare(join(got), join(frames.map(encodeFrame))), 0);
  assert.deepEqual(table.machine.counts.drops, {});
  end();
});

test('UdpEndpoint counts what the kernel dropped because nobody read it', () => {
  const { table, host, port, end } = makeLink();
  table.endpoint.setReading(false);
  const total = 30_000;
  for (let i = 0; i < total; i++) host.send(fill(1000, 0), port);
  table.endpoint.setReading(true);
  for (let piece = read(table); piece.length > 0; piece = read(table)) {}
  // Looked for once a second, whether or not anything more comes.
  table.loop.census.turn();
  assert.ok(table.counts.drops.queue_full! > 0);
  const { rxFrames, drops } = table.counts;
  assert.equal(rxFrames + drops.queue_full!, total);
  table.endpoint.close(DROP.stopped);
  void end;
  table.machine.leave();
  host.close();
});

function describe(frame: Uint8Array): string {
  return `${frame.length} bytes of ${frame[0]}, ${frame.at(-1)}`;
}

/** Lets the loop run and reads what has come to the machine. */
function read(table: DatagramLink): Uint8Array {
  table.settle();
  return table.machine.read() ?? new Uint8Array(0);
}
