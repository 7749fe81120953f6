// Proves at start-up that the structures we exchange with the kernel are where we think they are on this processor and
// libc. A wrong offset would not fail: it would corrupt frames.

import { monotonicNs } from '../sys/clock.ts';
import { AF_INET, EPOLLIN, EPOLLOUT } from '../sys/constants.ts';
import { Epoll } from '../sys/epoll.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import { Wakeup } from '../sys/wakeup.ts';

const TOKENS = [0x1234_5678, 0x0abc_def0] as const;

/** Throws an error that names the assumption which does not hold here. */
export function checkPlatform(): void {
  const epoll = new Epoll(4);
  const events = TOKENS.map(() => new Wakeup());
  for (const [index, event] of events.entries()) epoll.add(event.fd, EPOLLOUT | EPOLLIN, TOKENS[index]!);
  const ready = epoll.wait(0);
  const seen = new Set(Array.from({ length: Math.max(ready, 0) }, (_, index) => epoll.readyToken(index)));
  const writable = ready === 2 && epoll.readyEvents(0) === EPOLLOUT && epoll.readyEvents(1) === EPOLLOUT;
  for (const event of events) event.close();
  epoll.close();
  if (!writable || !TOKENS.every((token) => seen.has(token))) fail('struct epoll_event');

  const address = new SocketAddress();
  if (!address.setInternet('198.18.1.2', 10_001) || address.family !== AF_INET) fail('struct sockaddr_in');
  if (address.toString() !== '198.18.1.2:10001') fail('struct sockaddr_in');
  const driftNs = monotonicNs() - Number(process.hrtime.bigint());
  if (Math.abs(driftNs) > 10e9) fail('struct timespec');
}

function fail(assumption: string): never {
  throw new Error(
    `Cannot run on this platform (${process.arch}, Node ${process.version}): ${assumption} is not laid out as expected`,
  );
}
