// Captures as the tests see them: "tcpbridge capture" in the background, and its files read back by tshark and capinfos.
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { commandFile } from './bridge.ts';
import { runCommand } from './command.ts';
import type { Lab } from './lab.ts';

/** A frame of a capture file, in the words of tshark. */
export interface CapturedFrame {
  readonly interfaceName: string;
  readonly way: 'inbound' | 'outbound' | 'unknown';
  readonly comments: readonly string[];
  readonly length: number;
  readonly captured: number;
  /** Seconds with nine places behind the point. */
  readonly time: string;
}

const FIELDS = ['interface_name', 'packet_flags_direction', 'comment', 'len', 'cap_len', 'time_epoch'];
const WAYS: Readonly<Record<string, CapturedFrame['way']>> = { '0x00000001': 'inbound', '0x00000002': 'outbound' };

/** All frames of a file. */
export async function readCapture(file: string): Promise<CapturedFrame[]> {
  const format = ['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', 'aggregator=|'];
  const fields = FIELDS.flatMap((name) => ['-e', `frame.${name}`]);
  const text = await runCommand('tshark', ['-n', '-r', file, ...format, ...fields], { env: quietHome() });
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [interfaceName = '', way = '', comment = '', length, captured, time = ''] = line.split('\t');
      const comments = comment === '' ? [] : comment.split('|');
      const named = WAYS[way] ?? (way === '1' ? 'inbound' : way === '2' ? 'outbound' : 'unknown');
      return { interfaceName, way: named, comments, length: Number(length), captured: Number(captured), time };
    });
}

/** What capinfos says of a file and its interfaces, line by line. */
export async function describeCapture(file: string): Promise<string[]> {
  const text = await runCommand('capinfos', ['-M', file], { env: quietHome() });
  return text.split('\n').map((line) => line.trim().replace(/\s+/g, ' '));
}

/** Nobody's preferences decide what is found. */
function quietHome(): NodeJS.ProcessEnv {
  return { ...process.env, HOME: '/nonexistent', XDG_CONFIG_HOME: '/nonexistent' };
}

/** "tcpbridge capture" that runs until it is stopped. */
export class RunningCapture {
  readonly #child: ChildProcess;
  #notes = '';
  readonly #ended: Promise<unknown>;

  private constructor(t: TestContext, lab: Lab, args: readonly string[]) {
    this.#child = spawn(process.execPath, [commandFile(), 'capture', ...args], {
      env: lab.env,
      cwd: lab.folder,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    this.#child.stderr!.setEncoding('utf8').on('data', (text: string) => {
      this.#notes += text;
    });
    this.#ended = once(this.#child, 'close');
    t.after(() => this.#child.kill('SIGKILL'));
  }

  /** Starts one and waits until the bridge captures. */
  static async start(t: TestContext, lab: Lab, args: readonly string[]): Promise<RunningCapture> {
    const before = await countCaptures(lab);
    const capture = new RunningCapture(t, lab, args);
    while ((await countCaptures(lab)) <= before) assert.equal(capture.#child.exitCode, null, capture.#notes);
    return capture;
  }

  /** Ends it as a user does; resolves to what it said. */
  async stop(): Promise<string> {
    this.#child.kill('SIGINT');
    return await this.ended();
  }

  /** Waits for its end. */
  async ended(): Promise<string> {
    await this.#ended;
    assert.equal(this.#child.exitCode, 0, this.#notes);
    return this.#notes.trim();
  }
}

async function countCaptures(lab: Lab): Promise<number> {
  const { code, stdout, stderr } = await lab.type('capture', 'show', '-o', 'json');
  assert.equal(code, 0, stderr);
  return (JSON.parse(stdout) as { captures: unknown[] }).captures.length;
}
