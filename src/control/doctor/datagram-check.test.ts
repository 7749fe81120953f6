// The doctor in front of real UDP sockets: who has a port, who is at the other end, and what cannot be known.

import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { type TestContext, test } from 'node:test';
import { parseEndpoint } from '../../topology/endpoint-spec.ts';
import { checkDatagram } from './datagram-check.ts';
import type { RunningEnd } from './finding.ts';
import { SocketTable } from './socket-table.ts';

async function openPort(t: TestContext, address = '127.0.0.1'): Promise<number> {
  const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
  t.after(() => socket.close());
  socket.bind(0, address);
  await once(socket, 'listening');
  return socket.address().port;
}

async function findPort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  const { port } = socket.address();
  socket.close();
  await once(socket, 'close');
  return port;
}

async function lines(text: string, end?: Omit<RunningEnd, 'endpoint'>): Promise<string[]> {
  const spec = parseEndpoint(text);
  assert.ok(spec.kind === 'udp' || spec.kind === 'vxlan');
  const patient = { end: end && { endpoint: text, ...end }, pid: undefined, carrier: undefined };
  const all = await checkDatagram(spec, patient, new SocketTable());
  return all.filter(({ check }) => check !== 'kernel').map(({ level, message }) => `${level}: ${message}`);
}

test('checkDatagram() sees who has the local port, and who is at the other end', async (t) => {
  const [taken, other, free] = [await openPort(t), await openPort(t), await findPort()];
  const [port, there] = await lines(`udp:127.0.0.1:${other},local=127.0.0.1:${taken}`);
  assert.match(port!, new RegExp(`^wrong: local port ${taken} is in use by .+ \\(process ${process.pid}\\), at 127`));
  assert.match(there!, new RegExp(`^ok: .+ \\(process ${process.pid}\\) has a socket at 127\\.0\\.0\\.1:${other}$`));
  const [freePort, nobody] = await lines(`vxlan:127.0.0.1,vni=5,port=${await findPort()},local=${free}`);
  assert.equal(freePort, `ok: local port ${free} is free`);
  assert.match(nobody!, /^wrong: nobody has a UDP socket at 127\.0\.0\.1:\d+$/);
});

test('checkDatagram() knows IPv6, and a running bridge', async (t) => {
  const other = await openPort(t, '::1');
  const local = await findPort();
  const found = await lines(`udp:[::1]:${other},local=${local}`, { state: 'attached', detail: `[::1]:${other}` });
  assert.equal(found[0], `ok: the running tcpbridge has the local port ${local}`);
  assert.match(found[1]!, /^ok: .* has a socket at \[::1\]:/);
});

test('checkDatagram() says what UDP cannot tell, and finds wrong names and addresses', async () => {
  const local = await findPort();
  const [port, there] = await lines(`vxlan:198.18.255.254,vni=5,local=${local}`);
  assert.equal(port, `ok: local port ${local} is free`);
  assert.match(there!, /^note: whether somebody is at 198\.18\.255\.254:4789, UDP does not tell before a frame comes/);
  const [foreign] = await lines(`udp:127.0.0.1:9,local=198.18.255.253:${local}`);
  assert.match(foreign!, /^wrong: local address "198\.18\.255\.253" is not one of this machine$/);
  assert.deepEqual(await lines(`udp:no-such-host.invalid:9,local=${local}`), [
    'wrong: host "no-such-host.invalid" is not known',
  ]);
});
