// What was acknowledged survives kill -9 at any moment: a process changes its topology as fast as it can, is killed, and
// the next one starts from what the last one left.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { StateFile } from '../../src/control/state-file.ts';
import { topologyToDocument } from '../../src/topology/file/document.ts';
import { Condition } from '../support/condition.ts';
import { makeFolder } from '../support/control.ts';
import { chooseSeed, Random } from '../support/random.ts';
import { CHANGES, numberOf, topologyNumber } from '../support/state-writer.ts';

const ROUNDS = 10;
const WRITER = fileURLToPath(new URL('../support/state-writer.js', import.meta.url));

/** Runs the writer until it has acknowledged `count` changes, kills it, and returns all numbers that it said. */
async function writeAndKill(t: TestContext, path: string, count: number, turns: number): Promise<number[]> {
  const child = spawn(process.execPath, [WRITER, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const condition = new Condition();
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
    condition.changed();
  });
  const numbers = () => text.split('\n').slice(0, -1).map(Number);
  const ended = once(child, 'close');
  child.on('exit', () => condition.changed());
  await condition.until(
    () => {
      assert.equal(child.exitCode, null, 'The process ended by itself');
      return numbers().length > count;
    },
    () => `${count} changes, ${numbers().length - 1} of them are made`,
  );
  // Some way into the next change, or the one after it.
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
  child.kill('SIGKILL');
  // After this nothing more comes: what was acknowledged is all here.
  await ended;
  return numbers();
}

test(`after kill -9 during ${CHANGES} changes the topology is the last acknowledged one, or the one in flight`, async (t) => {
  const random = new Random(chooseSeed(t));
  const folder = makeFolder(t);
  const path = join(folder, 'state.json');
  let kept = 0;
  let inFlight = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const numbers = await writeAndKill(t, path, random.between(0, CHANGES - 1), random.between(0, 200));
    assert.equal(numbers[0], kept, 'It starts from what was kept');
    const acknowledged = numbers.at(-1)!;
    const topology = new StateFile(path).read();
    kept = numberOf(topology);
    assert.ok(kept === acknowledged || kept === acknowledged + 1, `${acknowledged} was acknowledged, ${kept} is kept`);
    if (kept !== acknowledged) inFlight++;
    if (topology !== undefined)
      assert.deepEqual(topologyToDocument(topology), topologyToDocument(topologyNumber(kept)));
    // A file that was being written may be left; the next change takes its place.
    assert.deepEqual(
      readdirSync(folder).filter((name) => !/^\.?state\.json(\.new)?$/.test(name)),
      [],
    );
  }
  t.diagnostic(`${kept} changes, ${inFlight} of ${ROUNDS} kills met one in flight`);
});
