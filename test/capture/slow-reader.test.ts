// A reader of a capture that does not read: the link does not notice, memory does not grow, and the file says at the right
// places how many frames are missing, so that the sum is what was sent.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { test } from 'node:test';
import { BlockSplitter } from '../../src/pcapng/block-splitter.ts';
import { BLOCK } from '../../src/pcapng/pcapng-writer.ts';
import { missingFrames } from '../../src/pcapng/read-statistics.ts';
import { readCapture } from '../support/capture-file.ts';
import { FrameSource } from '../support/frame-source.ts';
import { startLab } from '../support/lab.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

const FRAMES = 1000;
const FRAME_BYTES = 40_000;
const ROUND = 50;

test('what a slow reader misses is counted in the file, and the link carries everything', async (t) => {
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const lab = await startLab(t, `links: [{name: one, endpoints: ["${a.endpoint}", "${b.endpoint}"]}]\n`);
  await a.untilAttached();
  await b.untilAttached();
  const source = new FrameSource(chooseSeed(t));
  const sent = request({ socketPath: lab.socketPath, path: '/v1/capture?link=one', headers: { host: 'localhost' } });
  sent.end();
  const [response] = (await once(sent, 'response')) as [IncomingMessage];
  assert.equal(response.headers['content-type'], 'application/x-pcapng');
  // Nothing reads it until everything has passed.
  for (let done = 0; done < FRAMES; done += ROUND) {
    a.send(...source.frames(ROUND, () => FRAME_BYTES));
    await b.take(ROUND);
  }
  const shown = await lab.type('capture', 'show', '-o', 'json');
  const { captures } = JSON.parse(shown.stdout) as { captures: { missed: number }[] };
  const missedAtOnce = captures[0]!.missed;
  const pieces: Buffer[] = [];
  const reading = (async () => {
    for await (const piece of response as AsyncIterable<Buffer>) pieces.push(piece);
  })();
  const ending = request({
    ...{ socketPath: lab.socketPath, method: 'DELETE', headers: { host: 'localhost' } },
    path: `/v1/captures/${String(response.headers['capture-id'])}`,
  });
  ending.end();
  const [ended] = (await once(ending, 'response')) as [IncomingMessage];
  assert.equal(ended.statusCode, 200);
  ended.resume();
  await reading;

  const file = Buffer.concat(pieces);
  const blocks = new BlockSplitter().push(file)!;
  const frames = blocks.filter(({ type }) => type === BLOCK.packet).length;
  const missing = blocks.reduce((sum, block) => sum + missingFrames(block), 0);
  t.diagnostic(`${frames} frames in the file, ${missing} missing`);
  assert.equal(frames + missing, FRAMES);
  assert.equal(missedAtOnce, missing);
  assert.ok(missing > FRAMES / 2, `${missing} frames are missing`);
  assert.ok(file.length < 20 * 1024 * 1024, `${file.length} bytes were kept`);
  const path = join(lab.folder, 'slow.pcapng');
  writeFileSync(path, file);
  assert.equal((await readCapture(path)).length, frames);
});
