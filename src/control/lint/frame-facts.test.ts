// What is read from frames: of known ones the right values, of any bytes something, and never an error.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALL_FRAMES } from '../../../test/support/frames/all-frames.ts';
import { sampleBytes } from '../../../test/support/frames/sample-frame.ts';
import { readFacts } from './frame-facts.ts';

const SEED = Date.now() % 2 ** 31;
const LENGTH = 512;

function sample(name: string): Uint8Array {
  return sampleBytes(ALL_FRAMES.find((frame) => frame.name === name)!);
}

function factsOf(name: string) {
  const bytes = sample(name);
  return readFacts(bytes, bytes.length)!;
}

test('readFacts() reads who LLDP and CDP say that they are', () => {
  assert.deepEqual(factsOf('LLDP').neighbour, {
    protocol: 'LLDP',
    system: 'r1.lab',
    port: 'Ethernet1',
    chassis: '52:54:00:00:00:01',
    ttlSeconds: 120,
    size: undefined,
  });
  const { protocol, system, port, ttlSeconds } = factsOf('CDP').neighbour!;
  assert.deepEqual([protocol, system, port, ttlSeconds], ['CDP', 'r1.lab', 'GigabitEthernet0/1', 180]);
  assert.equal(factsOf('LLDP').source, '52:54:00:00:00:01');
});

test('readFacts() reads the MTU of OSPF in each version, with and without a VLAN tag', () => {
  const ospf2 = [2, 2, 0, 32, ...new Array(20).fill(0), 0x05, 0xdc, 2, 7, 0, 0, 0, 0];
  const ipv4 = [0x45, 0, 0, 52, 0, 0, 0, 0, 1, 89, 0, 0, 10, 0, 0, 1, 224, 0, 0, 5];
  const ipv6 = [0x60, 0, 0, 0, 0, 28, 89, 1, ...new Array(32).fill(1)];
  const ospf3 = [3, 2, 0, 28, ...new Array(16).fill(0), 0x23, 0x28, 0, 7, 0, 0, 0, 0];
  const ends = [2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1];
  const read = (...parts: number[][]) => {
    const bytes = Uint8Array.from([...ends, ...parts.flat()]);
    return readFacts(bytes, bytes.length)?.ospfMtu;
  };
  assert.equal(read([8, 0], ipv4, ospf2), 1500);
  assert.equal(read([0x81, 0, 0, 7], [8, 0], ipv4, ospf2), 1500);
  assert.equal(read([0x86, 0xdd], ipv6, ospf3), 9000);
  assert.equal(read([8, 0], ipv4.with(6, 0x20).with(7, 0x10), ospf2), undefined, 'a later fragment');
  assert.equal(read([8, 0], ipv4, ospf2.with(1, 1)), undefined, 'a hello');
});

test('readFacts() reads the length of IS-IS hellos', () => {
  const hellos = ALL_FRAMES.filter(({ line }) => /IS-IS.*(hello|IIH)/i.test(line));
  assert.ok(hellos.length > 0);
  for (const { name } of hellos) {
    const bytes = sample(name);
    const { isisHelloBytes = 0 } = readFacts(bytes, bytes.length)!;
    const type = (bytes[12]! << 8) + bytes[13]!;
    // Behind the LLC header of 3 bytes; a jumbo frame may go on behind the hello.
    if (type <= 1500) assert.equal(isisHelloBytes, type - 3, name);
    else assert.ok(isisHelloBytes > 0 && isisHelloBytes <= bytes.length - 17, name);
  }
});

test('readFacts() tells frames apart by every byte and by their length', () => {
  const bytes = sample('LLDP');
  const { digest } = readFacts(bytes, bytes.length)!;
  assert.equal(readFacts(bytes.slice(), bytes.length)!.digest, digest);
  assert.notEqual(readFacts(bytes, bytes.length + 1)!.digest, digest);
  const other = bytes.slice();
  other[20]! ^= 1;
  assert.notEqual(readFacts(other, bytes.length)!.digest, digest);
});

test(`readFacts() answers for any bytes (seed ${SEED})`, () => {
  const samples = ALL_FRAMES.map(sampleBytes);
  const spoilt = fc
    .tuple(
      fc.constantFrom(...samples),
      fc.array(fc.tuple(fc.nat(LENGTH), fc.nat(255)), { maxLength: 8 }),
      fc.nat(LENGTH),
    )
    .map(([bytes, changes, size]) => {
      const copy = bytes.slice(0, size);
      for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
      return copy;
    });
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: LENGTH }), spoilt), fc.nat(70_000), (bytes, length) => {
      // Beyond the frame lies what must not be seen.
      const around = new Uint8Array(bytes.length + 64).fill(0xff);
      around.set(bytes);
      const inside = around.subarray(0, bytes.length);
      assert.deepEqual(readFacts(inside, length), readFacts(bytes.slice(), length));
    }),
    { seed: SEED },
  );
});
