// What Wireshark asks the program in its extcap folder for (extcap(4)): the list of interfaces, whether a filter is one,
// and a capture into a pipe until it says stop.
import { open } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { ControlClient } from '../../control/http/client.ts';
import { TcpbridgeError } from '../../errors.ts';
import { compileFilter } from '../../filter/filter.ts';
import { FollowedCapture } from '../capture/follow-capture.ts';
import { onEndSignal } from '../end-signal.ts';
import { findTarget } from '../remote.ts';
import { readVersion } from '../version.ts';
import { inBraces, interfaceOf, linksOf } from './interface-name.ts';

const LIST_TIMEOUT_MS = 1000;
const HELP = 'https://www.wireshark.org/docs/man-pages/extcap.html';
const OPTIONS = {
  'extcap-interfaces': { type: 'boolean' },
  'extcap-interface': { type: 'string' },
  'extcap-version': { type: 'string' },
  'extcap-capture-filter': { type: 'string' },
  capture: { type: 'boolean' },
  fifo: { type: 'string' },
  point: { type: 'string' },
  snap: { type: 'string' },
} as const;

/** Answers, and returns the exit code. */
export async function answerExtcap(
  args: readonly string[],
  { env, out, note }: { env: NodeJS.ProcessEnv; out: (text: string) => void; note: (text: string) => void },
): Promise<number> {
  // Later versions have more options than these.
  const { values } = parseArgs({ args: [...args], options: OPTIONS, strict: false });
  const asked = values as Record<string, string | boolean | undefined>;
  const filter = String(asked['extcap-capture-filter'] ?? '');
  const context = { env, note };
  if (asked['extcap-interfaces'] === true) {
    out(await listInterfaces(context));
    return 0;
  }
  try {
    if (asked.capture !== true) {
      compileFilter(filter);
      return 0;
    }
    const client = new ControlClient(findTarget(controlOf(env), context));
    const query = queryOf(String(asked['extcap-interface'] ?? ''), asked, filter);
    await capture(client, query, String(asked.fifo ?? '-'));
    return 0;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // Of a filter, Wireshark reads the output; of a capture, what is told as an error.
    if (asked.capture === true) {
      note(`${message}\n`);
      await release(String(asked.fifo ?? '-'));
    } else {
      out(`${message}\n`);
    }
    return 1;
  }
}

async function listInterfaces(context: { env: NodeJS.ProcessEnv; note: (text: string) => void }): Promise<string> {
  const lines = [`extcap {version=${readVersion()}}{help=${HELP}}{display=tcpbridge}`];
  try {
    const client = new ControlClient(findTarget(controlOf(context.env), context), { timeoutMs: LIST_TIMEOUT_MS });
    const { segments } = await client.status();
    lines.push(`interface {value=${interfaceOf(undefined)}}{display=tcpbridge: all links}`);
    for (const { name, kind } of segments) {
      lines.push(`interface {value=${interfaceOf(name)}}{display=tcpbridge ${kind} ${inBraces(name)}}`);
    }
  } catch {
    // Without a bridge there are no interfaces; Wireshark would show every word of an error.
  }
  return `${lines.join('\n')}\n`;
}

function queryOf(
  name: string,
  { point, snap }: Record<string, string | boolean | undefined>,
  filter: string,
): URLSearchParams {
  const links = linksOf(name);
  if (links === undefined) throw new TcpbridgeError('link_unknown', { name });
  const query = new URLSearchParams(links.map((link): [string, string] => ['link', link]));
  if (typeof point === 'string' && point !== '') query.set('point', point);
  if (typeof snap === 'string' && snap !== '') query.set('snap', snap);
  if (filter !== '') query.set('filter', filter);
  return query;
}

async function capture(client: ControlClient, query: URLSearchParams, fifo: string): Promise<void> {
  const followed = await FollowedCapture.open(client, { query });
  let isStopping = false;
  const stop = (): void => {
    isStopping = true;
    followed.stop();
  };
  onEndSignal(stop);
  try {
    await followed.receive({ path: fifo, ring: undefined });
  } catch (error) {
    // Wireshark closes the pipe when it has enough.
    if ((error as NodeJS.ErrnoException).code !== 'EPIPE' && !isStopping) throw error;
  }
}

/** Whoever waits at the other end of the pipe for its first byte learns that there is none. */
async function release(fifo: string): Promise<void> {
  if (fifo === '-') return;
  try {
    await (await open(fifo, 'w')).close();
  } catch {
    // There is no such pipe.
  }
}

function controlOf(env: NodeJS.ProcessEnv): { control?: string; tokenFile?: string } {
  const { TCPBRIDGE_CONTROL: control, TCPBRIDGE_TOKEN_FILE: tokenFile } = env;
  return { ...(control && { control }), ...(tokenFile && { tokenFile }) };
}
