// QEMU monitors that do as they are told: serve one client at a time as QEMU does, or keep silent, or talk rubbish. They
// listen on a port of their own and remember every command.
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import type { MonitorSpec } from '../../src/topology/carrier.ts';
import { Condition } from './condition.ts';

const GREETING = "QEMU 7.2.22 monitor - type 'help' for more information\r\n(qemu) ";
const QMP_GREETING =
  '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}\r\n';

/** What a monitor does with a client instead of serving it. */
export type Misbehaviour = (socket: Socket) => void;

/** A monitor with netdevs. */
export class ScriptedMonitor {
  readonly kind: 'hmp' | 'qmp';
  /** Netdev -> whether its link is up. */
  readonly netdevs = new Map<string, boolean>();
  /** What `info network` prints. */
  network = '';
  /** Every `set_link` as netdev and state, such as "p01 off". */
  readonly commands: string[] = [];
  /** How many clients have connected. */
  connections = 0;
  /** Most clients that were connected at the same time. */
  mostAtOnce = 0;
  misbehave: Misbehaviour | undefined;
  /** Whether an event precedes every answer (QMP). */
  isChatty = false;
  port = 0;
  readonly #condition = new Condition();
  readonly #waiting: Socket[] = [];
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;
  #served: Socket | undefined;

  private constructor(kind: 'hmp' | 'qmp') {
    this.kind = kind;
  }

  /** Starts a monitor. */
  static async start(
    t: TestContext,
    kind: 'hmp' | 'qmp',
    { netdevs = [] as readonly string[], misbehave }: { netdevs?: readonly string[]; misbehave?: Misbehaviour } = {},
  ): Promise<ScriptedMonitor> {
    const monitor = new ScriptedMonitor(kind);
    for (const netdev of netdevs) monitor.netdevs.set(netdev, true);
    monitor.misbehave = misbehave;
    await monitor.listen();
    t.after(() => monitor.stop());
    return monitor;
  }

  /** How the product addresses it. */
  get spec(): MonitorSpec {
    return { kind: this.kind, address: { kind: 'tcp', host: '127.0.0.1', port: this.port } };
  }

  /** Listens, the first time or again on the same port. */
  async listen(): Promise<void> {
    const server = createServer((socket) => this.#onClient(socket));
    this.#server = server;
    server.listen(this.port, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address !== null && typeof address === 'object') this.port = address.port;
  }

  /** Ends as the monitor of a machine that is killed, and forgets what was set. */
  async stop(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    for (const netdev of this.netdevs.keys()) this.netdevs.set(netdev, true);
    for (const socket of this.#sockets) socket.destroy();
    if (server === undefined) return;
    server.close();
    await once(server, 'close');
  }

  /** Waits until what a client does makes this true. */
  until(holds: () => boolean, what: string): Promise<void> {
    return this.#condition.until(holds, () => `${what} at the monitor, which heard ${JSON.stringify(this.commands)}`);
  }

  #onClient(socket: Socket): void {
    this.connections += 1;
    this.#sockets.add(socket);
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#sockets.size);
    socket.on('error', () => {});
    socket.on('close', () => {
      this.#sockets.delete(socket);
      if (this.#served === socket) this.#served = undefined;
      const place = this.#waiting.indexOf(socket);
      if (place >= 0) this.#waiting.splice(place, 1);
      this.#serveNext();
      this.#condition.changed();
    });
    if (this.misbehave !== undefined) this.misbehave(socket);
    else {
      this.#waiting.push(socket);
      this.#serveNext();
    }
    this.#condition.changed();
  }

  #serveNext(): void {
    if (this.#served !== undefined) return;
    const socket = this.#waiting.shift();
    if (socket === undefined) return;
    this.#served = socket;
    socket.write(this.kind === 'hmp' ? GREETING : QMP_GREETING);
    let pending = '';
    socket.on('data', (data: Buffer) => {
      pending += data.toString();
      for (let end = pending.indexOf('\n'); end >= 0; end = pending.indexOf('\n')) {
        const line = pending.slice(0, end);
        pending = pending.slice(end + 1);
        socket.write(this.kind === 'hmp' ? this.#answerHmp(line) : this.#answerQmp(line));
      }
      this.#condition.changed();
    });
  }

  #answerHmp(line: string): string {
    const [command = '', netdev = '', state = ''] = line.split(' ');
    let said = '';
    if (line === 'info network') said = this.network.replaceAll('\n', '\r\n');
    else if (command === 'set_link') said = this.#setLink(netdev, state === 'on') ?? '';
    else said = `unknown command: '${command}'`;
    // The line editor draws the line anew for each character.
    const echo = [...line].map((_, index) => `${line.slice(0, index + 1)}\x1b[K${'\x1b[D'.repeat(index + 1)}`).join('');
    return `${echo}\r\n${said === '' ? '' : `${said}\r\n`}(qemu) `;
  }

  #answerQmp(line: string): string {
    const { execute, arguments: given = {}, id } = JSON.parse(line);
    const event = this.isChatty ? '{"event": "RTC_CHANGE", "data": {"offset": 1}}\r\n' : '';
    if (execute === 'human-monitor-command') {
      return `${event}${JSON.stringify({ return: this.network.replaceAll('\n', '\r\n'), id })}\r\n`;
    }
    const error = execute === 'set_link' ? this.#setLink(given.name, given.up) : undefined;
    if (error === undefined) return `${event}${JSON.stringify({ return: {}, id })}\r\n`;
    return `${event}${JSON.stringify({ id, error: { class: 'DeviceNotFound', desc: error.slice(7) } })}\r\n`;
  }

  #setLink(netdev: string, isUp: boolean): string | undefined {
    this.commands.push(`${netdev} ${isUp ? 'on' : 'off'}`);
    if (!this.netdevs.has(netdev)) return `Error: Device '${netdev}' not found`;
    this.netdevs.set(netdev, isUp);
    return undefined;
  }
}
