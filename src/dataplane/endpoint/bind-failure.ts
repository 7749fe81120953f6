// Why a port of ours could not be had, in words that help.

import { describeErrno, EACCES } from '../sys/errno.ts';

/** From here on any user may have a port (ip(7), ip_unprivileged_port_start). */
const FREE_PORT = 1024;
const PORT_NEEDS = 'ports below 1024 need CAP_NET_BIND_SERVICE (docker run --user root --cap-add NET_BIND_SERVICE)';

/** Says why `port` could not be bound, from what bind(2) returned. */
export function describeBindFailure(result: number, port: number): string {
  return result === -EACCES && port < FREE_PORT ? PORT_NEEDS : describeErrno(result);
}
