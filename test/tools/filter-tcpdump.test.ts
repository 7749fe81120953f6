// Capture filters against tcpdump (libpcap): both choose among the same frames, the samples of the decoder and what
// becomes of them when they are cut, changed and tagged. Where tcpdump rejects an expression, so must we.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { compileFilter } from '../../src/filter/filter.ts';
import { ALL_FRAMES } from '../support/frames/all-frames.ts';
import { sampleBytes } from '../support/frames/sample-frame.ts';
import { pcapFile } from '../support/pcap-file.ts';
import { chooseSeed, Random } from '../support/random.ts';

const TIMEOUT_MS = 120_000;
const RANDOM_FRAMES = 200;

const ACCEPTED = [
  ...['ip', 'ip6', 'arp', 'rarp', 'tcp', 'udp', 'sctp', 'icmp', 'icmp6', 'igmp', 'pim', 'vrrp', 'ah', 'esp', 'stp'],
  ...['iso', 'clnp', 'esis', 'isis', 'l1', 'l2', 'iih', 'lsp', 'snp', 'csnp', 'psnp', 'pppoed'],
  ...['mpls', 'mpls 100', 'mpls and ip', 'mpls and mpls and ip6', 'mpls and host 10.0.0.1', 'mpls and not ip'],
  ...['vlan', 'vlan 10', 'vlan and ip', 'vlan 10 or vlan 20', 'not vlan', 'vlan and vlan', 'vlan and tcp port 179'],
  ...['tcp port 179', 'port bgp or 646', 'udp port 3784 or 3785', 'tcp src port 179', 'dst port 179', 'not port 179'],
  ...[
    'src or dst port 179',
    'src and dst port 179',
    'portrange 100-700',
    'udp dst portrange 1000-60000',
    'sctp port 1',
  ],
  ...[
    'host 10.0.0.1',
    'src host 10.0.0.1',
    'dst 10.0.0.2',
    'src 10.0.0.1 and dst 10.0.0.2',
    'src and dst host 10.0.0.1',
  ],
  ...[
    'net 10.0.0.0/8',
    'net 10',
    'net 192.168',
    'src net 10.0.0.0 mask 255.0.0.0',
    'net 0.0.0.0/0',
    'ip host 10.0.0.1',
  ],
  ...[
    'arp host 10.0.0.1',
    'arp src host 10.0.0.1',
    'host fe80::1',
    'src net fe80::/10',
    'dst net ff02::/16',
    'net ::/0',
  ],
  ...[
    'ether host 52:54:00:00:00:01',
    'ether src 52:54:00:00:00:01',
    'ether dst host 01:80:c2:00:00:0e',
    'ip6 net ::/1',
  ],
  ...[
    'ether proto 0x88cc',
    'ether proto \\ip',
    'ether proto 0x42',
    'ip proto 89',
    'ip6 proto 58',
    'proto 89',
    'proto \\tcp',
  ],
  ...['broadcast', 'ether multicast', 'ip multicast', 'ip6 multicast', 'not multicast', 'less 64', 'greater 200'],
  ...['len > 100', 'len <= 60 or len = 78', 'ether[12:2] = 0x0800', 'ether[0] & 1 != 0', 'ip[9] = 6', 'ip[8] < 64'],
  ...['tcp[tcpflags] & tcp-syn != 0', 'tcp[13] & (tcp-syn|tcp-ack) = tcp-syn', 'icmp[icmptype] = icmp-echo'],
  ...['icmp6[icmp6type] = icmp6-echo', 'udp[4:2] > 60', 'ip[2:2] - 20 > 100', 'ip[2:2] * 2 + 1 > 0x80', 'arp[6:2] = 1'],
  ...['(ip[0] & 15) << 2 > 20', '((tcp[12] & 0xf0) >> 2) > 20', 'len - 70 > 4000000000', 'ip[12:4] > 0x80000000'],
  ...['ether[len - 1] = 0', 'ether[ether[14] & 15] > 3', 'ip[ip[9]] = 0', 'len & 1 | 2 = 3', 'len - 1 - 1 = len - 2'],
  ...['tcp or udp and port 179', 'not tcp and not udp', '(tcp or udp) and not port 179', '! ip && ! ip6'],
  ...['tcp and (port 179 or 646)', 'not host 10.0.0.1 and 10.0.0.2', 'vlan 10 and (ip or ip6)', 'ip or vlan and ip'],
];
const REJECTED = [
  ...[
    'foo',
    'tcp port',
    '(tcp',
    'tcp)',
    'and',
    'ether',
    'host',
    'port 99999',
    'vlan 5000',
    'host 1.2.3.4.5',
    '1/0 = 1',
  ],
  ...['tcp host 1.2.3.4', 'ether host 10.0.0.1', 'ip[0:3] = 1', 'mpls and arp', 'mpls and vlan', 'net 10.0.0.1/8'],
  ...['port nosuch', 'arp port 80', 'ip6 host 10.0.0.1', 'tcp[0', 'len >', 'not', 'stp[0] = 1'],
];

test('a filter chooses the frames that tcpdump chooses, and is rejected where tcpdump rejects it', (context) => {
  if (spawnSync('tcpdump', ['--version'], { stdio: 'ignore' }).status !== 0) {
    assert.notEqual(process.env.CI, 'true', 'tcpdump is missing: apt-get install tcpdump');
    context.skip('NOT CHECKED against tcpdump, which is missing: apt-get install tcpdump');
    return;
  }
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-filter-'));
  try {
    const frames = makeFrames(new Random(chooseSeed(context)));
    const file = join(folder, 'frames.pcap');
    writeFileSync(file, pcapFile(frames));
    const differences = [...ACCEPTED, ...REJECTED].flatMap((filter) => {
      const theirs = chosenByTcpdump(file, filter);
      const ours = chosenByUs(frames, filter);
      return theirs === ours ? [] : [`"${filter}": tcpdump says ${theirs}, we say ${ours}`];
    });
    assert.deepEqual(differences, []);
    for (const filter of REJECTED) assert.equal(chosenByUs(frames, filter), 'rejected', filter);
    for (const filter of ACCEPTED) assert.notEqual(chosenByUs(frames, filter), 'rejected', filter);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

/** The numbers of the frames, as a text. */
function chosenByTcpdump(file: string, filter: string): string {
  const { status, stdout, error } = spawnSync('tcpdump', ['-n', '-r', file, '-w', '-', filter], {
    timeout: TIMEOUT_MS,
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error !== undefined) throw error;
  if (status !== 0) return 'rejected';
  const chosen: number[] = [];
  // Each frame has its number as its seconds.
  for (let at = 24; at < stdout.length; at += 16 + stdout.readUInt32LE(at + 8)) chosen.push(stdout.readUInt32LE(at));
  return chosen.join(' ');
}

function chosenByUs(frames: readonly Uint8Array[], filter: string): string {
  try {
    const compiled = compileFilter(filter);
    return [...frames.keys()].filter((index) => compiled.matches(frames[index]!, 0, frames[index]!.length)).join(' ');
  } catch {
    return 'rejected';
  }
}

function makeFrames(random: Random): Uint8Array[] {
  const below = (limit: number): number => random.between(0, limit - 1);
  const samples = ALL_FRAMES.map(sampleBytes);
  const cut = samples.map((bytes) => bytes.slice(0, 1 + below(bytes.length)));
  const changed = samples.map((bytes) => bytes.with(below(bytes.length), below(256)));
  const tagged = samples.map((bytes) =>
    Uint8Array.from([
      ...bytes.subarray(0, 12),
      0x81,
      0,
      below(16),
      [10, 20, below(256)][below(3)]!,
      ...bytes.subarray(12),
    ]),
  );
  const noise = Array.from({ length: RANDOM_FRAMES }, () =>
    Uint8Array.from({ length: 1 + below(100) }, () => below(256)),
  );
  return [...samples, ...cut, ...changed, ...tagged, ...noise];
}
