// A blocking receive on a socket with a timeout: for the few exchanges in which this process has nothing else to do.

import { EINTR } from './errno.ts';
import { recv } from './libc.ts';

/**
 * Receives as recv(2) does; a process that was stopped and goes on begins anew. The kernel interrupts such a call then, although
 * no signal handler ran (signal(7), "Interruption of system calls and library functions by stop signals").
 */
export function receivePatiently(fd: number, at: number, size: number): number {
  let result: number;
  do result = recv(fd, at, size, 0);
  while (result === -EINTR);
  return result;
}
