// What `info network` says about a netdev: net/net.c (qmp_netdev… print_net_client) writes one line for each, and the
// backend tells there whom it serves. Pure.

/** The machine's side of a cable, as QEMU sees it. */
export interface NetdevInfo {
  /** Backend, such as "socket" or "stream". */
  readonly type: string;
  /** HOST:PORT of the client that is served; undefined when there is none, or none with an address. */
  readonly peer: string | undefined;
  /** Whether some client is served. */
  readonly isServed: boolean;
}

// net/socket.c: "socket: connection from 10.0.0.2:35474"; net/stream.c: "tcp:10.0.0.2:39948", "unix:/run/nic".
const FROM = /(?:connection from |tcp:|stream: connection from )(\S+:\d+)$/;

/** Reads the line of one netdev; undefined when there is no such netdev. */
export function readNetdev(text: string, netdev: string): NetdevInfo | undefined {
  for (const line of text.split('\n')) {
    const match = /^[ \\]*(\S+): index=\d+,type=([^,]*),?(.*)$/.exec(line.trimEnd());
    if (match === null || match[1] !== netdev) continue;
    const detail = match[3]!;
    return { type: match[2]!, peer: FROM.exec(detail)?.[1], isServed: detail !== '' };
  }
  return undefined;
}

/** The netdevs that are there, for a message about one that is not. */
export function listNetdevs(text: string): string[] {
  const lines = text.split('\n');
  const found = lines.flatMap((line) => /^[ \\]*(\S+): index=\d+,type=(?!nic)/.exec(line)?.[1] ?? []);
  return [...new Set(found)];
}
