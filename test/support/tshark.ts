// Reads frames with tshark (Debian package tshark), the independent judge of the frame decoder and of capture files.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pcapFile } from './pcap-file.ts';

const TIMEOUT_MS = 300_000;

/** Fields of one frame: for each name the values in the order in which they occur. */
export type TsharkFields = ReadonlyMap<string, readonly string[]>;

/** Tells whether tshark is there. */
export function hasTshark(): boolean {
  return spawnSync('tshark', ['--version'], { stdio: 'ignore', timeout: TIMEOUT_MS }).status === 0;
}

/** Lets tshark read frames, each on its own, without putting streams or fragments together. */
export function readTsharkFields(frames: readonly Uint8Array[], fields: readonly string[]): TsharkFields[] {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-tshark-'));
  try {
    const file = join(folder, 'frames.pcap');
    writeFileSync(file, pcapFile(frames));
    const separate = ['tcp.desegment_tcp_streams', 'ip.defragment', 'ipv6.defragment', 'tcp.analyze_sequence_numbers'];
    const options = separate.flatMap((name) => ['-o', `${name}:FALSE`]);
    const format = ['-T', 'fields', '-E', 'separator=/t', '-E', 'occurrence=a', '-E', 'aggregator=|'];
    const result = spawnSync(
      'tshark',
      ['-n', '-r', file, ...options, ...format, ...fields.flatMap((name) => ['-e', name])],
      // A home of its own, so that nobody's preferences decide what is found.
      { encoding: 'utf8', timeout: TIMEOUT_MS, env: { ...process.env, HOME: folder, XDG_CONFIG_HOME: folder } },
    );
    if (result.status !== 0)
      throw new Error(`Cannot read frames with tshark: ${result.stderr}`, { cause: result.error });
    const lines = result.stdout.split('\n').slice(0, frames.length);
    return lines.map((line) => {
      const values = line.split('\t');
      return new Map(fields.map((name, index) => [name, (values[index] ?? '').split('|')]));
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
