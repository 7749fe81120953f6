// The examples of docs/http-api.md, each run as it stands against a real bridge: only the socket, the address and the files
// are those of the test.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ControlledBridge, makeFolder } from '../support/control.ts';
import { readText } from '../support/repository.ts';
import { fencedBlocks } from '../support/shell-blocks.ts';

const TOKEN = 'a-token-of-more-than-16-characters';
const LAB = 'links:\n  - vr1/1--vr2/1\nhubs:\n  lan1: [vr1/3, vr2/3]\n';

/** Runs one line in a shell; a stream is read until it says something. */
async function runLine(line: string, folder: string): Promise<{ code: number | null; out: string }> {
  const child = spawn('sh', ['-c', `exec ${line}`], {
    cwd: folder,
    // Read by curl in every run: an error status is a failure, and nothing else is printed.
    env: { ...process.env, CURL_HOME: folder },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (text: string) => {
    out += text;
    if (line.includes(' -N ') && out.includes('data:')) child.kill();
  });
  const [code] = await once(child, 'close');
  return { code, out };
}

test('every curl example of docs/http-api.md works', async (t) => {
  const folder = makeFolder(t);
  const tokenFile = join(folder, 'token');
  writeFileSync(tokenFile, TOKEN, { mode: 0o600 });
  writeFileSync(join(folder, 'lab.yaml'), LAB);
  writeFileSync(join(folder, '.curlrc'), 'fail\nsilent\nshow-error\n');
  const topology = { links: ['vr1/1--vr2/1'], hubs: { lan1: ['vr1/3', 'vr2/3'] } };
  const api = await ControlledBridge.start(t, { topology, listen: '127.0.0.1:0', tokenFile });
  const address = api.addresses.find((text) => text.startsWith('http://'))!;
  const lines = fencedBlocks(readText('docs/http-api.md'))
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.split('\n'))
    .filter((line) => line.startsWith('curl '));
  assert.ok(lines.length >= 15, `only ${lines.length} examples`);
  // Something always happens, for the reader of events.
  const toggling = setInterval(() => {
    void api.changes.apply((actual) => ({
      ...actual,
      segments: actual.segments.map((segment) =>
        segment.kind === 'hub' ? { ...segment, isUp: !segment.isUp } : segment,
      ),
    }));
  }, 50);
  t.after(() => clearInterval(toggling));
  for (const line of lines) {
    const command = line
      .replaceAll('/run/tcpbridge/control.sock', api.socketPath)
      .replaceAll('http://127.0.0.1:7000', address)
      .replaceAll('/etc/tcpbridge/token', tokenFile);
    const { code, out } = await runLine(command, folder);
    if (line.includes(' -N ')) assert.match(out, /^event: \w+\ndata: \{/m, line);
    else assert.equal(code, 0, `${line}\n${out}`);
    const isChange = / -X (PUT|PATCH|DELETE) /.test(line) && !/lab\.yaml|\/macs|\/scenario/.test(line);
    if (isChange) assert.match(out, /"changed":true/, line);
  }
  assert.equal(api.stops, 1);
});
