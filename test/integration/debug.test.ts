// --debug: a line for every frame, with the link, the direction, the length and what a network engineer would call it.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { Bridge } from '../support/bridge.ts';
import { assertSameFrames } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';

/** An ARP request of 42 bytes: 10.1.2.3 asks for 10.1.2.4 (RFC 826). */
const arpRequest = Buffer.from(
  [
    'ffffffffffff',
    '525400000001',
    '0806',
    '0001080006040001',
    '525400000001',
    '0a010203',
    '000000000000',
    '0a010204',
  ].join(''),
  'hex',
);
/** An ICMP echo request of 46 bytes in VLAN 100, 10.1.2.3 to 10.1.2.4 (IEEE 802.1Q, RFC 791, RFC 792). */
const echoInVlan = Buffer.from(
  [
    '525400000002',
    '525400000001',
    '81000064',
    '0800',
    '4500001c00010000400162d70a0102030a010204',
    '0800f7fd00010001',
  ].join(''),
  'hex',
);

/** One line about a frame. */
interface FrameLine {
  time: string;
  link: string;
  from: string;
  to: string;
  length: number;
  decode: string;
}

interface DebugRun {
  bridge: Bridge;
  a: ListeningPeer;
  b: ListeningPeer;
  lines(): FrameLine[];
}

async function startDebug(t: TestContext, logFormat: 'text' | 'json'): Promise<DebugRun> {
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const bridge = new Bridge(t, ['--debug', '--p2p', `${a.endpoint}--${b.endpoint}`], { logFormat });
  await Promise.all([a.attached(), b.attached()]);
  const lines = logFormat === 'text' ? () => readText(bridge.logLines) : () => readJson(bridge.eventsOf('frame'));
  return { bridge, a, b, lines };
}

function readText(lines: readonly string[]): FrameLine[] {
  return lines.flatMap((line) => {
    const [, time = '', link = '', from = '', to = '', length = '', decode = ''] =
      /^(\S+) (\S+) (\S+) -> (\S+) (\d+) (.*)$/.exec(line) ?? [];
    return length === '' ? [] : [{ time, link, from, to, length: Number(length), decode }];
  });
}

function readJson(events: readonly object[]): FrameLine[] {
  return events.map((event) => event as FrameLine);
}

for (const logFormat of ['text', 'json'] as const) {
  test(`--debug shows way, length and content of a frame, with the log as ${logFormat}`, async (t) => {
    const { bridge, a, b, lines } = await startDebug(t, logFormat);
    a.send(arpRequest);
    assertSameFrames(await b.take(1), [arpRequest], 'a to b');
    b.send(echoInVlan);
    assertSameFrames(await a.take(1), [echoInVlan], 'b to a');
    await bridge.until(() => lines().length >= 2, 'two lines on frames');

    const [arp, echo] = lines() as [FrameLine, FrameLine];
    assert.deepEqual([arp.from, arp.to, arp.length], [a.endpoint, b.endpoint, 42]);
    assert.deepEqual([echo.from, echo.to, echo.length], [b.endpoint, a.endpoint, 46]);
    for (const { time, link } of [arp, echo]) {
      assert.equal(link, `${a.endpoint}--${b.endpoint}`);
      assert.match(time, /\d\d:\d\d:\d\d\.\d{3}/);
    }
    assert.match(arp.decode, /ARP.*10\.1\.2\.4.*10\.1\.2\.3/);
    assert.match(echo.decode, /VLAN\D*100\b.*10\.1\.2\.3.*10\.1\.2\.4.*ICMP/i);
    assert.equal((await bridge.stop()).code, 0);
  });

  test(`--debug prints one line for each frame, in order, with the log as ${logFormat}`, async (t) => {
    const { bridge, a, b, lines } = await startDebug(t, logFormat);
    const frames = Array.from({ length: 200 }, (_value, index) => Buffer.concat([echoInVlan, Buffer.alloc(index)]));
    a.send(...frames);
    assertSameFrames(await b.take(frames.length), frames, 'a to b');
    await bridge.until(() => lines().length >= frames.length, 'a line for each frame');
    assert.equal((await bridge.stop()).code, 0);
    assert.deepEqual(
      lines().map((line) => line.length),
      frames.map((frame) => frame.length),
    );
  });

  test(`--debug has a line for frames that are cut short, with the log as ${logFormat}`, async (t) => {
    const { bridge, a, b, lines } = await startDebug(t, logFormat);
    const frames = [arpRequest, echoInVlan].flatMap((frame) =>
      Array.from({ length: frame.length }, (_value, index) => frame.subarray(0, index + 1)),
    );
    a.send(...frames);
    assertSameFrames(await b.take(frames.length), frames, 'a to b');
    await bridge.until(() => lines().length >= frames.length, 'a line for each frame');
    assert.equal((await bridge.stop()).code, 0);
  });
}
