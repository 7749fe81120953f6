// A workbench for tests: endpoints over socket pairs in a loop that the test drives by hand, so that nothing depends on
// time. The test holds the machines' ends.

import { type CounterBlock, makeCounterBlock, readCounters } from '../../channel/counters.ts';
import type { Loop } from '../loop/loop.ts';
import { isAgain } from '../sys/errno.ts';
import { close, recv, send } from '../sys/libc.ts';
import { NativeMemory } from '../sys/memory.ts';
import { openPair } from '../sys/socket.ts';
import type { EndpointReporter } from './endpoint.ts';
import { StreamEndpoint } from './stream.ts';

const scratch = new NativeMemory(1 << 20);

/** What a reporter was told, as words. */
export class Notes implements EndpointReporter {
  readonly all: string[] = [];
  onListening = (id: number, address: string) => this.all.push(`${id} listening ${address}`);
  onWaiting = (id: number, reason: string) => this.all.push(`${id} waiting ${reason}`);
  onAttached = (id: number, peer: string) => this.all.push(`${id} attached ${peer}`);
  onDetached = (id: number, reason: string) => this.all.push(`${id} detached ${reason}`);
  onStreamBroken = (id: number, length: number) => this.all.push(`${id} broken ${length}`);
  onBusy = (id: number) => this.all.push(`${id} busy`);
  onNotice = (id: number, code: string, text: string) => this.all.push(`${id} ${code} ${text}`);
  resolve = (id: number, host: string) => this.all.push(`${id} resolve ${host}`);
}

/** A machine at the far end of an endpoint's socket. */
export class Machine {
  readonly endpoint: StreamEndpoint;
  readonly counters: CounterBlock = makeCounterBlock();
  fd = -1;

  constructor(id: number, loop: Loop, notes: Notes) {
    this.endpoint = new StreamEndpoint(id, false, { loop, reporter: notes });
    this.endpoint.attacher = {
      start: () => {},
      onLost: () => {},
      onResolved: () => {},
      close: () => {},
      release: () => -1,
      resume: () => {},
    };
  }

  /** Connects; the endpoint must be plugged in. */
  attach(): void {
    const [near, far] = openPair();
    this.fd = far;
    this.endpoint.attach(near, 'pair');
  }

  /** Writes what the kernel takes; returns how much that was. */
  write(bytes: Uint8Array): number {
    scratch.bytes.set(bytes);
    const result = send(this.fd, scratch.address, bytes.length, 0x4000);
    return isAgain(result) ? 0 : result;
  }

  /** Reads what is there, up to `most` bytes; undefined at the end of the stream. */
  read(most = scratch.bytes.length): Uint8Array | undefined {
    const result = recv(this.fd, scratch.address, most, 0);
    if (isAgain(result)) return new Uint8Array(0);
    return result <= 0 ? undefined : scratch.bytes.slice(0, result);
  }

  leave(): void {
    close(this.fd);
    this.fd = -1;
  }

  get counts() {
    return readCounters(this.counters);
  }
}

/** Runs the loop until nothing is ready any more. */
export function settle(loop: Loop): void {
  while (loop.poll() > 0);
}

/** A frame in stream form. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(4 + payload.length);
  new DataView(bytes.buffer).setUint32(0, payload.length, false);
  bytes.set(payload, 4);
  return bytes;
}

/** Joins pieces of bytes. */
export function join(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces));
}
