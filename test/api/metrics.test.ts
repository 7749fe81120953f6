// GET /metrics of a real bridge with frames on its links: every name is one of the table, every value is right.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ALL_FAMILIES } from '../../src/control/metrics/families.ts';
import { ControlledBridge, codeOf, makeFolder } from '../support/control.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { readMetrics } from '../support/metrics-text.ts';

const TOKEN = 'a-token-of-more-than-16-characters';
const FRAMES = 40;

async function startLink(t: TestContext) {
  const peers = [await ListeningPeer.start(t), await ListeningPeer.start(t)] as const;
  const [one, other] = peers;
  const links = [
    { name: 'the "link"\\', endpoints: [one.endpoint, other.endpoint] },
    { name: 'absent', endpoints: ['unix:/nowhere/a.sock', 'unix:/nowhere/b.sock'] },
  ];
  const api = await ControlledBridge.start(t, { topology: { links } });
  await Promise.all(peers.map((peer) => peer.attached()));
  return { api, one, other };
}

test('GET /metrics counts what the links carry, with every name of the table and no other', async (t) => {
  const { api, one, other } = await startLink(t);
  for (let i = 0; i < FRAMES; i++) one.send(Buffer.alloc(100, i));
  await other.take(FRAMES);
  let { headers, text } = await api.ask('GET', '/metrics');
  assert.equal(headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
  // Counters are stores of another thread, and the text may be some milliseconds old.
  const sent = `tcpbridge_frames_total{link="the \\"link\\"\\\\",end="b",endpoint="${other.endpoint}",direction="tx"}`;
  while (readMetrics(text).samples.get(sent) !== FRAMES) ({ text } = await api.ask('GET', '/metrics'));
  const { samples, families } = readMetrics(text);
  assert.deepEqual([...families].sort(), ALL_FAMILIES.map(({ name, type }) => `${name} ${type}`).sort());
  const of = (name: string, end: string, peer: ListeningPeer, more = '') =>
    samples.get(`tcpbridge_${name}{link="the \\"link\\"\\\\",end="${end}",endpoint="${peer.endpoint}"${more}}`);
  assert.equal(of('frames_total', 'a', one, ',direction="rx"'), FRAMES);
  assert.equal(of('bytes_total', 'a', one, ',direction="rx"'), FRAMES * 100);
  assert.equal(of('frames_total', 'a', one, ',direction="tx"'), 0);
  assert.equal(of('attached', 'a', one), 1);
  assert.equal(of('attaches_total', 'b', other), 1);
  assert.ok(of('connect_attempts_total', 'b', other)! >= 1);
  const timed = of('forwarding_seconds_count', 'b', other)!;
  assert.ok(timed >= 1 && timed <= FRAMES, String(timed));
  assert.equal(of('forwarding_seconds_bucket', 'b', other, ',le="+Inf"'), timed);
  assert.ok(of('forwarding_seconds_sum', 'b', other)! > 0);
  assert.equal(of('forwarding_seconds_count', 'a', one), undefined);
  const absent = 'link="absent",end="a",endpoint="unix:/nowhere/a.sock"';
  assert.equal(samples.get(`tcpbridge_attached{${absent}}`), 0);
  assert.equal(samples.get('tcpbridge_link_up{link="absent",kind="link"}'), 1);
  assert.equal(samples.get(`tcpbridge_build_info{version="1.2.3",node_version="${process.version}"}`), 1);
  assert.equal(samples.get('tcpbridge_thread_ends{thread="0"}'), 4);
});

test('the round trip to a machine is read from the kernel, without anybody asking', async (t) => {
  const { api, one, other } = await startLink(t);
  for (;;) {
    one.send(Buffer.alloc(100));
    await other.take(1);
    const { samples } = readMetrics((await api.ask('GET', '/metrics')).text);
    const labels = `{link="the \\"link\\"\\\\",end="b",endpoint="${other.endpoint}"}`;
    const wanted = [
      `tcpbridge_tcp_round_trip_seconds_count${labels}`,
      `tcpbridge_tcp_rtt_seconds${labels}`,
      `tcpbridge_tcp_rtt_min_seconds${labels}`,
      'tcpbridge_thread_wakeups_total{thread="0"}',
      'tcpbridge_thread_cpu_seconds_total{thread="0"}',
    ];
    // The thread may measure while the text is being written.
    if (!wanted.every((name) => (samples.get(name) ?? 0) > 0)) continue;
    break;
  }
});

test('over TCP GET /metrics needs the token', async (t) => {
  const tokenFile = join(makeFolder(t), 'token');
  writeFileSync(tokenFile, TOKEN, { mode: 0o600 });
  const api = await ControlledBridge.start(t, { listen: '127.0.0.1:0', tokenFile });
  const refused = await api.askTcp('GET', '/metrics');
  assert.deepEqual([refused.status, codeOf(refused)], [401, 'token_missing']);
  const allowed = await api.askTcp('GET', '/metrics', { headers: { authorization: `Bearer ${TOKEN}` } });
  assert.equal(allowed.status, 200);
  assert.match(allowed.text, /^tcpbridge_build_info\{/m);
  assert.equal((await api.ask('HEAD', '/metrics')).text, '');
});
