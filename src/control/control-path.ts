// Where the control socket of a bridge is when nobody says otherwise. The bridge that listens and the commands that
// connect ask here, so that they meet.

import { homedir } from 'node:os';
import { join } from 'node:path';

/** The environment variable that names the control socket, or `none`. */
export const CONTROL_VARIABLE = 'TCPBRIDGE_CONTROL';
/** The value that means: no control socket. */
export const NO_CONTROL = 'none';

/** Whose default is asked for. */
export interface ControlPathContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly uid: number;
  readonly home: string;
}

/** The path of the control socket without the environment variable: one per user, and per machine for root. */
export function defaultControlPath({ env, uid, home }: ControlPathContext): string {
  // Not the runtime folder of root's login: a service has none, and both must find each other.
  if (uid === 0) return '/run/tcpbridge/control.sock';
  const runtime = env.XDG_RUNTIME_DIR;
  if (runtime?.startsWith('/')) return join(runtime, 'tcpbridge/control.sock');
  return join(home, '.tcpbridge/control.sock');
}

/** The path of the control socket: what was asked for, or the environment variable, or the default. */
export function chooseControlPath(asked: string | undefined): string {
  const { env } = process;
  const named = asked ?? (env[CONTROL_VARIABLE] || undefined);
  return named ?? defaultControlPath({ env, uid: process.getuid?.() ?? -1, home: homedir() });
}
