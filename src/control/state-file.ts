// The state file: the last acknowledged topology, as a topology document in JSON, so that whoever can read topologies
// can read it. It is replaced as a whole, and is on the disk before anybody is told that the change was made.

import { readFileSync, realpathSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { TcpbridgeError } from '../errors.ts';
import { topologyToDocument } from '../topology/file/document.ts';
import { fileFault } from '../topology/file/file-fault.ts';
import { parseTopologyDocument } from '../topology/file/parse.ts';
import type { Topology } from '../topology/topology.ts';

/** Where the topology is kept over a crash. */
export class StateFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** The topology that was acknowledged last; undefined when there is no file yet. */
  read(): Topology | undefined {
    let text: string;
    try {
      text = readFileSync(this.path, 'utf8');
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw new TcpbridgeError('state_file_damaged', { path: this.path, reason: fileFault(cause) }, { cause });
    }
    try {
      return parseTopologyDocument(JSON.parse(text), this.path).topology;
    } catch (cause) {
      if (!(cause instanceof TcpbridgeError || cause instanceof SyntaxError)) throw cause;
      throw new TcpbridgeError('state_file_damaged', { path: this.path, reason: damageOf(cause) }, { cause });
    }
  }

  /** Replaces the file; when this resolves, the new text survives a loss of power. */
  async write(text: string): Promise<void> {
    try {
      await replaceDurably(followLink(this.path), text);
    } catch (cause) {
      const reason = fileFault(cause, 'folder');
      throw new TcpbridgeError('state_file_unwritable', { path: this.path, reason }, { cause });
    }
  }
}

/** The text that a state file has for this topology: equal topologies, equal texts. */
export function formatState(topology: Topology): string {
  return `${JSON.stringify(topologyToDocument(topology), undefined, 2)}\n`;
}

// On one line, whatever is in the file.
function damageOf(error: TcpbridgeError | SyntaxError): string {
  const text = error instanceof SyntaxError ? `it is not JSON (${error.message})` : faultOf(error);
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\s]+/gu, ' ');
}

function faultOf(error: TcpbridgeError): string {
  const problems = isInvalid(error) ? error.details.problems : [];
  const [first] = problems;
  if (first === undefined) return error.message;
  const more = problems.length === 1 ? '' : `, and ${problems.length - 1} more`;
  return `${first.path === '' ? '' : `${first.path}: `}${first.message}${more}`;
}

function isInvalid(error: TcpbridgeError): error is TcpbridgeError<'topology_invalid'> {
  return error.code === 'topology_invalid';
}

// rename(2) swaps the old file for the new one at once; fsync(2) of the file puts its bytes on the disk before that, and
// fsync of the folder puts the swap there.
async function replaceDurably(path: string, text: string): Promise<void> {
  const folder = dirname(path);
  const fresh = join(folder, `.${basename(path)}.new`);
  const file = await open(fresh, 'w');
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(fresh, path);
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

// A rename would replace a symbolic link instead of what it points at.
function followLink(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}
