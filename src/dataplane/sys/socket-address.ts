// Socket addresses between text and the kernel's structures (ip(7), ipv6(7), unix(7)).

import { AF_INET, AF_INET6, AF_UNIX } from './constants.ts';
import { getpeername, getsockname, ifNameToIndex, inetPton } from './libc.ts';
import { NativeMemory } from './memory.ts';

/** Room for struct sockaddr_un, the largest: two bytes of family and 108 of path. */
const SIZE = 110;
/** The longest unix path that the kernel takes, with its closing zero: unix(7). */
export const UNIX_PATH_BYTES = 108;

/** A reusable socket address: `family`, `size` and the bytes at `memory.address`. */
export class SocketAddress {
  readonly memory = new NativeMemory(SIZE);
  family = 0;
  size = 0;

  /** Sets a numeric IPv4 or IPv6 address (`fe80::1%eth0` too) and port; false when `text` is neither. */
  setInternet(text: string, port: number): boolean {
    const { bytes, view, address } = this.memory;
    bytes.fill(0);
    if (inetPton(AF_INET, text, address + 4) === 1) {
      this.family = AF_INET;
      this.size = 16;
    } else {
      const [host = '', scope = ''] = text.split('%', 2);
      if (inetPton(AF_INET6, host, address + 8) !== 1) return false;
      this.family = AF_INET6;
      this.size = 28;
      if (scope !== '') view.setUint32(24, Number(scope) || ifNameToIndex(scope), true);
    }
    view.setUint16(0, this.family, true);
    view.setUint16(2, port, false);
    return true;
  }

  /** Sets a unix path; false when it is too long for the kernel. */
  setUnix(path: string): boolean {
    const encoded = new TextEncoder().encode(path);
    if (encoded.length >= UNIX_PATH_BYTES) return false;
    this.memory.bytes.fill(0);
    this.memory.view.setUint16(0, AF_UNIX, true);
    this.memory.bytes.set(encoded, 2);
    this.family = AF_UNIX;
    this.size = 2 + encoded.length + 1;
    return true;
  }

  /** Whether this is neither a multicast nor the broadcast address, nor that of no host. */
  get isOneHost(): boolean {
    const { view } = this.memory;
    const isMapped = view.getUint32(8) === 0 && view.getUint32(12) === 0 && view.getUint32(16) === 0xffff;
    if (this.family === AF_INET6 && !isMapped) {
      const isNone = [8, 12, 16, 20].every((at) => view.getUint32(at) === 0);
      return !isNone && view.getUint8(8) !== 0xff;
    }
    const ipv4 = view.getUint32(this.family === AF_INET ? 4 : 20);
    return ipv4 !== 0 && ipv4 !== 0xffff_ffff && ipv4 >>> 28 !== 0xe;
  }

  /** Whether the host is the same, whatever the port. */
  isSameHost(other: SocketAddress): boolean {
    if (this.family !== other.family) return false;
    const [from, to] = this.family === AF_INET ? [4, 8] : [8, 28];
    for (let at = from!; at < to!; at++) if (this.memory.bytes[at] !== other.memory.bytes[at]) return false;
    return true;
  }

  /** The address as people write it. */
  toString(): string {
    const { bytes, view } = this.memory;
    if (this.family === AF_INET) return `${bytes.subarray(4, 8).join('.')}:${view.getUint16(2, false)}`;
    if (this.family === AF_INET6) {
      const host = formatIpv6(view);
      return `${host.includes(':') ? `[${host}]` : host}:${view.getUint16(2, false)}`;
    }
    // A peer that has left already has no address any more.
    return this.family === AF_UNIX ? 'unix' : 'address unknown';
  }
}

const length = new NativeMemory(4);

function readName(call: typeof getpeername, fd: number): SocketAddress {
  const address = new SocketAddress();
  length.view.setUint32(0, SIZE, true);
  if (call(fd, address.memory.address, length.address) === 0) {
    address.family = address.memory.view.getUint16(0, true);
    address.size = length.view.getUint32(0, true);
  }
  return address;
}

/** Who is at the other end of a connected socket. */
export function peerAddress(fd: number): SocketAddress {
  return readName(getpeername, fd);
}

/** Our own end of a socket. */
export function localAddress(fd: number): SocketAddress {
  return readName(getsockname, fd);
}

function formatIpv6(view: DataView): string {
  const groups = Array.from({ length: 8 }, (_, i) => view.getUint16(8 + i * 2, false));
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `${[16, 17, 18, 19].map((offset) => view.getUint8(offset + 4)).join('.')}`;
  }
  // RFC 5952: the first of the longest runs of two or more zero groups becomes "::".
  let start = 0;
  let longest = 1;
  for (let i = 0; i < 8; i++) {
    let run = 0;
    while (i + run < 8 && groups[i + run] === 0) run++;
    if (run > longest) {
      start = i;
      longest = run;
    }
  }
  const text = (part: number[]) => part.map((group) => group.toString(16)).join(':');
  if (longest === 1) return text(groups);
  return `${text(groups.slice(0, start))}::${text(groups.slice(start + longest))}`;
}
