// The monitor for programs (QMP): one JSON object per line, events in between (docs/interop/qmp-spec.txt). It greets, and
// takes nothing but qmp_capabilities until that was said.

import type { MonitorAddress } from '../../topology/carrier.ts';
import { type Monitor, MonitorError, type MonitorOptions } from './monitor.ts';
import { MonitorSocket } from './monitor-socket.ts';

interface Reply {
  readonly id?: unknown;
  readonly QMP?: unknown;
  readonly return?: unknown;
  readonly error?: { readonly desc?: unknown };
}

/** Opens a QMP monitor. */
export async function openQmp(address: MonitorAddress, options: MonitorOptions = {}): Promise<Monitor> {
  const socket = await MonitorSocket.connect(address, options);
  const greeting = await socket.greeting(endOfLine);
  if (parse(greeting)?.QMP === undefined) {
    socket.close();
    const isHuman = /^QEMU \S+ monitor/.test(greeting);
    const hint = isHuman ? 'it is a human monitor: write "hmp" instead of "qmp"' : 'it is not QEMU';
    throw new MonitorError('monitor_garbled', hint);
  }
  const monitor = new QmpMonitor(socket);
  await monitor.run('qmp_capabilities');
  return monitor;
}

class QmpMonitor implements Monitor {
  readonly #socket: MonitorSocket;
  #nextId = 1;

  constructor(socket: MonitorSocket) {
    this.#socket = socket;
  }

  async setLink(netdev: string, isUp: boolean): Promise<void> {
    await this.run('set_link', { name: netdev, up: isUp });
  }

  async infoNetwork(): Promise<string> {
    // No QMP command tells the peer of a netdev.
    const text = await this.run('human-monitor-command', { 'command-line': 'info network' });
    if (typeof text !== 'string') throw new MonitorError('monitor_garbled', 'it answers in an unknown form');
    return text.replaceAll('\r', '').trimEnd();
  }

  close(): void {
    this.#socket.close();
  }

  async run(command: string, argument?: Readonly<Record<string, unknown>>): Promise<unknown> {
    const id = this.#nextId++;
    const request = { execute: command, ...(argument === undefined ? {} : { arguments: argument }), id };
    this.#socket.write(`${JSON.stringify(request)}\n`);
    // Events come in between, and must not put the end off.
    const endMs = performance.now() + this.#socket.deadlines.answerMs;
    while (performance.now() < endMs) {
      const reply = parse(await this.#socket.answer(endOfLine, command));
      if (reply === undefined) break;
      if (reply.id !== id) continue;
      if (reply.error === undefined) return reply.return;
      const { desc } = reply.error;
      throw new MonitorError('monitor_refused', typeof desc === 'string' ? desc.slice(0, 200) : 'it refused');
    }
    this.close();
    throw new MonitorError('monitor_garbled', 'it does not answer as QMP does');
  }
}

function endOfLine(text: string): number {
  return text.indexOf('\n') + 1 || -1;
}

function parse(line: string): Reply | undefined {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
