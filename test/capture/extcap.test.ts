// Wireshark's side of it, driven by tshark: links are listed as interfaces, captured from with a filter and settings, and
// the capture ends when tshark has enough.
import assert from 'node:assert/strict';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { type CommandEnd, tryCommand } from '../support/command.ts';
import { DEADLINE_MS } from '../support/condition.ts';
import { FrameSource } from '../support/frame-source.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { ListeningPeer } from '../support/listening-peer.ts';
import { chooseSeed } from '../support/random.ts';

/** A home of its own, in which the extcap is installed. */
async function install(lab: Lab): Promise<NodeJS.ProcessEnv> {
  const home = join(lab.folder, 'home');
  mkdirSync(home);
  const env: NodeJS.ProcessEnv = { ...lab.env, HOME: home };
  delete env.XDG_CONFIG_HOME;
  const { code, stdout, stderr } = await tryCommand(process.execPath, installWords(lab), { env });
  assert.equal(code, 0, stderr);
  assert.ok(stdout.startsWith(home) && existsSync(stdout.trim()), stdout);
  // What is installed knows its bridge; what Wireshark starts has no variable.
  delete env.TCPBRIDGE_CONTROL;
  return env;
}

function installWords(lab: Lab): string[] {
  return [lab.program, 'extcap', 'install', '--control', lab.socketPath];
}

/** Runs tshark to its end. It is not told of a bridge that is held up for a second, so it may be asked again. */
async function tshark(
  args: string[],
  env: NodeJS.ProcessEnv,
  isKnown = ({ stderr }: CommandEnd) => !/There is no device named|doesn't exist/.test(stderr),
): Promise<CommandEnd> {
  const untilMs = performance.now() + DEADLINE_MS;
  for (;;) {
    const end = await tryCommand('tshark', args, { env });
    if (isKnown(end) || performance.now() > untilMs) return end;
  }
}

async function startTwo(t: TestContext): Promise<{ lab: Lab; a: ListeningPeer; b: ListeningPeer }> {
  const [a, b] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const name = 'vr1/1--vr2/1';
  const lab = await startLab(t, `links: [{name: ${name}, endpoints: ["${a.endpoint}", "${b.endpoint}"]}]\n`);
  await a.untilAttached();
  await b.untilAttached();
  return { lab, a, b };
}

test('tshark lists links as interfaces and captures from one of them', async (t) => {
  const { lab, a, b } = await startTwo(t);
  const source = new FrameSource(chooseSeed(t));
  const env = await install(lab);
  const { stdout: listed } = await tshark(['-D'], env, ({ stdout }) => stdout.includes('tcpbridge-vr1'));
  assert.match(listed, /tcpbridge \(tcpbridge: all links\)/);
  assert.match(listed, /tcpbridge-vr1%2F1--vr2%2F1 \(tcpbridge link vr1\/1--vr2\/1\)/);
  assert.match((await tshark(['-i', 'tcpbridge', '-L'], env, ({ stdout }) => stdout !== '')).stdout, /EN10MB/);

  let isDone = false;
  const fields = ['interface_name', 'packet_flags_direction', 'len'].flatMap((field) => ['-e', `frame.${field}`]);
  const options = ['-f', 'len >= 100', '-c', '3', '-T', 'fields', ...fields];
  const reading = tshark(['-n', '-i', 'tcpbridge-vr1%2F1--vr2%2F1', ...options], env).finally(() => {
    isDone = true;
  });
  // tshark captures when it captures: frames come until it has enough.
  while (!isDone) {
    a.send(source.frame(60), source.frame(300));
    await b.take(2);
  }
  const lines = (await reading).stdout.trim().split('\n');
  assert.equal(lines.length, 3);
  for (const line of lines) assert.match(line, new RegExp(`^vr1/1--vr2/1: ${a.endpoint}\t(0x00000001|1)\t300$`));
  const captures = async (): Promise<number> =>
    JSON.parse((await lab.type('capture', 'show', '-o', 'json')).stdout).captures.length;
  while ((await captures()) > 0) {}

  const wrong = await tshark(['-i', 'tcpbridge', '-f', 'tcp prt 80', '-c', '1'], env);
  assert.match(wrong.stderr, /column 5/);
});
