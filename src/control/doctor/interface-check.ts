// TAP and raw interfaces: is the interface there and up, and may the process that is to use it do so? Looks at /proc and
// /sys only.

import { accessSync, constants, readFileSync } from 'node:fs';
import type { RawSpec, TapSpec } from '../../topology/interface-endpoint.ts';
import { type Finding, note, ok, type Patient, wrong } from './finding.ts';

const TUN_DEVICE = '/dev/net/tun';
const TAP_OPTIONS = 'docker run --user root --cap-add NET_ADMIN --device /dev/net/tun';
const RAW_OPTIONS = 'docker run --user root --cap-add NET_RAW';
// linux/capability.h
const CAP_NET_ADMIN = 12n;
const CAP_NET_RAW = 13n;
// linux/if.h
const IFF_UP = 1;
// linux/if_tun.h
const IFF_TAP = 2;

/** Where to look; tests bring their own. */
export interface SystemFiles {
  readonly proc: string;
  readonly sys: string;
  readonly tunDevice: string;
}

const THIS_MACHINE: SystemFiles = { proc: '/proc', sys: '/sys', tunDevice: TUN_DEVICE };

/** Examines an endpoint of kind "tap". */
export function checkTap({ name }: TapSpec, { end, pid }: Patient, files: SystemFiles = THIS_MACHINE): Finding[] {
  if (end?.state === 'attached') return [ok('attachment', `attached: ${end.detail}`)];
  if (end !== undefined && pid === undefined) return [note('interface', `the bridge waits elsewhere: ${end.detail}`)];
  const exists = hasInterface(name, pid, files);
  const findings: Finding[] = [];
  if (pid === undefined && !isUsable(files.tunDevice)) {
    findings.push(wrong('privileges', `this account cannot use ${TUN_DEVICE}`, TAP_OPTIONS));
  }
  if (hasCapability(CAP_NET_ADMIN, pid, files) === false) {
    const who = whose(pid);
    if (exists) findings.push(note('privileges', `${who} lacks CAP_NET_ADMIN: only what needs no change works`));
    else findings.push(wrong('privileges', `${who} lacks CAP_NET_ADMIN, so it cannot make "${name}"`, TAP_OPTIONS));
  }
  if (exists && isNoTap(name, files)) {
    const advice = `choose another name, or join that interface itself with "raw:${name}"`;
    findings.push(wrong('interface', `there is an interface "${name}" already, which is no TAP interface`, advice));
  } else if (exists) findings.push(ok('interface', `interface "${name}" is there, and will be used`));
  else findings.push(ok('interface', `interface "${name}" is not there, and will be made`));
  return findings;
}

/** Examines an endpoint of kind "raw". */
export function checkRaw({ name }: RawSpec, { end, pid }: Patient, files: SystemFiles = THIS_MACHINE): Finding[] {
  if (end?.state === 'attached') return [ok('attachment', `attached: ${end.detail}`)];
  if (end !== undefined && pid === undefined) return [note('interface', `the bridge waits elsewhere: ${end.detail}`)];
  const findings: Finding[] = [];
  if (hasCapability(CAP_NET_RAW, pid, files) === false) {
    findings.push(wrong('privileges', `${whose(pid)} lacks CAP_NET_RAW`, RAW_OPTIONS));
  }
  if (!hasInterface(name, pid, files)) {
    findings.push(
      wrong('interface', `there is no interface "${name}"`, 'make it, or correct its name: "ip link" lists all'),
    );
  } else if (isDown(name, files)) {
    findings.push(wrong('interface', `interface "${name}" is down`, `ip link set ${name} up`));
  } else {
    findings.push(ok('interface', `interface "${name}" is there`));
  }
  return findings;
}

function whose(pid: number | undefined): string {
  return pid === undefined ? 'this account' : `the running tcpbridge (process ${pid})`;
}

/** In the network namespace of the process; proc(5), /proc/pid/net/dev. */
function hasInterface(name: string, pid: number | undefined, { proc }: SystemFiles): boolean {
  const lines = read(`${proc}/${pid ?? 'self'}/net/dev`)?.split('\n') ?? [];
  return lines.some((line) => line.trimStart().startsWith(`${name}:`));
}

function isDown(name: string, { sys }: SystemFiles): boolean {
  const flags = read(`${sys}/class/net/${name}/flags`);
  return flags !== undefined && (Number(flags) & IFF_UP) === 0;
}

/** Of interfaces that can be seen; drivers/net/tun.c, tun_flags_show(). */
function isNoTap(name: string, { sys }: SystemFiles): boolean {
  const folder = `${sys}/class/net/${name}`;
  return read(`${folder}/flags`) !== undefined && (Number(read(`${folder}/tun_flags`) ?? 0) & IFF_TAP) === 0;
}

/** Undefined when it cannot be told. */
function hasCapability(capability: bigint, pid: number | undefined, { proc }: SystemFiles): boolean | undefined {
  const set = /^CapEff:\s*([0-9a-f]+)$/m.exec(read(`${proc}/${pid ?? 'self'}/status`) ?? '')?.[1];
  return set === undefined ? undefined : ((BigInt(`0x${set}`) >> capability) & 1n) === 1n;
}

function isUsable(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
