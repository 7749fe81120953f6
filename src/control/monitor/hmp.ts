// The human monitor (HMP): a line editor made for terminals. It greets with a line and the prompt, echoes every character
// of a command with escape sequences, and an answer ends where the next prompt begins (monitor/hmp.c, util/readline.c).

import type { MonitorAddress } from '../../topology/carrier.ts';
import { type Monitor, MonitorError, type MonitorOptions } from './monitor.ts';
import { MonitorSocket } from './monitor-socket.ts';

const PROMPT = '(qemu) ';
const GREETING = /^QEMU \S+ monitor/;
// What a netdev may be called (util/id.c); a line end in it would begin another command.
const NETDEV = /^[\w.-]{1,128}$/;
// Commands of the telnet protocol (RFC 854), with which "-monitor telnet:…" begins.
const TELNET_COMMANDS = /\xff[\xfb-\xfe][\s\S]|\xff[\xf0-\xfa]/g;

/** Opens a human monitor. */
export async function openHmp(address: MonitorAddress, options: MonitorOptions = {}): Promise<Monitor> {
  const socket = await MonitorSocket.connect(address, options);
  const greeting = (await socket.greeting(endOfGreeting)).replace(TELNET_COMMANDS, '');
  if (GREETING.test(greeting)) return new HmpMonitor(socket);
  socket.close();
  const hint = greeting.startsWith('{"QMP"') ? 'it is a QMP monitor: write "qmp" instead of "hmp"' : 'it is not QEMU';
  throw new MonitorError('monitor_garbled', hint);
}

class HmpMonitor implements Monitor {
  readonly #socket: MonitorSocket;

  constructor(socket: MonitorSocket) {
    this.#socket = socket;
  }

  async setLink(netdev: string, isUp: boolean): Promise<void> {
    if (!NETDEV.test(netdev)) throw new MonitorError('monitor_refused', `there is no netdev "${netdev}"`);
    const said = await this.#run(`set_link ${netdev} ${isUp ? 'on' : 'off'}`);
    if (said !== '') throw new MonitorError('monitor_refused', said.replace(/^Error: /, '').slice(0, 200));
  }

  infoNetwork(): Promise<string> {
    return this.#run('info network');
  }

  close(): void {
    this.#socket.close();
  }

  async #run(command: string): Promise<string> {
    this.#socket.write(`${command}\n`);
    const text = await this.#socket.answer(endOfAnswer, command);
    // The first line is the echo.
    return text
      .slice(text.indexOf('\n') + 1, -PROMPT.length)
      .replaceAll('\r', '')
      .trimEnd();
  }
}

// Anything but a greeting ends with its first line, so that it can be named at once.
function endOfGreeting(text: string): number {
  if (text.endsWith(PROMPT)) return text.length;
  const line = text.indexOf('\n');
  return line < 0 || GREETING.test(text.replace(TELNET_COMMANDS, '')) ? -1 : line + 1;
}

function endOfAnswer(text: string): number {
  return text.endsWith(PROMPT) && text.includes('\n') ? text.length : -1;
}
