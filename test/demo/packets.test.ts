// The packets of the simulated routers: what is built is understood again, and the bytes are those of the RFCs.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  decodeFrame,
  encodeArpReply,
  encodeArpRequest,
  encodeBfd,
  encodeEcho,
  encodeVoice,
  type Host,
  internetChecksum,
  parseAddress,
  parseMac,
} from '../../demo/packets.ts';

const r1: Host = { mac: parseMac('52:54:00:00:00:01'), address: parseAddress('10.0.0.1') };
const r2: Host = { mac: parseMac('52:54:00:00:00:02'), address: parseAddress('10.0.0.2') };

test('internetChecksum agrees with the example of RFC 1071 section 3', () => {
  // The RFC gives the sum ddf2, whose complement is the checksum.
  assert.equal(internetChecksum(Buffer.from('0001f203f4f5f6f7', 'hex')), 0x220d);
});

test('internetChecksum agrees with a well-known IPv4 header', () => {
  assert.equal(internetChecksum(Buffer.from('450000730000400040110000c0a80001c0a800c7', 'hex')), 0xb861);
});

test('internetChecksum pads an odd number of bytes with zero', () => {
  assert.equal(internetChecksum(Buffer.from('0102ff', 'hex')), internetChecksum(Buffer.from('0102ff00', 'hex')));
});

test('encodeArpRequest asks everyone, with the bytes of RFC 826, padded to 60', () => {
  const frame = encodeArpRequest(r1, r2.address);
  const ethernet = 'ffffffffffff5254000000010806';
  const arp = '00010800060400015254000000010a0000010000000000000a000002';
  assert.equal(frame.toString('hex'), ethernet + arp + '00'.repeat(18));
  assert.deepEqual(decodeFrame(frame), { kind: 'arp-request', from: r1, targetAddress: r2.address });
});

test('encodeArpReply answers the one who asked', () => {
  const frame = encodeArpReply(r2, r1);
  assert.deepEqual(frame.subarray(0, 6), r1.mac);
  assert.deepEqual(decodeFrame(frame), { kind: 'arp-reply', from: r2, targetAddress: r1.address });
});

test('encodeEcho is understood again, for any data', () => {
  const kind = fc.constantFrom('echo-request' as const, 'echo-reply' as const);
  const uint16 = fc.integer({ min: 0, max: 0xffff });
  fc.assert(
    fc.property(kind, uint16, uint16, fc.uint8Array({ maxLength: 1472 }), (kind, id, sequence, bytes) => {
      const data = Buffer.from(bytes);
      const frame = encodeEcho(kind, r1, r2, { id, sequence, data });
      assert.deepEqual(decodeFrame(frame), { kind, from: r1, to: r2, id, sequence, data });
    }),
  );
});

test('encodeEcho sends what ping sends: 98 bytes with right checksums', () => {
  const frame = encodeEcho('echo-request', r1, r2, { id: 1, sequence: 2, data: Buffer.alloc(56) });
  assert.equal(frame.length, 98);
  assert.equal(internetChecksum(frame.subarray(14, 34)), 0);
  assert.equal(internetChecksum(frame.subarray(34)), 0);
});

test('decodeFrame refuses an echo with any one byte changed behind the Ethernet header', () => {
  const data = Buffer.from('0123456789abcdefgh'); // Long enough to need no padding, which nobody would check.
  const frame = encodeEcho('echo-request', r1, r2, { id: 7, sequence: 8, data });
  for (let offset = 14; offset < frame.length; offset += 1) {
    for (let mask = 1; mask < 256; mask += 1) {
      const damaged = Buffer.from(frame);
      damaged[offset]! ^= mask;
      assert.equal(decodeFrame(damaged), undefined, `byte ${offset} changed by ${mask}`);
    }
  }
});

test('encodeBfd makes a single-hop control packet of a session that is up', () => {
  const frame = encodeBfd(r1, r2, 50);
  assert.equal(frame.length, 14 + 20 + 8 + 24);
  assert.equal(frame[22], 255, 'RFC 5881 section 5: TTL 255');
  assert.equal(frame.subarray(42).toString('hex'), `20c003180a0000010a000002${'0000c350'.repeat(2)}00000000`);
  assert.deepEqual(decodeFrame(frame), { kind: 'bfd', from: r1, to: r2 });
});

test('encodeVoice counts packets and samples, also past the end of the counters', () => {
  const frame = encodeVoice(r1, r2, 65_537, 10);
  assert.equal(frame.length, 14 + 20 + 8 + 12 + 80);
  assert.equal(frame.readUInt16BE(44), 1);
  assert.equal(frame.readUInt32BE(46), 65_537 * 80);
  assert.deepEqual(decodeFrame(frame), { kind: 'voice', from: r1, to: r2 });
});

test('decodeFrame survives any bytes', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => void decodeFrame(Buffer.from(bytes))));
});
