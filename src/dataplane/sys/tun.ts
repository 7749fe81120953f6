// TAP interfaces: a descriptor of /dev/net/tun that stands for the far end of an interface's cable. One read(2) takes a
// frame that the host sent, one write(2) hands the host a frame (Documentation/networking/tuntap.rst).

import { fstatSync, statSync } from 'node:fs';
import { IFNAMSIZ, O_CLOEXEC, O_NONBLOCK, O_RDWR } from './constants.ts';
import { EINVAL } from './errno.ts';
import { close, ioctl, open } from './libc.ts';
import { NativeMemory } from './memory.ts';

/** The device that TAP interfaces are made with. */
export const TUN_DEVICE = '/dev/net/tun';

// linux/if_tun.h
const TUNSETIFF = 0x4004_54ca;
const TUNSETOFFLOAD = 0x4004_54d0;
const TUNGETIFF = 0x8004_54d2;
const TUNGETDEVNETNS = 0x54e3;
const IFF_TAP = 0x0002;
const IFF_MULTI_QUEUE = 0x0100;
const IFF_PERSIST = 0x0800;
const IFF_NO_PI = 0x1000;

// struct ifreq: the name, then a union of 24 bytes that begins with the flags here (linux/if.h).
const request = new NativeMemory(IFNAMSIZ + 24);

/** Which step of {@link openTap} failed, and how. */
export interface TapFailure {
  readonly step: 'device' | 'interface';
  readonly errno: number;
}

/**
 * Attaches to the TAP interface of this name, and makes it when there is none. What was made goes with its last
 * descriptor; a persistent interface of others stays.
 */
export function openTap(name: string): number | TapFailure {
  const fd = open(TUN_DEVICE, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) return { step: 'device', errno: -fd };
  let result = attach(fd, name, IFF_TAP | IFF_NO_PI);
  // A persistent interface of several queues is only joined by whoever says so.
  if (result === -EINVAL) result = attach(fd, name, IFF_TAP | IFF_NO_PI | IFF_MULTI_QUEUE);
  if (result < 0) {
    close(fd);
    return { step: 'interface', errno: -result };
  }
  // Whoever used it before may have told the host that unfinished checksums are welcome.
  ioctl(fd, TUNSETOFFLOAD, 0);
  return fd;
}

/** The interface behind a descriptor now: its name, and whether it stays when we leave. Undefined when it was removed. */
export function tapOf(fd: number): { readonly name: string; readonly isPersistent: boolean } | undefined {
  const { bytes, view, address } = request;
  if (ioctl(fd, TUNGETIFF, address) < 0) return undefined;
  const name = new TextDecoder().decode(bytes.slice(0, bytes.indexOf(0)));
  return { name, isPersistent: (view.getUint16(IFNAMSIZ, true) & IFF_PERSIST) !== 0 };
}

/** Whether the interface behind a descriptor is known to be in another network namespace than this process. */
export function isElsewhere(fd: number): boolean {
  // Since Linux 5.2, and for those with CAP_NET_ADMIN there.
  const namespace = ioctl(fd, TUNGETDEVNETNS, 0);
  if (namespace < 0) return false;
  try {
    return fstatSync(namespace).ino !== statSync('/proc/self/ns/net').ino;
  } finally {
    close(namespace);
  }
}

function attach(fd: number, name: string, flags: number): number {
  const { bytes, view, address } = request;
  bytes.fill(0);
  bytes.set(new TextEncoder().encode(name));
  view.setUint16(IFNAMSIZ, flags, true);
  return ioctl(fd, TUNSETIFF, address);
}
