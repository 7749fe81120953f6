// The decoder as a whole: the expected line for each sample frame, and the promises that hold for any bytes: it answers
// with one printable line, never throws, and knows nothing of the bytes around the frame.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { ALL_FRAMES } from '../../test/support/frames/all-frames.ts';
import { sampleBytes } from '../../test/support/frames/sample-frame.ts';
import { decodeFrame } from './frame.ts';

const SAMPLES = ALL_FRAMES.map(sampleBytes);
const MAX_LINE = 601;
const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

for (const frame of ALL_FRAMES) {
  test(`decodeFrame() describes the sample "${frame.name}"`, () => {
    assert.equal(decodeFrame(sampleBytes(frame)), frame.line);
  });
}

test('sample frames have names of their own', () => {
  assert.equal(new Set(ALL_FRAMES.map(({ name }) => name)).size, ALL_FRAMES.length);
});

test('decodeFrame() says how far it came in a frame cut at any length', () => {
  for (const bytes of SAMPLES) {
    for (let length = 0; length <= bytes.length; length += 1) {
      const part = bytes.subarray(0, length);
      // As the whole frame, and as the first bytes of a longer one.
      const short = checkedLine(part, length);
      const snapped = checkedLine(part, bytes.length);
      if (length >= 14) continue;
      assert.match(short, /\[short\]$/);
      assert.match(snapped, /\[snapped\]$/);
    }
  }
});

test('decodeFrame() answers with one line to any bytes', () => {
  check(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.option(fc.integer({ min: 0, max: 70_000 })), (bytes, length) => {
      checkedLine(bytes, length ?? bytes.length);
    }),
  );
});

test('decodeFrame() answers with one line to any bytes behind any EtherType, IP protocol or port it knows', () => {
  check(
    fc.property(fc.constantFrom(...SAMPLES), fc.nat(), fc.uint8Array({ maxLength: 200 }), (sample, at, noise) => {
      const bytes = Uint8Array.from([...sample.subarray(0, at % sample.length), ...noise]);
      checkedLine(bytes, bytes.length);
    }),
  );
});

test('decodeFrame() answers with one line to samples with changed bytes', () => {
  const change = fc.tuple(fc.nat(), fc.constantFrom(0, 1, 0x7f, 0x80, 0xff, 0x3f));
  const random = fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 }));
  check(
    fc.property(
      fc.constantFrom(...SAMPLES),
      fc.array(fc.oneof(change, random), { minLength: 1, maxLength: 8 }),
      fc.nat(),
      (sample, changes, cut) => {
        const bytes = Uint8Array.from(sample);
        for (const [at, value] of changes) bytes[at % bytes.length] = value;
        checkedLine(bytes, bytes.length);
        checkedLine(bytes.subarray(0, cut % bytes.length), bytes.length);
      },
    ),
  );
});

test('decodeFrame() takes a length that makes no sense for what it is', () => {
  const bytes = SAMPLES[0]!;
  for (const length of [-1, Number.NaN, 0.5]) assert.equal(decodeFrame(bytes, length), 'Ethernet [short]');
  assert.equal(decodeFrame(bytes, Number.POSITIVE_INFINITY), decodeFrame(bytes));
});

test('decodeFrame() does not sink into frames that are nothing but headers', () => {
  const repeated = (head: string, unit: string, bytes: number): Uint8Array => {
    const hex = head + unit.repeat(Math.ceil(bytes / (unit.length / 2)));
    return Uint8Array.from(Buffer.from(hex, 'hex'));
  };
  const ends = 'ffffffffffff525400000001';
  const frames = {
    'VLAN tags': repeated(ends, '8100000a', 69_000),
    'MPLS labels': repeated(`${ends}8847`, '00064040', 69_000),
    'IPv4 in IPv4': repeated(`${ends}0800`, '4500ffff0000000040040000' + '0a0000010a000002', 69_000),
    'IPv6 extensions': repeated(`${ends}86dd6000000${'0ffff3c40'}${'00'.repeat(32)}`, '3c00000000000000', 69_000),
    'BGP messages': repeated(
      `${ends}0800${'4500ff00000000004006000'}00a0000010a0000020001${'00b3'}00000000000000005010000000000000`,
      `${'ff'.repeat(16)}001304`,
      65_000,
    ),
  };
  for (const [name, bytes] of Object.entries(frames)) {
    const line = checkedLine(bytes, bytes.length);
    assert.match(line, /more|nested|length|extension|dest-options/, name);
  }
});

// Lays the bytes between poison, twice with different poison, and hands them over as part of the larger buffer, once by
// a window and once by the length alone: whatever reads outside makes the lines differ.
function checkedLine(bytes: Uint8Array, length: number): string {
  const line = decodeFrame(Uint8Array.from(bytes), length);
  for (const poison of [0xff, 0x45]) {
    const buffer = new Uint8Array(bytes.length + 128).fill(poison);
    buffer.set(bytes, 64);
    assert.equal(
      decodeFrame(buffer.subarray(64, 64 + bytes.length), length),
      line,
      'depends on bytes around the window',
    );
    if (length === bytes.length) {
      assert.equal(decodeFrame(buffer.subarray(64), length), line, 'depends on bytes behind the length');
    }
  }
  assert.ok(line.length > 0 && line.length <= MAX_LINE, `${line.length} characters: ${line}`);
  assert.doesNotMatch(line, UNPRINTABLE);
  return line;
}

// The seed of a failing run stands in the error; it is printed for the others too, so that a run can be repeated.
function check<T>(property: fc.IProperty<T>): void {
  const seed = Date.now() % 0x7fffffff;
  console.log(`# fast-check seed ${seed}`);
  fc.assert(property, { numRuns: 3000, seed });
}
