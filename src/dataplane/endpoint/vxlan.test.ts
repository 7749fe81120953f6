// VXLAN endpoints over loopback, in a loop that the test drives: the bytes of RFC 7348, several tunnels on one socket, what
// belongs to none of them, and going on elsewhere without a loss.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DROP } from '../../channel/counters.ts';
import { Loop } from '../loop/loop.ts';
import { encodeFrame } from './test-bench.ts';
import { DatagramLink, findPort, Host } from './test-datagrams.ts';

const MAX_IPV4 = 65_507 - 8;

function fill(size: number, index: number): Uint8Array {
  return new Uint8Array(size).fill(index + 1);
}

/** A frame as it travels: flags, identifier, frame. */
function wrap(vni: number, frame: Uint8Array, flags = 0x08): Uint8Array {
  return Uint8Array.from([flags, 0, 0, 0, vni >> 16, (vni >> 8) & 255, vni & 255, 0, ...frame]);
}

/** Tunnels to hosts on loopback addresses, all on one local port. */
function makeTunnels(tunnels: readonly { readonly host: string; readonly vni: number }[]) {
  const port = findPort('127.0.0.1');
  const loop = new Loop(() => {});
  const hosts = new Map<string, Host>();
  const remotePort = findPort('0.0.0.0');
  const links = tunnels.map(({ host, vni }) => {
    if (!hosts.has(host)) hosts.set(host, new Host(host, remotePort));
    return new DatagramLink(`vxlan:${host},vni=${vni},port=${remotePort},local=127.0.0.1:${port}`, loop);
  });
  const end = () => {
    for (const link of links) link.end();
    for (const host of hosts.values()) host.close();
    loop.close();
  };
  return { port, loop, links, host: (address: string) => hosts.get(address)!, end };
}

test('VxlanEndpoint puts the eight bytes of RFC 7348 around each frame, both ways', () => {
  const { port, links, host, end } = makeTunnels([{ host: '127.0.0.2', vni: 0xabcdef }]);
  const [table] = links as [DatagramLink];
  const frames = [60, 1514, 9014, MAX_IPV4].map(fill);
  for (const frame of frames) {
    write(table, frame);
    assert.deepEqual(host('127.0.0.2').receive().map(hash), [hash(wrap(0xabcdef, frame))]);
    // A kernel sends from ports of its own choice: the host counts, not the port.
    const other = new Host('127.0.0.2');
    other.send(wrap(0xabcdef, frame), port);
    other.close();
    assert.equal(hash(read(table)), hash(encodeFrame(frame)));
  }
  assert.deepEqual(table.counts.drops, {});
  write(table, fill(MAX_IPV4 + 1, 0));
  assert.deepEqual(table.counts.drops, { too_big: 1 });
  assert.match(table.notes.all.at(-1)!, /too_big .*65500 bytes .*65499/);
  end();
});

test('VxlanEndpoint shares a port with tunnels of other identifiers and to other hosts', () => {
  const { port, links, host, end } = makeTunnels([
    { host: '127.0.0.2', vni: 1 },
    { host: '127.0.0.2', vni: 2 },
    { host: '127.0.0.3', vni: 1 },
  ]);
  // All mixed in one call.
  for (let i = 0; i < 5; i++) {
    host('127.0.0.2').send(wrap(1, fill(60 + i, 10)), port);
    host('127.0.0.3').send(wrap(1, fill(60 + i, 30)), port);
    host('127.0.0.2').send(wrap(2, fill(60 + i, 20)), port);
  }
  for (const [index, first] of [10, 20, 30].entries()) {
    const wanted = [0, 1, 2, 3, 4].map((i) => encodeFrame(fill(60 + i, first)));
    assert.equal(hash(read(links[index]!)), hash(Buffer.concat(wanted)));
  }
  for (const [index, table] of links.entries()) write(table, fill(70, index));
  assert.deepEqual(host('127.0.0.2').receive().map(hash), [wrap(1, fill(70, 0)), wrap(2, fill(70, 1))].map(hash));
  assert.deepEqual(host('127.0.0.3').receive().map(hash), [hash(wrap(1, fill(70, 2)))]);
  for (const table of links) assert.deepEqual(table.counts.drops, {});
  end();
});

test('VxlanEndpoint counts what is for nobody where it will be seen', () => {
  const { port, links, host, end } = makeTunnels([
    { host: '127.0.0.2', vni: 1 },
    { host: '127.0.0.3', vni: 2 },
  ]);
  const stranger = new Host('127.0.0.9');
  stranger.send(wrap(2, fill(60, 1)), port);
  host('127.0.0.3').send(wrap(7, fill(60, 1)), port);
  host('127.0.0.3').send(wrap(2, fill(60, 1), 0), port);
  host('127.0.0.3').send(fill(7, 1), port);
  host('127.0.0.3').send(wrap(2, new Uint8Array(0)), port);
  host('127.0.0.3').send(wrap(2, fill(13, 1)), port);
  // Reserved bits are ignored.
  host('127.0.0.3').send(wrap(2, fill(60, 5), 0x88), port);
  assert.equal(hash(read(links[1]!)), hash(encodeFrame(fill(60, 5))));
  assert.deepEqual(links[0]!.counts.drops, { foreign: 1 });
  assert.deepEqual(links[1]!.counts.drops, { foreign: 1, malformed: 3, empty: 1 });
  stranger.close();
  end();
});

test('VxlanEndpoint does not hold up the others on its socket, and keeps its own frames meanwhile', () => {
  const { port, links, host, end } = makeTunnels([
    { host: '127.0.0.2', vni: 1 },
    { host: '127.0.0.2', vni: 2 },
  ]);
  const [one, two] = links as [DatagramLink, DatagramLink];
  one.endpoint.setReading(false);
  for (let i = 0; i < 100; i++) {
    host('127.0.0.2').send(wrap(1, fill(2000, i)), port);
    host('127.0.0.2').send(wrap(2, fill(60, i)), port);
  }
  assert.equal(drain(two).length, 100 * 64);
  assert.equal(drain(one).length, 0);
  // It goes along, too.
  one.replace();
  one.endpoint.setReading(true);
  host('127.0.0.2').send(wrap(1, fill(2000, 100)), port);
  const wanted = Array.from({ length: 101 }, (_, index) => encodeFrame(fill(2000, index)));
  assert.equal(hash(drain(one)), hash(Buffer.concat(wanted)));
  assert.deepEqual(one.counts.drops, {});
  end();
});

test('VxlanEndpoint moves and loses nothing, alone on its socket or not', () => {
  for (const tunnels of [[{ host: '127.0.0.2', vni: 1 }], [1, 2, 3].map((vni) => ({ host: '127.0.0.2', vni }))]) {
    const { port, loop, links, host, end } = makeTunnels(tunnels);
    const [table] = links as [DatagramLink];
    let next = 0;
    const say = () => {
      for (const { vni } of tunnels) host('127.0.0.2').send(wrap(vni, fill(60, next % 200)), port);
      next++;
    };
    for (let round = 0; round < 20; round++) {
      say();
      table.replace(() => {
        say();
        // The others on the socket are served in the meantime, but nothing of ours is read by anybody.
        loop.poll();
      });
      say();
    }
    for (const link of links) {
      const got = drain(link);
      const seen = Array.from({ length: got.length / 64 }, (_, index) => got[index * 64 + 4]! - 1);
      assert.deepEqual(
        seen,
        Array.from({ length: next }, (_, index) => index % 200),
      );
      assert.deepEqual(link.counts.drops, {});
      assert.equal(link.counts.attaches, 1);
    }
    end();
  }
});

test('VxlanEndpoint hands its socket to another loop, once, however many share it', () => {
  const tunnels = [1, 2, 3].map((vni) => ({ host: '127.0.0.2', vni }));
  const { port, links, host, loop, end } = makeTunnels(tunnels);
  const states = links.map((link) => link.endpoint.release());
  assert.equal(new Set(states.map(({ fd }) => fd)).size, 3);
  for (const { vni } of tunnels) host('127.0.0.2').send(wrap(vni, fill(60, vni)), port);
  loop.poll();
  const otherLoop = new Loop(() => {});
  const others = links.map((link, index) => new DatagramLink(link.text, otherLoop, states[index]));
  for (const [index, link] of others.entries()) {
    assert.equal(hash(read(link)), hash(encodeFrame(fill(60, index + 1))));
    assert.deepEqual(link.counts.drops, {});
  }
  for (const link of others) link.end();
  otherLoop.close();
  // The port is free again.
  new Host('127.0.0.1', port).close();
  void end;
  for (const link of links) link.machine.leave();
  host('127.0.0.2').close();
  loop.close();
});

test('VxlanEndpoint waits while another one is the same tunnel, written differently', () => {
  const host = new Host('127.0.0.2');
  const port = findPort('127.0.0.1');
  const loop = new Loop(() => {});
  const write = (name: string) => `vxlan:${name},vni=1,port=${host.port},local=127.0.0.1:${port}`;
  const first = new DatagramLink(write('127.0.0.2'), loop);
  const second = new DatagramLink(write('somebody'), loop);
  second.endpoint.onResolved(['127.0.0.2'], undefined);
  assert.ok(first.isAttached && !second.isAttached);
  assert.match(second.notes.all.at(-1)!, /waiting this is the same tunnel as "vxlan:127\.0\.0\.2,vni=1/);
  first.end();
  while (!second.isAttached) loop.poll();
  second.endpoint.onResolved(['239.1.1.1'], undefined);
  assert.match(second.notes.all.at(-1)!, /"somebody" has the address 239\.1\.1\.1, which is not that of one host/);
  second.end();
  host.close();
  loop.close();
});

test('VxlanEndpoint counts what the kernel dropped, though nothing more comes', () => {
  const { port, loop, links, host, end } = makeTunnels([{ host: '127.0.0.2', vni: 1 }]);
  const [table] = links as [DatagramLink];
  table.settle();
  const frame = wrap(1, fill(60_000, 1));
  // More than the socket's buffer takes; whatever it keeps is read before anything is asked.
  for (let i = 0; i < 2000; i++) host('127.0.0.2').send(frame, port);
  drain(table);
  // What the running loop does once a second.
  loop.census.turn();
  assert.ok(table.counts.drops.queue_full! > 0);
  end();
});

test('VxlanEndpoint waits for a port that is in use, and works over IPv6', () => {
  const host = new Host('::1');
  const taken = new Host('::1');
  const table = new DatagramLink(`vxlan:[::1],vni=5,port=${host.port},local=[::1]:${taken.port}`);
  assert.equal(table.notes.all.at(-1), `2 waiting cannot use [::1]:${taken.port}: address already in use`);
  taken.close();
  while (!table.isAttached) table.loop.poll();
  write(table, fill(60, 1));
  assert.deepEqual(host.receive().map(hash), [hash(wrap(5, fill(60, 1)))]);
  host.send(wrap(5, fill(60, 2)), taken.port, '::1');
  assert.equal(hash(read(table)), hash(encodeFrame(fill(60, 2))));
  table.endpoint.close(DROP.stopped);
  table.machine.leave();
  table.loop.close();
  host.close();
});

function hash(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('latin1');
}

function write(table: DatagramLink, frame: Uint8Array): void {
  const bytes = encodeFrame(frame);
  for (let at = 0; at < bytes.length; at += table.machine.write(bytes.subarray(at))) table.settle();
  table.settle();
}

/** Lets the loop run and reads what has come to the machine. */
function read(table: DatagramLink): Uint8Array {
  table.settle();
  return table.machine.read() ?? new Uint8Array(0);
}

function drain(table: DatagramLink): Buffer {
  const pieces: Uint8Array[] = [];
  for (let piece = read(table); piece.length > 0; piece = read(table)) pieces.push(piece);
  return Buffer.concat(pieces);
}
