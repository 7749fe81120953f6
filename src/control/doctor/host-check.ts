// What this machine allows: descriptors, privileges, kernel settings.

import { readFileSync } from 'node:fs';
import { type Finding, note, ok, wrong } from './finding.ts';

// Control socket, event descriptors, files, and one more connection per endpoint during a takeover or a refused attempt.
const OTHER_DESCRIPTORS = 64;
const DESCRIPTORS_PER_ENDPOINT = 2;
const SMALL_WINDOW_BYTES = 1024 * 1024;

/** Examines the machine for this many endpoints; `pid` is that of the running bridge. */
export function checkHost(endpoints: number, pid: number | undefined, proc = '/proc'): Finding[] {
  return [checkDescriptors(endpoints, pid, proc), ...checkPrivileges(), ...checkKernel(proc)];
}

function checkDescriptors(endpoints: number, pid: number | undefined, proc: string): Finding {
  const whose = pid === undefined ? 'a tcpbridge started here' : `the running tcpbridge (process ${pid})`;
  const line = read(`${proc}/${pid ?? 'self'}/limits`)?.match(/^Max open files\s+(\S+)/m)?.[1];
  const needed = OTHER_DESCRIPTORS + DESCRIPTORS_PER_ENDPOINT * endpoints;
  if (line === undefined) return note('descriptors', `the limit of ${whose} cannot be read`);
  const limit = line === 'unlimited' ? Number.POSITIVE_INFINITY : Number(line);
  if (limit >= needed) return ok('descriptors', `${whose} may have ${line} descriptors, and needs ${needed} at most`);
  const message = `${whose} may have ${line} descriptors, but ${endpoints} endpoints may need ${needed}`;
  return wrong('descriptors', message, `raise it: "ulimit -n ${needed}", LimitNOFILE= of systemd, --ulimit of Docker`);
}

function checkPrivileges(): Finding[] {
  if (process.getuid?.() === 0)
    return [ok('privileges', 'this account is root: all sockets of this machine can be seen')];
  const message = 'this account is not root, which tcpbridge does not need; sockets of other accounts cannot be seen';
  return [note('privileges', message, 'run the doctor as root to see who uses a port, and into containers')];
}

function checkKernel(proc: string): Finding[] {
  // QEMU does not set TCP_NODELAY; what others have to cure by this setting, TCP_QUICKACK does here.
  const settings = read(`${proc}/sys/net/ipv4/tcp_pingpong_thresh`)?.trim();
  const quick = ok(
    'kernel',
    `acknowledgements are sent at once${settings === undefined ? '' : ` (net.ipv4.tcp_pingpong_thresh=${settings} does not matter)`}`,
  );
  const window = Number(read(`${proc}/sys/net/ipv4/tcp_rmem`)?.trim().split(/\s+/)[2] ?? Number.POSITIVE_INFINITY);
  if (window >= SMALL_WINDOW_BYTES) return [quick];
  const message = `net.ipv4.tcp_rmem allows windows of ${window} bytes only, which limits throughput`;
  return [quick, note('kernel', message, 'raise its third number to 6291456, the default of Linux')];
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
