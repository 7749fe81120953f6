// Which frames are the same frame, and which are not; and that any bytes can be read.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { chooseSeed } from '../../test/support/random.ts';
import { describeStream, readPacket } from './packet.ts';

const MACS = '5254000000025254000000' + '01';
const IPV4 = '450000541234400040010000c6120101c6120201';
const ECHO = '0800abcd11d7002a0102030405060708';
const IPV6 = `6000000000143a40${'20010db8000000000000000000000001'}${'20010db8000000000000000000000002'}`;

function bytes(...hex: string[]): Uint8Array {
  return Uint8Array.from(Buffer.from(hex.join(''), 'hex'));
}

test('readPacket() sees the same frame on every link: behind routers, in VLANs and under labels', () => {
  const first = readPacket(bytes(MACS, '0800', IPV4, ECHO));
  const routed = IPV4.replace('40010000', '3f01beef').replace('4500', '45b8');
  const forms = [
    bytes('020000000009', '020000000008', '0800', routed, ECHO),
    bytes(MACS, '8100000a', '0800', routed, ECHO),
    bytes(MACS, '88a8000a', '8100000b', '0800', routed, ECHO),
    bytes(MACS, '8847', '000100ff', '000201ff', routed, ECHO),
  ];
  for (const form of forms) {
    const { stream, identity, ttl, sequence } = readPacket(form);
    assert.deepEqual([stream, identity, ttl, sequence], [first.stream, first.identity, 63, 42]);
  }
  assert.equal(first.ttl, 64);
});

test('readPacket() tells frames and streams apart', () => {
  const first = readPacket(bytes(MACS, '0800', IPV4, ECHO));
  const next = readPacket(bytes(MACS, '0800', IPV4.replace('1234', '1235'), ECHO.replace('002a', '002b')));
  assert.equal(next.stream, first.stream);
  assert.notEqual(next.identity, first.identity);
  const others = [ECHO.replace('0800', '0000'), ECHO.replace('11d7', '11d8')];
  for (const other of others) assert.notEqual(readPacket(bytes(MACS, '0800', IPV4, other)).stream, first.stream);
  // Padding of short frames is not part of them.
  const short = IPV4.replace('45000054', '45000024');
  assert.equal(
    readPacket(bytes(MACS, '0800', short, ECHO, '00'.repeat(10))).identity,
    readPacket(bytes(MACS, '0800', short, ECHO)).identity,
  );
});

test('describeStream() names a stream', () => {
  const udp = IPV4.replace('40004001', '40004011');
  const cases: readonly [Uint8Array, string][] = [
    [bytes(MACS, '0800', IPV4, ECHO), '198.18.1.1 > 198.18.2.1 echo request 4567'],
    [bytes(MACS, '0800', udp, 'c00000350020'), '198.18.1.1:49152 > 198.18.2.1:53 udp'],
    [bytes(MACS, '0800', udp.replace('12344000', '12340005'), 'c0000035'), '198.18.1.1 > 198.18.2.1 fragments'],
    [bytes(MACS, '0800', udp.replace('4011', '4059')), '198.18.1.1 > 198.18.2.1 protocol 89'],
    [bytes(MACS, '86dd', IPV6, '8000000000070001'), '2001:db8::1 > 2001:db8::2 echo request 7'],
    [bytes(MACS, '86dd', IPV6.replace('3a40', '0640'), '00b3c000'), '[2001:db8::1]:179 > [2001:db8::2]:49152 tcp'],
    [bytes(MACS, '88cc', '0207'), '52:54:00:00:00:01 > 52:54:00:00:00:02 type 0x88cc'],
  ];
  for (const [frame, expected] of cases) assert.equal(describeStream(frame), expected);
});

test('readPacket() and describeStream() take any bytes', (t) => {
  const seed = chooseSeed(t);
  const head = fc.constantFrom(
    '',
    MACS,
    `${MACS}0800`,
    `${MACS}81000001`,
    `${MACS}8847`,
    `${MACS}86dd6`,
    `${MACS}080045`,
  );
  const property = fc.property(head, fc.uint8Array({ maxLength: 120 }), (start, rest) => {
    const frame = new Uint8Array([...bytes(start.slice(0, start.length & ~1)), ...rest]);
    const { stream, identity } = readPacket(frame);
    assert.ok(Number.isSafeInteger(stream) && Number.isSafeInteger(identity));
    assert.equal(typeof describeStream(frame), 'string');
  });
  fc.assert(property, { seed, numRuns: 3000 });
});
