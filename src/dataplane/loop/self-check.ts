// Proves at start-up that the structures we exchange with the kernel are where we think they are on this processor and
// libc. A wrong offset would not fail: it would corrupt frames.

import { monotonicNs } from '../sys/clock.ts';
import { AF_INET, EPOLLIN, EPOLLOUT } from '../sys/constants.ts';
import { openDatagramPair } from '../sys/datagram-socket.ts';
import { Epoll } from '../sys/epoll.ts';
import { close } from '../sys/libc.ts';
import { NativeMemory } from '../sys/memory.ts';
import { ReceiveList, SendList } from '../sys/message-list.ts';
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
  checkMessages();
  const driftNs = monotonicNs() - Number(process.hrtime.bigint());
  if (Math.abs(driftNs) > 10e9) fail('struct timespec');
}

function checkMessages(): void {
  const memory = new NativeMemory(64);
  memory.bytes.set([1, 2, 3, 4, 5, 6, 7]);
  const [near, far] = openDatagramPair();
  const out = new SendList(2, 1);
  out.set(0, 0, memory.address, 2);
  out.set(1, 0, memory.address + 2, 3);
  // The last two bytes go in front of each.
  const envelope = { headerAddress: memory.address + 5, headerBytes: 2, nameAddress: 0, nameBytes: 0 };
  const sent = out.send(near, envelope, 2);
  const list = new ReceiveList(memory, 32, { slots: 2, slotBytes: 16 });
  const received = list.receive(far, 2);
  close(near);
  close(far);
  const got = [0, 1].map((i) => memory.bytes.subarray(list.start(i), list.start(i) + list.size(i)).join());
  if (sent !== 2 || received !== 2 || got.join(' ') !== '6,7,1,2 6,7,3,4,5') fail('struct mmsghdr');
}

function fail(assumption: string): never {
  throw new Error(
    `Cannot run on this platform (${process.arch}, Node ${process.version}): ${assumption} is not laid out as expected`,
  );
}
