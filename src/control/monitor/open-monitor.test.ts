// Both kinds of monitor against scripted ones: what is right, and everything that a server can do wrong.

import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { findFreePort } from '../../../test/support/ports.ts';
import { type Misbehaviour, ScriptedMonitor } from '../../../test/support/scripted-monitor.ts';
import { type Monitor, type MonitorDeadlines, MonitorError, type MonitorFault } from './monitor.ts';
import { openMonitor } from './open-monitor.ts';

// Long where something is to come, short where nothing ever does.
const LONG_MS = 60_000;
const PATIENT: MonitorDeadlines = { connectMs: LONG_MS, busyMs: LONG_MS, queueMs: 0, answerMs: LONG_MS };
const HASTY: MonitorDeadlines = { ...PATIENT, busyMs: 50 };
const KINDS = ['hmp', 'qmp'] as const;

const NETWORK = [
  'e1000.0: index=0,type=nic,model=e1000,macaddr=52:54:00:12:34:56',
  ' \\ p01: index=0,type=socket,socket: connection from 127.0.0.1:35474',
].join('\n');

for (const kind of KINDS) {
  test(`openMonitor() sets links and reads "info network" over ${kind}`, async (t) => {
    const server = await ScriptedMonitor.start(t, kind, { netdevs: ['p01'] });
    server.network = NETWORK;
    server.isChatty = true;
    const monitor = await open(server);
    await monitor.setLink('p01', false);
    assert.equal(server.netdevs.get('p01'), false);
    await monitor.setLink('p01', true);
    assert.equal(server.netdevs.get('p01'), true);
    assert.equal(await monitor.infoNetwork(), NETWORK);
    assert.deepEqual(server.commands, ['p01 off', 'p01 on']);
    monitor.close();
  });

  test(`setLink() over ${kind} tells of a netdev that does not exist, and the monitor can still be used`, async (t) => {
    const server = await ScriptedMonitor.start(t, kind, { netdevs: ['p01'] });
    const monitor = await open(server);
    await assertFault(monitor.setLink('p09', false), 'monitor_refused', /Device 'p09' not found/);
    await monitor.setLink('p01', false);
    monitor.close();
  });

  test(`openMonitor() over ${kind} says that a monitor is busy, and closes`, async (t) => {
    const server = await ScriptedMonitor.start(t, kind);
    const holder = await open(server);
    await assertFault(open(server, HASTY), 'monitor_busy', /serves another client/);
    holder.close();
    (await open(server)).close();
  });

  test(`openMonitor() over ${kind} stays in line when asked to, and is served when the other client leaves`, async (t) => {
    const server = await ScriptedMonitor.start(t, kind, { netdevs: ['p01'] });
    const holder = await open(server);
    const next = await openMonitor(server.spec, {
      deadlines: { ...HASTY, queueMs: LONG_MS },
      onBusy: () => holder.close(),
    });
    await next.setLink('p01', false);
    next.close();
  });

  test(`openMonitor() over ${kind} tells that nobody listens, and that there is no such host`, async () => {
    const port = await findFreePort();
    const at = (host: string) => openMonitor({ kind, address: { kind: 'tcp', host, port } }, { deadlines: PATIENT });
    await assertFault(at('127.0.0.1'), 'monitor_unreachable', /connection refused/);
    await assertFault(at('no-such-host.invalid'), 'monitor_unreachable', /name/);
    const path = '/nonexistent/monitor';
    await assertFault(openMonitor({ kind, address: { kind: 'unix', path } }), 'monitor_unreachable', /no such socket/);
  });

  test(`openMonitor() over ${kind} can be given up while it waits`, async (t) => {
    const server = await ScriptedMonitor.start(t, kind, { misbehave: () => {} });
    const abort = new AbortController();
    const opening = openMonitor(server.spec, { deadlines: PATIENT, signal: abort.signal });
    await server.until(() => server.connections === 1, 'a client');
    abort.abort();
    await assert.rejects(opening, MonitorError);
  });

  const wrong: readonly (readonly [string, Misbehaviour, MonitorFault])[] = [
    ['closes at once', (socket) => socket.destroy(), 'monitor_lost'],
    ['sends a line of rubbish', (socket) => socket.write('220 mail.example.org ESMTP\r\n'), 'monitor_garbled'],
    ['sends half a greeting', (socket) => socket.write('QEM'), 'monitor_garbled'],
    ['sends a line without end', flood, 'monitor_garbled'],
    ['sends null', (socket) => socket.write('null\n'), 'monitor_garbled'],
  ];
  for (const [what, misbehave, fault] of wrong) {
    test(`openMonitor() over ${kind} survives a server that ${what}`, async (t) => {
      const server = await ScriptedMonitor.start(t, kind, { misbehave });
      const deadlines = what.includes('half') ? { ...PATIENT, busyMs: 2000 } : PATIENT;
      await assertFault(open(server, deadlines), fault);
    });
  }

  test(`openMonitor() over ${kind} survives any bytes`, async (t) => {
    let bytes: Uint8Array = Buffer.alloc(0);
    const server = await ScriptedMonitor.start(t, kind, { misbehave: (socket) => socket.end(bytes) });
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (sent) => {
        bytes = sent;
        await assert.rejects(open(server, HASTY), MonitorError);
      }),
      { numRuns: 100 },
    );
  });
}

test('openMonitor() tells when the kinds are mixed up', async (t) => {
  const [hmp, qmp] = [await ScriptedMonitor.start(t, 'hmp'), await ScriptedMonitor.start(t, 'qmp')];
  const deadlines = PATIENT;
  await assertFault(openMonitor({ ...hmp.spec, kind: 'qmp' }, { deadlines }), 'monitor_garbled', /write "hmp"/);
  await assertFault(openMonitor({ ...qmp.spec, kind: 'hmp' }, { deadlines }), 'monitor_garbled', /write "qmp"/);
});

test('openMonitor() reads past the telnet commands of "-monitor telnet:"', async (t) => {
  const misbehave = (socket: Socket): void => {
    socket.write(Buffer.from('fffb01fffb03fffb00fffd00', 'hex'));
    socket.write("QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ");
  };
  const server = await ScriptedMonitor.start(t, 'hmp', { misbehave });
  (await open(server)).close();
});

test('setLink() over hmp never sends a second command', async (t) => {
  const server = await ScriptedMonitor.start(t, 'hmp', { netdevs: ['p01'] });
  const monitor = await open(server);
  await assertFault(monitor.setLink('p01 off\nquit', false), 'monitor_refused');
  assert.deepEqual(server.commands, []);
  monitor.close();
});

test('a monitor that stops answering, or only tells events, is lost after the deadline', async (t) => {
  const deadlines = { ...PATIENT, answerMs: 50 };
  const silent = await ScriptedMonitor.start(t, 'hmp', {
    misbehave: (socket) => socket.write('QEMU 7.2.22 monitor - x\r\n(qemu) '),
  });
  const monitor = await open(silent, deadlines);
  await assertFault(monitor.setLink('p01', false), 'monitor_lost', /no answer to "set_link p01 off"/);
  const chatty = await ScriptedMonitor.start(t, 'qmp', {
    misbehave: (socket) => {
      socket.write('{"QMP": {}}\r\n');
      const timer = setInterval(() => socket.write('{"event": "X"}\r\n'), 1);
      socket.on('close', () => clearInterval(timer));
    },
  });
  await assert.rejects(open(chatty, deadlines), MonitorError);
});

function open(server: ScriptedMonitor, deadlines = PATIENT): Promise<Monitor> {
  return openMonitor(server.spec, { deadlines });
}

function flood(socket: Socket): void {
  const more = (): void => {
    while (!socket.destroyed && socket.write('x'.repeat(65_536)));
  };
  socket.on('drain', more);
  more();
}

async function assertFault(promise: Promise<unknown>, fault: MonitorFault, message = /./): Promise<void> {
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof MonitorError, String(error));
    assert.equal(error.fault, fault, error.message);
    assert.match(error.message, message);
    return true;
  });
}
