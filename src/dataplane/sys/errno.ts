// Error numbers of the system calls (asm-generic/errno.h: the same on x86-64 and arm64) and their names.

export const EPERM = 1;
export const ENOENT = 2;
export const ESRCH = 3;
export const EINTR = 4;
export const EIO = 5;
export const ENXIO = 6;
export const EAGAIN = 11;
export const EACCES = 13;
export const EBUSY = 16;
export const EEXIST = 17;
export const ENODEV = 19;
export const EINVAL = 22;
export const EBADFD = 77;
export const EMSGSIZE = 90;
export const EOPNOTSUPP = 95;
export const EADDRINUSE = 98;
export const ENETDOWN = 100;
export const ENETUNREACH = 101;
export const ECONNRESET = 104;
export const ENOBUFS = 105;
export const ETIMEDOUT = 110;
export const ECONNREFUSED = 111;
export const EHOSTUNREACH = 113;
export const EINPROGRESS = 115;

const WORDS: Readonly<Record<number, string>> = {
  [EPERM]: 'operation not permitted',
  [ENOENT]: 'no such file',
  [EIO]: 'input/output error',
  [ENXIO]: 'no such device',
  [EACCES]: 'permission denied',
  [EBUSY]: 'in use already',
  [EEXIST]: 'there already',
  [ENODEV]: 'no such device',
  [EINVAL]: 'invalid argument',
  23: 'too many open files in the system',
  24: 'too many open files',
  32: 'closed by peer',
  36: 'name too long',
  [EMSGSIZE]: 'message too long',
  [EOPNOTSUPP]: 'operation not supported',
  97: 'address family not supported',
  [EADDRINUSE]: 'address already in use',
  99: 'address not available on this host',
  [ENETDOWN]: 'network is down',
  [ENETUNREACH]: 'network unreachable',
  103: 'connection aborted',
  [ECONNRESET]: 'reset by peer',
  [ENOBUFS]: 'no buffer space',
  [ETIMEDOUT]: 'no answer',
  [ECONNREFUSED]: 'connection refused',
  112: 'host is down',
  [EHOSTUNREACH]: 'host unreachable',
};

/** Says in a person's words what an error number means; takes it with either sign. */
export function describeErrno(errno: number): string {
  const number = Math.abs(errno);
  return WORDS[number] ?? `error ${number}`;
}

/** Whether a call that returned `-errno` only means "not now". */
export function isAgain(result: number): boolean {
  return result === -EAGAIN || result === -EINTR;
}
