// The demonstration from end to end, shortened: two router processes, the built tcpbridge, the plain relay.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const DEMO = fileURLToPath(new URL('../../demo/main.js', import.meta.url));
const DEADLINE_MS = 120_000;

interface Run {
  exitCode: number | string | null | undefined;
  stdout: string;
  stderr: string;
}

function runDemo(...args: string[]): Promise<Run> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [DEMO, ...args], { timeout: DEADLINE_MS }, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode, stdout, stderr }),
    );
  });
}

test('the demonstration passes every ping through tcpbridge and prints the comparison', async () => {
  const { exitCode, stdout, stderr } = await runDemo('--pings', '20');
  assert.equal(exitCode, 0, stderr);
  assert.match(stdout, /tcpbridge --p2p 127\.0\.1\.1\/\d+--127\.0\.2\.1\/\d+\n/);
  assert.match(stdout, /64 bytes from 10\.0\.0\.2: icmp_seq=1 time=/);
  assert.match(stdout, /^ {2}tcpbridge +20 +20( +[\d.]+ ms){3}$/m);
  assert.match(stdout, /^ {2}plain relay +20 +\d+ /m);
  assert.match(stdout, /What to type next/);
  assert.equal(stdout.includes('\u001b'), false, 'no colours without a terminal');
});

test('the demonstration refuses a number of pings that makes no sense', async () => {
  const { exitCode, stderr } = await runDemo('--pings', 'many');
  assert.equal(exitCode, 1);
  assert.match(stderr, /Cannot send "many" pings, expected a number from 1 to 65535/);
});
