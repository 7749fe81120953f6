// Frames with a checksum that is whole, only begun, wrong, or by chance the same as one that is only begun.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NativeMemory } from '../sys/memory.ts';
import { finishIfBegun, LEFT } from './unfinished-checksum.ts';

const SEED = 20_261_122;
const AT = 3;
const TCP = 6;
const UDP = 17;
const memory = new NativeMemory(80_000);

interface Kind {
  readonly tags: number;
  readonly isIpv4: boolean;
  readonly isTcp: boolean;
  readonly padding: number;
}

interface Frame {
  readonly bytes: Uint8Array;
  readonly field: number;
  /** The sum of the pseudo header, and that of everything behind the IP header with the field as zero. */
  readonly pseudo: number;
  readonly rest: number;
}

const kinds: fc.Arbitrary<Kind> = fc.record({
  tags: fc.nat(2),
  isIpv4: fc.boolean(),
  isTcp: fc.boolean(),
  padding: fc.nat(20),
});
const payloads = fc.uint8Array({ minLength: 2, maxLength: 1200 });

function fold(sum: number): number {
  let folded = sum;
  while (folded > 0xffff) folded = (folded & 0xffff) + Math.floor(folded / 0x1_0000);
  return folded;
}

function sumOf(bytes: readonly number[]): number {
  return bytes.reduce((sum, byte, index) => sum + (index % 2 === 0 ? byte * 256 : byte), 0);
}

function build({ tags, isIpv4, isTcp, padding }: Kind, payload: Uint8Array): Frame {
  const bytes = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
  for (let i = 0; i < tags; i++) bytes.push(...(i === 0 && tags > 1 ? [0x88, 0xa8] : [0x81, 0x00]), 0, 5 + i);
  const protocol = isTcp ? TCP : UDP;
  const size = (isTcp ? 20 : 8) + payload.length;
  const addresses = Array.from({ length: isIpv4 ? 8 : 32 }, (_, index) => (index * 37 + 11) & 0xff);
  if (isIpv4) bytes.push(8, 0, 0x45, 0, (size + 20) >> 8, (size + 20) & 0xff, 0, 1, 0x40, 0, 64, protocol, 0, 0);
  else bytes.push(0x86, 0xdd, 0x60, 0, 0, 0, size >> 8, size & 0xff, protocol, 64);
  bytes.push(...addresses);
  const transport = bytes.length;
  if (isTcp) bytes.push(1, 2, 3, 4, 0, 0, 0, 1, 0, 0, 0, 2, 0x50, 0x10, 1, 0, 0, 0, 0, 0, ...payload);
  else bytes.push(1, 2, 3, 4, size >> 8, size & 0xff, 0, 0, ...payload);
  const rest = sumOf(bytes.slice(transport));
  const pseudo = fold(sumOf(addresses) + protocol + size);
  bytes.push(...Array<number>(padding).fill(0xee));
  return { bytes: Uint8Array.from(bytes), field: transport + (isTcp ? 16 : 6), pseudo, rest };
}

/** Has the field hold `value`, looks, and returns what was left with what the field holds then. */
function look({ bytes, field }: Frame, value: number): { left: number; now: number } {
  memory.bytes.set(bytes, AT);
  memory.view.setUint16(AT + field, value, false);
  const left = finishIfBegun(memory, AT, bytes.length);
  const now = memory.view.getUint16(AT + field, false);
  memory.view.setUint16(AT + field, 0, false);
  assert.deepEqual(memory.bytes.slice(AT, AT + bytes.length), bytes);
  return { left, now };
}

test('finishIfBegun finishes checksums that are only begun, and leaves all others alone', () => {
  const property = fc.property(kinds, payloads, fc.integer({ min: 1, max: 0xffff }), (kind, payload, other) => {
    const frame = build(kind, payload);
    const { pseudo, rest } = frame;
    const whole = 0xffff - fold(pseudo + rest) || 0xffff;
    assert.deepEqual(look(frame, whole), { left: LEFT.nothing, now: whole });
    if (whole !== pseudo) assert.deepEqual(look(frame, pseudo), { left: LEFT.checksum, now: whole });
    // A frame that was damaged on its way is not mended.
    if (other !== pseudo) assert.deepEqual(look(frame, other), { left: LEFT.nothing, now: other });
  });
  fc.assert(property, { seed: SEED, numRuns: 500 });
});

test('finishIfBegun knows a whole checksum that is by chance the sum of the pseudo header', () => {
  const property = fc.property(kinds, payloads, (kind, payload) => {
    payload.fill(0, 0, 2);
    const { pseudo, rest } = build(kind, payload);
    // The word that makes pseudo + rest + field come to nothing.
    const missing = 0xffff - fold(2 * pseudo + rest);
    payload.set([missing >> 8, missing & 0xff]);
    const frame = build(kind, payload);
    assert.equal(fold(frame.pseudo * 2 + frame.rest), 0xffff);
    assert.deepEqual(look(frame, frame.pseudo), { left: LEFT.nothing, now: frame.pseudo });
  });
  fc.assert(property, { seed: SEED, numRuns: 300 });
});

test('finishIfBegun tells of TCP packets that were to be cut up, as they are', () => {
  for (const isIpv4 of [true, false]) {
    const kind = { tags: 1, isIpv4, isTcp: true, padding: 0 };
    const left = isIpv4 ? LEFT.segmentsOfTcp4 : LEFT.segmentsOfTcp6;
    const frame = build(kind, new Uint8Array(9000).fill(7));
    assert.deepEqual(look(frame, frame.pseudo), { left, now: frame.pseudo });
    const datagram = build({ ...kind, isTcp: false }, new Uint8Array(9000).fill(7));
    assert.equal(look(datagram, datagram.pseudo).left, LEFT.checksum);
  }
});

test('finishIfBegun takes any bytes, and changes nothing but a checksum', () => {
  const bytes = fc.uint8Array({ maxLength: 120 });
  const head = fc.constantFrom([8, 0, 0x45], [0x86, 0xdd, 0x60], [0x81, 0, 0, 1, 8, 0], []);
  const property = fc.property(bytes, head, fc.nat(120), (noise, start, cut) => {
    const whole = [...new Uint8Array(12), ...start, ...noise];
    const frame = Uint8Array.from(whole.slice(0, cut));
    memory.bytes.fill(0xaa, 0, 400);
    memory.bytes.set(frame, AT);
    finishIfBegun(memory, AT, frame.length);
    assert.ok(memory.bytes.subarray(AT + frame.length, 400).every((byte) => byte === 0xaa));
  });
  fc.assert(property, { seed: SEED, numRuns: 2000 });
});
