// Traffic between test guests, with the tools that network engineers trust: iputils ping and iperf3, run inside the guests.
// What they print is read back into figures; whether a figure is good is for the test to say.
import type { CommandOptions } from './guest-shell.ts';
import type { Guest } from './qemu.ts';

/** What ping counted and measured. */
export interface PingResult {
  sent: number;
  received: number;
  minMs: number;
  averageMs: number;
  maxMs: number;
}

/** Whoever runs commands: a machine of this process, or one in a container. */
export type Machine = Pick<Guest, 'name' | 'run'>;

/** How to ping. */
export interface PingOptions {
  count?: number;
  intervalMs?: number;
  /** Bytes of ICMP data: 28 less than the IP packet. Sent with DF, so that a frame of this size is one frame. */
  sizeBytes?: number;
  onLine?: (line: string) => void;
}

/** What iperf3 carried. */
export interface IperfResult {
  receivedBytes: number;
  bitsPerSecond: number;
}

/** How long to wait beyond the time that the tool itself needs. */
const PATIENCE_MS = 120_000;

/** Pings an address from a guest. An answer that comes late is no loss, one that comes after a later one is. */
export async function ping(guest: Machine, address: string, options: PingOptions = {}): Promise<PingResult> {
  const { count = 50, intervalMs = 20, sizeBytes = 56, onLine } = options;
  // With -c alone, ping(8) waits for the last answers no longer than twice the longest round trip so far: too short for a
  // machine that has just been held up. With -w it goes on until it has `count` answers, so it may send more than that.
  const deadlineSeconds = Math.ceil((count * intervalMs + PATIENCE_MS / 2) / 1000);
  const command = `ping -n -M do -c ${count} -w ${deadlineSeconds} -i ${intervalMs / 1000} -s ${sizeBytes} ${address}`;
  const { output } = await guest.run(command, commandOptions(count * intervalMs, onLine));
  if (!/\d+ packets transmitted/.test(output)) throw new Error(`Ping in guest "${guest.name}" said "${output}"`);
  const answered = new Set([...output.matchAll(/icmp_seq=(\d+) ttl/g)].map((match) => Number(match[1])));
  const received = [...answered].filter((number) => number <= count).length;
  // Without a single answer there is no such line.
  const times = /rtt min\/avg\/max\/mdev = ([\d.]+)\/([\d.]+)\/([\d.]+)\//.exec(output);
  const [minMs, averageMs, maxMs] = [1, 2, 3].map((index) => Number(times?.[index])) as [number, number, number];
  return { sent: count, received, minMs, averageMs, maxMs };
}

/** Starts an iperf3 server in a guest. */
export async function serveIperf(guest: Machine): Promise<void> {
  const { code, output } = await guest.run('iperf3 --server --daemon');
  if (code !== 0) throw new Error(`The iperf3 server in guest "${guest.name}" said "${output}"`);
}

/** Sends TCP data for some seconds from a guest to the server of another one, or the other way with `reverse`. */
export async function iperf(
  guest: Machine,
  address: string,
  { seconds = 2, reverse = false }: { seconds?: number; reverse?: boolean } = {},
): Promise<IperfResult> {
  const command = `iperf3 --json --time ${seconds} ${reverse ? '--reverse' : ''} --client ${address}`;
  const { code, output } = await guest.run(command, commandOptions(seconds * 1000));
  if (code !== 0) throw new Error(`iperf3 in guest "${guest.name}" said "${output}"`);
  const report = JSON.parse(output) as { end: { sum_received: { bytes: number; bits_per_second: number } } };
  const { bytes, bits_per_second: bitsPerSecond } = report.end.sum_received;
  return { receivedBytes: bytes, bitsPerSecond };
}

function commandOptions(ownTimeMs: number, onLine?: (line: string) => void): CommandOptions {
  return { timeoutMs: ownTimeMs + PATIENCE_MS, ...(onLine && { onLine }) };
}
