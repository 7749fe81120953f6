// The health file of a running bridge: never "0 running" before all are attached, right after every change, gone at the end.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Bridge, commandFile } from '../support/bridge.ts';
import { runCommand } from '../support/command.ts';
import { DEADLINE_MS } from '../support/condition.ts';
import { withDeadline } from '../support/deadline.ts';
import { DiallingPeer } from '../support/dialling-peer.ts';
import { makeTempFolder } from '../support/pipe.ts';

const POLL_MS = 5;

test('--health-file tells of machines that dial, from the first line on, and of links that are removed', async (t) => {
  const folder = makeTempFolder(t);
  const [path, control] = [join(folder, 'health'), join(folder, 'control.sock')];
  const [a, b] = [new DiallingPeer(t, { path: join(folder, 'a') }), new DiallingPeer(t, { path: join(folder, 'b') })];
  const both = `${a.endpoint}--${b.endpoint}`;
  const bridge = new Bridge(t, ['--p2p', both, '--health-file', path, '--control', control]);
  const seen: string[] = [];
  const untilSaid = async (line: string): Promise<void> => {
    let over = false;
    const reading = async (): Promise<void> => {
      while (!over && seen.at(-1) !== line) {
        const now = existsSync(path) ? readFileSync(path, 'utf8').trimEnd() : undefined;
        if (now !== undefined && now !== seen.at(-1)) seen.push(now);
        await pause(POLL_MS);
      }
    };
    await withDeadline(
      reading(),
      DEADLINE_MS,
      `"${line}" in the health file, which said ${JSON.stringify(seen)}`,
    ).finally(() => {
      over = true;
    });
  };

  await untilSaid(`1 waiting for ${a.endpoint}, ${b.endpoint}`);
  await Promise.all([a, b].map((peer) => bridge.event('listening', peer.endpoint)));
  await a.dial();
  await untilSaid(`1 waiting for ${b.endpoint}`);
  assert.deepEqual(seen, [`1 waiting for ${a.endpoint}, ${b.endpoint}`, `1 waiting for ${b.endpoint}`]);
  await b.dial();
  await untilSaid('0 running');
  await b.stop();
  await untilSaid(`1 waiting for ${b.endpoint}`);

  await runCommand(process.execPath, [commandFile(), 'link', 'remove', both, '--control', control]);
  await untilSaid('0 running');
  await bridge.finish();
  assert.ok(!existsSync(path), 'The file is gone');
});
