// The running bridge that a command speaks to: from --control, TCPBRIDGE_CONTROL or the default path to a client.

import { homedir } from 'node:os';
import { defaultControlPath, NO_CONTROL } from '../control/control-path.ts';
import { ControlClient, type ControlTarget, RemoteError } from '../control/http/client.ts';
import type { ServerEvent } from '../control/http/event-reader.ts';
import { readTokenFile } from '../control/http/token-file.ts';
import { TcpbridgeError } from '../errors.ts';
import type { ControlOptions } from './options.ts';
import type { World } from './world.ts';

const NOT_FOUND = 404;
const NOT_FOUND_EXIT_CODE = 3;
const HTTP_PORT = 80;
// A bridge that another process takes over is away for a moment.
const RETURN_DEADLINE_MS = 3000;
const RETURN_PAUSE_MS = 100;

/** Where the bridge is that the options mean. */
export function findTarget({ control, tokenFile }: ControlOptions, world: Pick<World, 'env' | 'note'>): ControlTarget {
  if (control === NO_CONTROL) {
    throw new TcpbridgeError('bridge_unreachable', { target: control, reason: 'that is how a bridge has none' });
  }
  if (control === undefined || !/^https?:/i.test(control)) {
    const context = { env: world.env, uid: process.getuid?.() ?? 0, home: homedir() };
    return { socketPath: control ?? defaultControlPath(context) };
  }
  const expected = 'the path of a control socket, or "http://HOST:PORT"';
  const url = URL.canParse(control) ? new URL(control) : undefined;
  if (url?.protocol !== 'http:' || url.pathname !== '/' || url.search !== '' || url.username !== '') {
    throw new TcpbridgeError('option_invalid', { text: control, expected });
  }
  if (tokenFile === undefined) {
    const needed = 'also --token-file FILE, because HTTP needs the token of the bridge';
    throw new TcpbridgeError('option_invalid', { text: control, expected: needed });
  }
  const token = readTokenFile(tokenFile, (mode) =>
    world.note(`tcpbridge: token file "${tokenFile}" can be read by others (mode ${mode})\n`),
  );
  return { host: url.hostname.replace(/^\[(.*)\]$/, '$1'), port: Number(url.port) || HTTP_PORT, token };
}

/** How people write where a bridge is. */
export function targetName(target: ControlTarget): string {
  return 'socketPath' in target ? target.socketPath : `http://${target.host}:${target.port}`;
}

/** A client for the bridge that the options mean. */
export function connect(options: ControlOptions, world: Pick<World, 'env' | 'note'>): ControlClient {
  return new ControlClient(findTarget(options, world));
}

/** The code with which a command ends that failed like this; undefined for what should never happen. */
export function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof RemoteError) return error.status === NOT_FOUND ? NOT_FOUND_EXIT_CODE : error.exitCode;
  return error instanceof TcpbridgeError ? error.exitCode : undefined;
}

/** Reads a stream until `signal` ends it; goes on with it when another process takes the bridge over. */
export async function follow(
  client: ControlClient,
  path: string,
  onEvent: (event: ServerEvent) => void,
  signal: AbortSignal,
  lastEventId?: string,
): Promise<void> {
  let seen = lastEventId;
  let awaySinceMs: number | undefined;
  const take = (event: ServerEvent): void => {
    if (event.id !== '') seen = event.id;
    onEvent(event);
  };
  while (!signal.aborted) {
    try {
      await client.stream(path, take, signal, seen);
      awaySinceMs = performance.now();
    } catch (error) {
      if (hungUp(error)) awaySinceMs = performance.now();
      const isAway = error instanceof TcpbridgeError && awaySinceMs !== undefined;
      if (!isAway || performance.now() - (awaySinceMs ?? 0) > RETURN_DEADLINE_MS) throw error;
    }
    if (!signal.aborted) await new Promise((resolve) => setTimeout(resolve, RETURN_PAUSE_MS));
  }
}

// The connection was there and broke, as opposed to: there is none.
function hungUp(error: unknown): boolean {
  return error instanceof TcpbridgeError && isCutOff(error.cause);
}

/** Whether what was read from the bridge broke off before its end. */
export function isCutOff(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  return code === 'ECONNRESET' || code === 'ERR_STREAM_PREMATURE_CLOSE';
}
