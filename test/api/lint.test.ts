// The lint of a running bridge: frames of real machines come to its eyes, findings appear in the API, in the status and
// in the event stream, and are cleared when their reason is gone.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { FindingReply } from '../../src/control/http/schemas.ts';
import { type ApiDocument, ReplyJudge } from '../support/api-document.ts';
import { ControlledBridge } from '../support/control.ts';
import { ALL_FRAMES } from '../support/frames/all-frames.ts';
import { sampleBytes } from '../support/frames/sample-frame.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { readMetrics } from '../support/metrics-text.ts';

const LLDP = Buffer.from(sampleBytes(ALL_FRAMES.find(({ name }) => name === 'LLDP')!));
const PAUSE_MS = 20;

async function start(t: TestContext, name: string) {
  const peers = [await ListeningPeer.start(t), await ListeningPeer.start(t)] as const;
  const endpoints = peers.map(({ endpoint }) => endpoint);
  const api = await ControlledBridge.start(t, { topology: { links: [{ name, endpoints }] } });
  await Promise.all(peers.map((peer) => peer.attached()));
  return { api, peers };
}

/** Asks until the findings are as wanted; `turn` happens in between. */
async function findings(api: ControlledBridge, isWanted: (all: FindingReply[]) => boolean, turn = () => {}) {
  for (;;) {
    turn();
    const { json } = await api.ask('GET', '/v1/lint');
    const all = (json as { findings: FindingReply[] }).findings;
    if (isWanted(all)) return all;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

test('a neighbour who is somebody else is found, told and cleared', async (t) => {
  const { api, peers } = await start(t, 'r2:eth1--r1:eth1');
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  const events: unknown[] = [];
  api.bridge.on('lint', (event) => events.push(event));
  peers[0].send(LLDP);
  const [found] = await findings(api, ({ length }) => length > 0);
  const { endpoint } = peers[0];
  assert.equal(found?.code, 'wrong_neighbour');
  assert.equal(found?.text, `LLDP says that ${endpoint} is "r1.lab", Ethernet1: the topology has r2 there`);
  assert.ok(Date.parse(found!.since) <= Date.now());
  const status = await api.ask('GET', '/v1/status');
  judge.check('GET', '/v1/status', status);
  assert.deepEqual((status.json as { findings: unknown }).findings, [found]);
  judge.check('GET', '/v1/lint', await api.ask('GET', '/v1/lint'));
  const { samples } = readMetrics((await api.ask('GET', '/metrics')).text);
  assert.equal(samples.get('tcpbridge_findings{code="wrong_neighbour"}'), 1);
  // The machine goes, and who it said to be goes with it.
  await peers[0].stop();
  await findings(api, ({ length }) => length === 0);
  const { since: _, ...problem } = found!;
  assert.deepEqual(events, [
    { ...problem, state: 'found' },
    { ...problem, state: 'cleared' },
  ]);
});

test('one address behind both ends of a link is found, also while other frames flow', async (t) => {
  const { api, peers } = await start(t, 'wire');
  const frame = (source: number, counter: number): Buffer => {
    const bytes = Buffer.alloc(60, 0xff);
    bytes.set([0x52, 0x54, 0, 0x12, 0x34, source, 8, 0], 6);
    bytes.writeUInt32BE(counter, 20);
    return bytes;
  };
  let counter = 0;
  const [found] = await findings(
    api,
    ({ length }) => length > 0,
    () => {
      for (const peer of peers) peer.send(frame(0x56, counter++), frame(peer === peers[0] ? 1 : 2, counter++));
    },
  );
  assert.equal(found?.code, 'duplicate_mac');
  assert.match(found!.text, /^52:54:00:12:34:56 is used behind .* and .*: QEMU chose it/);
});
