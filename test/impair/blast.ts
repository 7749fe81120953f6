// Thousands of echo requests from a guest, as fast as ping puts them out, and what one can tell of each that arrives. Nobody
// answers. ping writes the time of sending in front of the data when that has room for it (ping(8), "ICMP PACKET DETAILS").
import type { Guest } from '../support/qemu.ts';
import type { Arrival } from './arrivals.ts';

/** Data with the time of sending, and without. */
export const TIMED_BYTES = 16;
/** Data by which the end of a blast is known. */
export const MARK_BYTES = 40;
/** All of a frame: Ethernet, IPv4 and ICMP headers, and the data. */
export const HEADER_BYTES = 14 + 20 + 8;

const IP_ID_AT = 14 + 4;
const IP_CHECKSUM_AT = 14 + 10;
const ICMP_CHECKSUM_AT = 14 + 20 + 2;
const SEQUENCE_AT = 14 + 20 + 6;
const DEADLINE_MS = 120_000;

/** What a guest needs before its first blast: room in a socket for all of it. */
export const BLAST_SETTINGS = 'net.core.wmem_max=100000000';

/** What is sent to each address: echo requests 1 to `count` with so many bytes of data, and that so many times. */
export interface Blast {
  readonly count: number;
  readonly times?: number;
  readonly bytes: number;
}

/** A shell command that sends to all addresses at once, each time. */
export function blastCommand(addresses: readonly string[], { count, times = 1, bytes }: Blast): string {
  // All of them as "preload": otherwise ping waits 10 ms where there is no answer.
  const ping = `ping -n -q -M do -c ${count} -l ${count} -S 40000000 -W 0.01 -s ${bytes}`;
  const all = addresses.map((address) => `${ping} ${address} & `).join('');
  return times === 1 ? `${all} wait` : `for i in $(seq ${times}); do ${all} wait; done`;
}

/** Runs a blast; all of it has left ping at the end. */
export async function blast(guest: Guest, addresses: readonly string[], what: Blast): Promise<void> {
  const { output } = await guest.run(blastCommand(addresses, what), { timeoutMs: DEADLINE_MS });
  const sent = [...output.matchAll(/(\d+) packets transmitted/g)].map((match) => Number(match[1]));
  const isComplete = sent.length === addresses.length * (what.times ?? 1) && sent.every((one) => one === what.count);
  if (!isComplete) throw new Error(`Ping in the guest said "${output}"`);
}

/** Which of the requests it is, from 1. */
export function sequenceOf({ frame }: Arrival): number {
  return frame.readUInt16BE(SEQUENCE_AT);
}

/** How long it was on its way, but for the difference between the clock of the guest and ours. */
export function transitMs({ frame, atMs }: Arrival): number {
  const sentMs = frame.readUInt32LE(HEADER_BYTES) * 1e3 + frame.readUInt32LE(HEADER_BYTES + 8) / 1e3;
  return performance.timeOrigin + atMs - sentMs;
}

/** The bits that differ from what was sent, of frames without time that arrived in order, all of them. */
export function damagedBits(arrivals: readonly Arrival[]): number[][] {
  // A byte that is not damaged in most frames is the same in all of them but for number and checksum.
  const template = Buffer.alloc(arrivals[0]!.frame.length);
  for (let at = 0; at < template.length; at++) template[at] = mostFrequent(arrivals.map(({ frame }) => frame[at]!));
  if (template.readUInt16BE(IP_ID_AT) !== 0 || template.readUInt16BE(IP_CHECKSUM_AT) === 0) {
    throw new Error('The guest numbers its packets');
  }
  return arrivals.map(({ frame }, index) => {
    template.writeUInt16BE(index + 1, SEQUENCE_AT);
    template.writeUInt16BE(0, ICMP_CHECKSUM_AT);
    template.writeUInt16BE(checksum(template.subarray(ICMP_CHECKSUM_AT - 2)), ICMP_CHECKSUM_AT);
    const bits: number[] = [];
    for (let bit = 0; bit < template.length * 8; bit++) {
      const mask = 1 << (bit & 7);
      if (((frame[bit >> 3]! ^ template[bit >> 3]!) & mask) !== 0) bits.push(bit);
    }
    return bits;
  });
}

// RFC 1071.
function checksum(bytes: Buffer): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += bytes[at]! * 256 + (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

function mostFrequent(bytes: readonly number[]): number {
  const counts = new Uint32Array(256);
  for (const byte of bytes) counts[byte]!++;
  return counts.indexOf(Math.max(...counts));
}
