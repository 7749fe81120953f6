// A property: whatever bytes a machine sends and however it ends, the frames in them arrive up to the first length that is
// too large, nothing else arrives, the bridge lives on, and another link never notices.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import fc from 'fast-check';
import { assertBalanced } from '../support/accounting.ts';
import { Bridge } from '../support/bridge.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import { assertSameFrames, FrameSource, LONGEST_FRAME } from '../support/frame-source.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

const RUNS = 100;

const anyHeader = fc.oneof(
  fc.constantFrom(0, 1, LONGEST_FRAME, LONGEST_FRAME + 1, 2 ** 31, 2 ** 32 - 1, 0x01000000),
  fc.nat({ max: 2 ** 32 - 1 }),
  fc.nat({ max: 300 }),
);
const anyPiece = fc.oneof(
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  anyHeader.map((length) => withHeader(length, Buffer.alloc(0))),
  fc.uint8Array({ minLength: 1, maxLength: 3000 }).map((bytes) => withHeader(bytes.length, Buffer.from(bytes))),
  fc.constant(withHeader(LONGEST_FRAME, Buffer.alloc(LONGEST_FRAME, 7))),
  fc.constant(Buffer.alloc(40)),
);
const anyStream = fc.record({
  bytes: fc.array(anyPiece, { maxLength: 30 }).map((pieces) => Buffer.concat(pieces)),
  cuts: fc.array(fc.nat({ max: 5000 }), { maxLength: 20 }),
  ending: fc.constantFrom('leave' as const, 'reset' as const),
});

/** Several, taken in turn: whoever is reset again and again is not connected to again at once. */
const HOSTILE_LINKS = 8;

interface HostileLink {
  hostile: ListeningPeer | DiallingPeer;
  partner: ListeningPeer;
  connections: number;
}

async function prepareLinks(t: TestContext, kind: 'listens' | 'dials'): Promise<HostileLink[]> {
  const links: HostileLink[] = [];
  for (let index = 0; index < HOSTILE_LINKS; index += 1) {
    const hostile = kind === 'listens' ? await ListeningPeer.start(t) : await DiallingPeer.prepare(t);
    links.push({ hostile, partner: await ListeningPeer.start(t), connections: 0 });
  }
  return links;
}

async function attach(link: HostileLink, bridge: Bridge): Promise<void> {
  const { hostile } = link;
  link.connections += 1;
  if (hostile instanceof DiallingPeer) {
    await bridge.event('listening', hostile.endpoint);
    await hostile.dial();
  }
  await hostile.attached(link.connections);
  await bridge.event('attached', hostile.endpoint, link.connections);
}

for (const kind of ['listens', 'dials'] as const) {
  test(`any bytes from a machine that ${kind} cost at most its own connection`, async (t) => {
    const seed = chooseSeed(t);
    const source = new FrameSource(seed);
    const hostileLinks = await prepareLinks(t, kind);
    const [left, right] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
    const pairs = [...hostileLinks.map(({ hostile, partner }) => [hostile, partner]), [left, right]];
    const bridge = await Bridge.start(t, [
      '--p2p',
      ...pairs.map((pair) => pair.map((peer) => peer.endpoint).join('--')),
    ]);
    const steady = [...hostileLinks.map(({ partner }) => partner), left, right];
    await bridge.attached(steady);

    let run = 0;
    await fc.assert(
      fc.asyncProperty(anyStream, async ({ bytes, cuts, ending }) => {
        const link = hostileLinks[run % HOSTILE_LINKS] as HostileLink;
        const { hostile, partner } = link;
        run += 1;
        await attach(link, bridge);
        const { frames, isBroken } = readAsTheBridgeShould(bytes);
        for (const piece of cut(bytes, cuts)) hostile.sendBytes(piece);
        assertSameFrames(await partner.take(frames.length), frames, 'from the hostile machine');
        if (!isBroken) hostile[ending]();
        await hostile.detached(link.connections);

        const frame = source.frame(100);
        left.send(frame);
        assertSameFrames(await right.take(1), [frame], 'on the other link');
      }),
      { seed, numRuns: RUNS, endOnFailure: true },
    );
    for (const link of hostileLinks) {
      await attach(link, bridge);
      const last = source.frame(321);
      link.hostile.send(last);
      assertSameFrames(await link.partner.takeUntil(last), [], 'beside what was expected');
    }
    assert.deepEqual(
      steady.map((peer) => peer.connections),
      steady.map(() => 1),
    );
    const { segments } = await bridge.finish();
    segments.forEach(assertBalanced);
  });
}

function withHeader(length: number, content: Buffer): Buffer {
  const header = Buffer.alloc(4);
  header.writeUInt32BE(length);
  return Buffer.concat([header, content]);
}

/** The frames in these bytes, up to a length that is too large. */
function readAsTheBridgeShould(bytes: Buffer): { frames: Buffer[]; isBroken: boolean } {
  const frames: Buffer[] = [];
  let offset = 0;
  while (bytes.length - offset >= 4) {
    const length = bytes.readUInt32BE(offset);
    if (length > LONGEST_FRAME) return { frames, isBroken: true };
    if (bytes.length - offset - 4 < length) break;
    if (length > 0) frames.push(bytes.subarray(offset + 4, offset + 4 + length));
    offset += 4 + length;
  }
  return { frames, isBroken: false };
}

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  let rest = bytes;
  for (const length of lengths) {
    pieces.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return [...pieces, rest].filter((piece) => piece.length > 0);
}
