// Packets as a host leaves them to its network card, made here byte by byte; every frame that comes of them is judged by
// a computation of its own.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { NativeMemory } from '../sys/memory.ts';
import { finishChecksum, GSO, NEEDS_CHECKSUM, OffloadHeader, Segmenter } from './offload.ts';

const SEED = 20_261_123;
const AT = 64;
const OUT = 80_000;
const memory = new NativeMemory(160_000);
const TCP = 6;
const UDP = 17;

interface Packet {
  readonly tags: number;
  readonly isIpv4: boolean;
  readonly isTcp: boolean;
  /** Options of IPv4, or an extension header of IPv6, in words of 4 and 8 bytes. */
  readonly extraWords: number;
  readonly tcpOptionWords: number;
  readonly id: number;
  readonly sequence: number;
  readonly flags: number;
  readonly payload: Uint8Array;
}

const packets: fc.Arbitrary<Packet> = fc.record({
  tags: fc.nat(2),
  isIpv4: fc.boolean(),
  isTcp: fc.boolean(),
  extraWords: fc.nat(3),
  tcpOptionWords: fc.nat(10),
  id: fc.nat(0xffff),
  sequence: fc.nat(0xffff_ffff),
  flags: fc.nat(0xff),
  payload: fc.uint8Array({ minLength: 1, maxLength: 5000 }),
});

function headers(packet: Packet): { bytes: number[]; network: number; transport: number } {
  const { tags, isIpv4, isTcp, extraWords, tcpOptionWords, id, sequence, flags, payload } = packet;
  const bytes = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
  for (let i = 0; i < tags; i++) bytes.push(...(i === 0 && tags > 1 ? [0x88, 0xa8] : [0x81, 0x00]), 0x20, 5 + i);
  bytes.push(...(isIpv4 ? [0x08, 0x00] : [0x86, 0xdd]));
  const network = bytes.length;
  const transportBytes = isTcp ? 20 + 4 * tcpOptionWords : 8;
  const protocol = isTcp ? TCP : UDP;
  if (isIpv4) {
    const total = 20 + 4 * extraWords + transportBytes + payload.length;
    bytes.push(0x45 + extraWords, 0, total >> 8, total & 0xff, id >> 8, id & 0xff, 0x40, 0, 64, protocol, 0xab, 0xcd);
    bytes.push(198, 18, 0, 1, 198, 18, 0, 2, ...Array<number>(4 * extraWords).fill(1));
  } else {
    const size = 8 * extraWords + transportBytes + payload.length;
    bytes.push(0x60, 0, 0, 0, size >> 8, size & 0xff, extraWords > 0 ? 60 : protocol, 64);
    bytes.push(...Array.from({ length: 32 }, (_, i) => (i * 7) & 0xff));
    if (extraWords > 0) bytes.push(protocol, extraWords - 1, ...Array<number>(8 * extraWords - 2).fill(0));
  }
  const transport = bytes.length;
  if (isTcp) {
    bytes.push(
      0x30,
      0x39,
      0x00,
      0x50,
      sequence >>> 24,
      (sequence >>> 16) & 0xff,
      (sequence >>> 8) & 0xff,
      sequence & 0xff,
    );
    bytes.push(1, 2, 3, 4, (5 + tcpOptionWords) << 4, flags, 0xff, 0xff, 0x12, 0x34, 0, 0);
    bytes.push(...Array<number>(4 * tcpOptionWords).fill(1));
  } else {
    const size = 8 + payload.length;
    bytes.push(0x30, 0x39, 0x00, 0x35, size >> 8, size & 0xff, 0x12, 0x34);
  }
  return { bytes, network, transport };
}

/** The sum that a receiver makes: over the pseudo header and the segment; 65,535 where all is well. */
function receiverSum(frame: Uint8Array, network: number, transport: number, isIpv4: boolean, protocol: number): number {
  const addresses = isIpv4 ? frame.slice(network + 12, network + 20) : frame.slice(network + 8, network + 40);
  const segment = frame.slice(transport);
  const length = segment.length;
  return plainSum([...addresses, 0, protocol, length >> 8, length & 0xff, ...segment]);
}

function plainSum(bytes: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) {
    sum += bytes[i]! * 256 + (bytes[i + 1] ?? 0);
    if (sum > 0xffff) sum -= 0xffff;
  }
  return sum;
}

function offload(fields: Partial<OffloadHeader>): OffloadHeader {
  return Object.assign(new OffloadHeader(), fields);
}

function place(bytes: ArrayLike<number>): void {
  memory.bytes.set(bytes as Uint8Array, AT);
}

function uint16(bytes: Uint8Array, at: number): number {
  return bytes[at]! * 256 + bytes[at + 1]!;
}

test('Segmenter.write() makes ordinary frames of any packet of TCP and UDP, which together carry what it carried', () => {
  fc.assert(
    fc.property(packets, fc.integer({ min: 1, max: 1500 }), fc.boolean(), (packet, gsoSize, needsChecksum) => {
      const { isIpv4, isTcp, payload } = packet;
      const { bytes, network, transport } = headers(packet);
      place([...bytes, ...payload]);
      const segmenter = new Segmenter(memory);
      const gsoType = isTcp ? (isIpv4 ? GSO.tcp4 : GSO.tcp6) : GSO.udp;
      const header = offload({ gsoType, gsoSize, needsChecksum, checksumStart: transport });
      assert.equal(segmenter.begin(AT, bytes.length + payload.length, header), true);
      assert.equal(segmenter.count, Math.ceil(payload.length / gsoSize));
      const carried: number[] = [];
      for (let k = 0; k < segmenter.count; k++) {
        const length = segmenter.length(k);
        segmenter.write(k, OUT + k);
        const frame = memory.bytes.slice(OUT + k, OUT + k + length);
        assert.ok(length <= bytes.length + gsoSize);
        assert.deepEqual(frame.slice(0, network), Uint8Array.from(bytes.slice(0, network)));
        assert.equal(receiverSum(frame, network, transport, isIpv4, isTcp ? TCP : UDP), 0xffff);
        if (isIpv4) {
          assert.equal(plainSum([...frame.slice(network, network + 20 + 4 * packet.extraWords)]), 0xffff);
          assert.equal(uint16(frame, network + 2), length - network);
          assert.equal(uint16(frame, network + 4), (packet.id + k) & 0xffff);
        } else {
          assert.equal(uint16(frame, network + 4), length - network - 40);
        }
        if (isTcp) checkTcp(frame, transport, packet, k, segmenter.count, gsoSize);
        else assert.equal(uint16(frame, transport + 4), length - transport);
        carried.push(...frame.slice(bytes.length));
      }
      assert.deepEqual(carried, [...payload]);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

function checkTcp(frame: Uint8Array, at: number, packet: Packet, k: number, count: number, gsoSize: number): void {
  const { sequence, flags } = packet;
  const found = new DataView(frame.buffer).getUint32(at + 4, false);
  assert.equal(found, (sequence + k * gsoSize) % 2 ** 32);
  const mask = 0xff & ~(k < count - 1 ? 0x09 : 0) & ~(k > 0 ? 0x80 : 0);
  assert.equal(frame[at + 13], flags & mask);
}

test('Segmenter.begin() refuses every packet that ends before its headers do', () => {
  fc.assert(
    fc.property(packets, fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (packet, share) => {
      const { bytes, transport } = headers(packet);
      place([...bytes, ...packet.payload]);
      const gsoType = packet.isTcp ? GSO.tcp4 : GSO.udp;
      const header = offload({ gsoType, gsoSize: 100, checksumStart: transport });
      assert.equal(new Segmenter(memory).begin(AT, Math.floor(share * (bytes.length + 1)), header), false);
    }),
    { seed: SEED },
  );
});

test('Segmenter.begin() never reads outside a packet of any bytes', () => {
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 200 }),
      fc.constantFrom(1, 3, 4, 5, 77),
      fc.nat(200),
      (bytes, gsoType, gsoSize) => {
        place(bytes);
        const segmenter = new Segmenter(memory);
        if (!segmenter.begin(AT, bytes.length, offload({ gsoType, gsoSize }))) return;
        let total = 0;
        for (let k = 0; k < segmenter.count; k++) total += segmenter.length(k);
        assert.ok(total <= bytes.length * segmenter.count);
      },
    ),
    { seed: SEED, numRuns: 2000 },
  );
});

test('Segmenter.begin() refuses a packet in a tunnel, whose inner checksum is the missing one', () => {
  const packet = { ...EXAMPLE, isTcp: false };
  const { bytes, transport } = headers(packet);
  place([...bytes, ...packet.payload]);
  const header = offload({ gsoType: GSO.udp, gsoSize: 10, needsChecksum: true, checksumStart: transport + 58 });
  assert.equal(new Segmenter(memory).begin(AT, bytes.length + packet.payload.length, header), false);
});

test('finishChecksum() completes what the sum over the pseudo header began', () => {
  fc.assert(
    fc.property(packets, (packet) => {
      const { isIpv4, isTcp, payload } = packet;
      const { bytes, network, transport } = headers(packet);
      const offset = isTcp ? 16 : 6;
      const size = bytes.length + payload.length - transport;
      const pseudo = [...bytes.slice(network + (isIpv4 ? 12 : 8), network + (isIpv4 ? 20 : 40)), 0, isTcp ? TCP : UDP];
      const begun = plainSum([...pseudo, size >> 8, size & 0xff]);
      bytes[transport + offset] = begun >> 8;
      bytes[transport + offset + 1] = begun & 0xff;
      place([...bytes, ...payload]);
      const length = bytes.length + payload.length;
      assert.equal(finishChecksum(memory, AT, length, transport, offset), true);
      const frame = memory.bytes.slice(AT, AT + length);
      assert.equal(receiverSum(frame, network, transport, isIpv4, isTcp ? TCP : UDP), 0xffff);
      assert.notEqual(uint16(frame, transport + offset), 0);
    }),
    { seed: SEED, numRuns: 300 },
  );
});

test('finishChecksum() puts CRC32c into SCTP', () => {
  // An INIT of RFC 9260 without anything in it; the CRC was computed bit by bit.
  const sctp = [0x0b, 0x59, 0x0b, 0x59, 0, 0, 0, 0, 0xde, 0xad, 0xbe, 0xef, 1, 0, 0, 4];
  place([...Array<number>(34).fill(9), ...sctp]);
  assert.equal(finishChecksum(memory, AT, 50, 34, 8), true);
  const found = memory.view.getUint32(AT + 42, true);
  assert.equal(found, bitwiseCrc32c(sctp.map((byte, i) => (i >= 8 && i < 12 ? 0 : byte))));
});

test('finishChecksum() refuses a field outside the frame', () => {
  assert.equal(finishChecksum(memory, AT, 60, 50, 16), false);
  assert.equal(finishChecksum(memory, AT, 60, 50, 8), false);
  assert.equal(finishChecksum(memory, AT, 60, 44, 16), false);
  assert.equal(finishChecksum(memory, AT, 60, 42, 16), true);
});

test('OffloadHeader.read() reads a virtio_net_hdr', () => {
  place([NEEDS_CHECKSUM, 0x80 | GSO.tcp6, 74, 0, 0xa8, 0x05, 54, 0, 16, 0]);
  const header = new OffloadHeader();
  header.read(memory.view, AT);
  assert.deepEqual(
    { ...header },
    { needsChecksum: true, gsoType: 4, gsoSize: 1448, checksumStart: 54, checksumOffset: 16 },
  );
});

const EXAMPLE: Packet = {
  tags: 0,
  isIpv4: true,
  isTcp: true,
  extraWords: 0,
  tcpOptionWords: 0,
  id: 1,
  sequence: 1,
  flags: 0x18,
  payload: new Uint8Array(100),
};

function bitwiseCrc32c(bytes: readonly number[]): number {
  let crc = 0xffff_ffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0x82f6_3b78 : crc >>> 1;
  }
  return ~crc >>> 0;
}
