// A workbench for tests of datagram endpoints: hosts with a UDP socket of their own on loopback addresses, and a link whose
// one end is the endpoint under test and whose other end is a machine over a stream.

import { type CounterBlock, FIELD, makeCounterBlock, readCounters } from '../../channel/counters.ts';
import type { EndpointState } from '../../channel/messages.ts';
import { parseEndpoint } from '../../topology/endpoint-spec.ts';
import { Loop } from '../loop/loop.ts';
import { Link } from '../segment/link.ts';
import { openDatagramSocket } from '../sys/datagram-socket.ts';
import { isAgain } from '../sys/errno.ts';
import { close, recv, sendmsg } from '../sys/libc.ts';
import { NativeMemory } from '../sys/memory.ts';
import { localAddress, SocketAddress } from '../sys/socket-address.ts';
import type { DatagramEndpoint } from './datagram.ts';
import { buildEndpoint } from './registry.ts';
import { Machine, Notes, settle } from './test-bench.ts';

const memory = new NativeMemory(128 * 1024);
const BUFFER_BYTES = 4 * 1024 * 1024;

/** Some host that sends and receives datagrams. */
export class Host {
  readonly fd: number;
  readonly port: number;
  private readonly to = new SocketAddress();

  constructor(address = '127.0.0.1', port = 0) {
    const local = new SocketAddress();
    local.setInternet(address, port);
    this.fd = openDatagramSocket(local, BUFFER_BYTES);
    if (this.fd < 0) throw new Error(`bind ${address}:${port}: ${this.fd}`);
    this.port = Number(/\d+$/.exec(localAddress(this.fd).toString())![0]);
  }

  /** Sends one datagram; returns what sendmsg(2) does. */
  send(bytes: Uint8Array, port: number, address = '127.0.0.1'): number {
    this.to.setInternet(address, port);
    // What was received last lies there.
    memory.bytes.fill(0, 0, 128);
    memory.bytes.set(bytes, 128);
    const { view } = memory;
    view.setBigUint64(0, BigInt(this.to.memory.address), true);
    view.setUint32(8, this.to.size, true);
    view.setBigUint64(16, BigInt(memory.address + 64), true);
    view.setBigUint64(24, 1n, true);
    view.setBigUint64(64, BigInt(memory.address + 128), true);
    view.setBigUint64(72, BigInt(bytes.length), true);
    return sendmsg(this.fd, memory.address, 0);
  }

  /** Everything that has come. */
  receive(): Uint8Array[] {
    const all: Uint8Array[] = [];
    for (;;) {
      const result = recv(this.fd, memory.address, memory.bytes.length, 0);
      if (result < 0) {
        if (isAgain(result)) return all;
        throw new Error(`recv: ${result}`);
      }
      all.push(memory.bytes.slice(0, result));
    }
  }

  close(): void {
    close(this.fd);
  }
}

/** A UDP port that nobody uses now. */
export function findPort(address = '127.0.0.1'): number {
  const host = new Host(address);
  host.close();
  return host.port;
}

/** A link: `machine` over a stream at one end, the endpoint written as `text` at the other. */
export class DatagramLink {
  readonly loop: Loop;
  readonly notes = new Notes();
  readonly machine: Machine;
  readonly counters: CounterBlock = makeCounterBlock();
  readonly text: string;
  readonly link: Link;
  endpoint: DatagramEndpoint;
  private readonly ends;

  constructor(text: string, loop = new Loop(() => {}), state?: EndpointState) {
    this.loop = loop;
    this.text = text;
    this.link = new Link(1, loop);
    this.machine = new Machine(1, loop, this.notes);
    const ends = [this.machine.counters, this.counters].map((block, index) => this.link.addPort(index, block));
    this.ends = ends;
    this.machine.endpoint.port = ends[0]!;
    this.machine.attach();
    this.link.plug(ends[0]!, this.machine.endpoint);
    this.endpoint = this.plug(state);
  }

  /** Takes the endpoint out of the link and puts another in its place that goes on from its state. */
  replace(between: () => void = () => {}): void {
    const state = this.endpoint.release();
    this.link.unplug(this.ends[1]!);
    between();
    this.endpoint = this.plug(state);
  }

  get counts() {
    return readCounters(this.counters);
  }

  get isAttached(): boolean {
    return this.counters[FIELD.state] === 1;
  }

  /** Lets the loop run until nothing is ready. */
  settle(): void {
    settle(this.loop);
  }

  end(dropReason = 0): void {
    this.endpoint.close(dropReason);
    this.machine.endpoint.close(dropReason);
    this.machine.leave();
  }

  private plug(state?: EndpointState): DatagramEndpoint {
    const { loop, notes } = this;
    const endpoint = buildEndpoint(2, parseEndpoint(this.text), { loop, reporter: notes, random: () => 0.5 });
    endpoint.port = this.ends[1]!;
    endpoint.start(state);
    this.link.plug(this.ends[1]!, endpoint);
    return endpoint as DatagramEndpoint;
  }
}
