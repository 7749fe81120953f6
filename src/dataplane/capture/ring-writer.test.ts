// The ring of a capture, both sides: records come out as they went in, what finds no room is told, a ring that overwrites
// keeps the newest, and a compact copy says the same.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CaptureRing, makeCaptureMemory } from '../../channel/capture-ring.ts';
import { NativeMemory } from '../sys/memory.ts';
import { NO_ROOM, RingWriter } from './ring-writer.ts';

const RING_BYTES = 4096;
const frame = new NativeMemory(RING_BYTES);
for (let i = 0; i < RING_BYTES; i++) frame.bytes[i] = i * 7;

interface Seen {
  readonly ns: number;
  readonly bytes: Uint8Array;
  readonly fate: number;
}

function readAll(ring: CaptureRing, most = Number.POSITIVE_INFINITY): Seen[] {
  const seen: Seen[] = [];
  while (seen.length < most && ring.take(({ ns, bytes, fate }) => seen.push({ ns, bytes: bytes.slice(), fate }))) {}
  return seen;
}

function assertFrame({ bytes }: Seen, size: number): void {
  assert.deepEqual(bytes, frame.bytes.slice(0, size));
}

// Writes of some sizes, then a read of some records, again and again.
const turns = fc.array(fc.tuple(fc.array(fc.nat(1500), { maxLength: 12 }), fc.nat(12)), { maxLength: 30 });

test('a ring gives the records that found room, in order and unaltered', () => {
  fc.assert(
    fc.property(turns, (steps) => {
      const shared = makeCaptureMemory(RING_BYTES);
      const writer = new RingWriter(shared, false);
      const reader = new CaptureRing(shared);
      const expected: { ns: number; size: number; fate: number }[] = [];
      let ns = 0;
      const check = (seen: readonly Seen[]): void => {
        for (const one of seen) {
          const { ns: wanted, size, fate } = expected.shift()!;
          assert.deepEqual([one.ns, one.fate], [wanted, fate]);
          assertFrame(one, size);
        }
      };
      for (const [sizes, most] of steps) {
        for (const size of sizes) {
          ns++;
          const position = writer.write(frame.address, size + 5, size, ns);
          if (position === NO_ROOM) continue;
          writer.label(position, 1, 2, 0, 0);
          writer.mark(position, ns & 7);
          expected.push({ ns, size, fate: ns & 7 });
        }
        writer.publish();
        check(readAll(reader, most));
      }
      check(readAll(reader));
      assert.equal(expected.length, 0);
    }),
    { verbose: true },
  );
});

test('a ring that overwrites keeps the newest records, also in a compact copy', () => {
  fc.assert(
    fc.property(turns, (steps) => {
      const shared = makeCaptureMemory(RING_BYTES);
      const writer = new RingWriter(shared, true);
      const sizes = steps.flatMap(([batch]) => batch);
      for (const [index, size] of sizes.entries()) {
        const position = writer.write(frame.address, size, size, index);
        assert.notEqual(position, NO_ROOM);
        writer.label(position, 1, 2, 0, 0);
      }
      // A mark on a record that is overwritten harms nobody.
      writer.mark(0, sizes.length > 20 ? 1 : 0);
      writer.publish();
      const seen = readAll(new CaptureRing(shared, { keeps: true }));
      for (const [index, one] of seen.entries()) {
        const number = sizes.length - seen.length + index;
        assert.equal(one.ns, number);
        assertFrame(one, sizes[number]!);
      }
      const kept = sizes.slice(-seen.length).reduce((sum, size) => sum + size + 48, 0);
      assert.ok(seen.length === sizes.length || kept > RING_BYTES - 2 * 1550, `${seen.length} of ${sizes.length}`);
      const { shared: copy, newestNs } = new CaptureRing(shared).compact();
      assert.deepEqual(readAll(new CaptureRing(copy)), seen);
      assert.equal(newestNs, seen.at(-1)?.ns ?? Number.NEGATIVE_INFINITY);
    }),
    { verbose: true },
  );
});
