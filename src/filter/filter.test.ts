// Capture filters: what the words of a routing lab find, what is told about mistakes, and that no frame does harm. That
// the words of pcap-filter(7) mean what they mean to tcpdump is tested in test/tools/filter-tcpdump.test.ts.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALL_FRAMES } from '../../test/support/frames/all-frames.ts';
import { sampleBytes } from '../../test/support/frames/sample-frame.ts';
import { TcpbridgeError } from '../errors.ts';
import { compileFilter } from './filter.ts';

const SAMPLES = ALL_FRAMES.map((frame) => ({ line: frame.line, bytes: sampleBytes(frame) }));

// What the frame decoder says of exactly the frames that the word means.
const LAB_WORDS: readonly (readonly [filter: string, line: RegExp])[] = [
  ['ospf', /OSPF/],
  ['ospf hello', /OSPFv[23] hello/],
  ['bgp open', /BGP.*\bopen\b/i],
  ['bgp update', /BGP.*\bupdate\b/i],
  ['bgp notification', /BGP.*\bnotification\b/i],
  ['bgp keepalive', /BGP.*\bkeepalive\b/i],
  ['bfd', /^(?!.*(VXLAN|MPLS)).*BFD/],
  ['lacp', /LACP/],
  ['lldp', /LLDP/],
  ['cdp', /CDP/],
  ['eigrp', /EIGRP/],
  ['hsrp', /HSRP/],
  ['rsvp', /RSVP/],
  ['ldp', /\bLDP\b/],
  ['vxlan', /VXLAN/],
];

for (const [filter, line] of LAB_WORDS) {
  test(`"${filter}" means the sample frames that the decoder calls so, with and without VLAN tags`, () => {
    const { matches } = matcher(filter);
    const wrong = SAMPLES.filter(({ line: says, bytes }) => matches(bytes) !== line.test(says));
    assert.deepEqual(
      wrong.map(({ line: says, bytes }) => `${matches(bytes) ? 'found' : 'missed'}: ${says}`),
      [],
    );
    const tagged = SAMPLES.filter(({ bytes }) => bytes.length >= 14 && matches(bytes)).map(({ bytes }) =>
      withTag(bytes),
    );
    assert.ok(tagged.length > 0);
    assert.deepEqual(
      tagged.map((bytes) => matches(bytes)),
      tagged.map(() => true),
    );
  });
}

test('compileFilter() tells the column of what is wrong', () => {
  const wrong: readonly (readonly [filter: string, text: string])[] = [
    ['tcp prt 80', 'column 5: Expected "and", "or" or the end, found "prt"'],
    ['tcp and (port 80', 'column 17: Expected ")", found the end'],
    ['host r1', 'column 6: Expected an IPv4 or IPv6 address (names are not looked up), found "r1"'],
    ['ether[12:3] = 1', 'column 10: Expected a size of 1, 2 or 4, found "3"'],
    ['inbound', 'column 1: "inbound" is not supported'],
    ['ip €', 'column 4: "€" has no meaning here'],
    ['ip[0] / 0 = 1', 'column 7: Division by zero'],
    ['host 10.0.0.256', 'column 6: Expected an IPv4 or IPv6 address (names are not looked up), found "10.0.0.256"'],
    ['host 52:54:00:00:00:01', 'column 6: A MAC address needs "ether" in front, as in "ether host"'],
  ];
  for (const [filter, text] of wrong) {
    assert.throws(
      () => compileFilter(filter),
      (error) => error instanceof TcpbridgeError && error.message === `Cannot read filter "${filter}": ${text}`,
    );
  }
});

test('compileFilter() takes a blank expression for every frame', () => {
  assert.ok(matcher(' \n').matches(new Uint8Array(0)));
  assert.ok(matcher('').matches(new Uint8Array(60)));
});

test('"not" of a word of a lab is true of frames too short for the word', () => {
  assert.ok(matcher('not bgp open').matches(new Uint8Array(3)));
  assert.ok(!matcher('not tcp').matches(new Uint8Array(3)));
});

test('"bgp open" finds an OPEN behind another message of the same segment', () => {
  const keepalive = SAMPLES.find(({ line }) => /BGP keepalive/i.test(line))!.bytes;
  const open = Uint8Array.from([...new Array<number>(16).fill(0xff), 0, 29, 1, ...new Array<number>(10).fill(0)]);
  const two = Uint8Array.from([...keepalive, ...open]);
  assert.ok(matcher('bgp keepalive').matches(two));
  assert.ok(matcher('bgp open').matches(two));
  assert.ok(!matcher('bgp open').matches(keepalive));
});

test('an IPv6 word looks behind extension headers, but not into later fragments', () => {
  const frame = (fragmentOffset: number): Uint8Array =>
    Uint8Array.from([
      ...[0x33, 0x33, 0, 0, 0, 5, 2, 0, 0, 0, 0, 1, 0x86, 0xdd],
      ...[0x60, 0, 0, 0, 0, 20, 0, 1, ...new Array<number>(32).fill(0)],
      // Hop-by-hop options, then a fragment header, then an OSPF hello.
      ...[44, 0, 1, 4, 0, 0, 0, 0],
      ...[89, 0, fragmentOffset >> 8, fragmentOffset & 0xff, 0, 0, 0, 0],
      ...[3, 1, 0, 36],
    ]);
  assert.ok(matcher('ospf hello').matches(frame(0)));
  assert.ok(!matcher('ospf hello').matches(frame(0x0100)));
});

const EXPRESSIONS = [
  ...LAB_WORDS.map(([filter]) => filter),
  ...['tcp port 179', 'ip6 host fe80::1', 'vlan 5 and ip', 'mpls and mpls and ip6', 'tcp[tcp[12]:4] = 0', 'ping', 'nd'],
  ...[
    'ether[len - 1] = ip[ip[0]:2]',
    'not portrange 1-9',
    'isis or lsp',
    'ip[2:2] % ip[9] = 0',
    'icmp6[0] = 128',
    'arp',
  ],
];

test('no frame makes a filter throw, read behind its end, or answer otherwise for what lies around it', () => {
  const filters = EXPRESSIONS.map(compileFilter);
  const frame = fc.oneof(fc.uint8Array({ maxLength: 90 }), fc.constantFrom(...SAMPLES.map(({ bytes }) => bytes)));
  fc.assert(
    fc.property(frame, fc.nat(200), fc.nat(3), fc.nat(255), (bytes, cut, before, around) => {
      const inside = bytes.subarray(0, Math.max(0, bytes.length - cut));
      const memory = new Uint8Array(before + inside.length + 200).fill(around);
      memory.set(inside, before);
      for (const filter of filters) {
        const alone = filter.matches(inside, 0, inside.length);
        assert.equal(filter.matches(memory, before, before + inside.length), alone, filter.text);
      }
    }),
    { numRuns: 2000, verbose: true },
  );
});

test('no text makes compileFilter() fail otherwise than by filter_invalid', () => {
  const words = [
    ...EXPRESSIONS.flatMap((text) => text.split(' ')),
    '(',
    ')',
    '-',
    '[',
    ':',
    '/',
    '!',
    '\\tcp',
    '0x',
    '::',
  ];
  const text = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.array(fc.constantFrom(...words), { maxLength: 12 }).map((parts) => parts.join(' ')),
  );
  fc.assert(
    fc.property(text, (expression) => {
      try {
        compileFilter(expression).matches(new Uint8Array(64), 0, 64);
      } catch (error) {
        assert.ok(error instanceof TcpbridgeError && error.code === 'filter_invalid', String(error));
      }
    }),
    { numRuns: 3000, verbose: true },
  );
  for (const deep of ['('.repeat(16_000), 'ip['.repeat(5000), '!'.repeat(9000), '-'.repeat(9000), 'x'.repeat(20_000)]) {
    assert.throws(() => compileFilter(deep), TcpbridgeError);
  }
});

function matcher(filter: string): { matches: (bytes: Uint8Array) => boolean } {
  const compiled = compileFilter(filter);
  return { matches: (bytes) => compiled.matches(bytes, 0, bytes.length) };
}

function withTag(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from([...bytes.subarray(0, 12), 0x81, 0x00, 0x00, 0x64, ...bytes.subarray(12)]);
}
