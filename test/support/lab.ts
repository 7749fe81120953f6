// A bridge started with "tcpbridge run" on a topology file and a control socket of its own, and the sub-commands typed
// against it.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Bridge, commandFile } from './bridge.ts';
import { type CommandEnd, tryCommand } from './command.ts';

/** A bridge, its file, and a way to type commands. */
export interface Lab {
  readonly bridge: Bridge;
  readonly folder: string;
  readonly file: string;
  /** The file that "type" runs. */
  readonly program: string;
  readonly socketPath: string;
  /** The environment in which commands mean this bridge. */
  readonly env: NodeJS.ProcessEnv;
  /** Replaces the text of the topology file. */
  write(text: string): void;
  /** Runs a sub-command to its end. */
  type(...args: string[]): Promise<CommandEnd>;
}

/** Starts a bridge with this topology file; `args` are further options of "run". */
export async function startLab(t: TestContext, text: string, args: readonly string[] = []): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-cli-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'lab.yaml');
  const socketPath = join(folder, 'control.sock');
  writeFileSync(file, text);
  const env = { ...process.env, TCPBRIDGE_CONTROL: socketPath, NO_COLOR: '1' };
  const bridge = await Bridge.start(t, ['run', '-t', file, '--control', socketPath, ...args]);
  const lab: Lab = {
    ...{ bridge, folder, file, socketPath, env, program: commandFile() },
    write: (changed) => writeFileSync(file, changed),
    type: (...words) => tryCommand(process.execPath, [commandFile(), ...words], { env, cwd: folder }),
  };
  // The socket is there a moment after the bridge.
  while ((await lab.type('status')).code === 3) {}
  return lab;
}
