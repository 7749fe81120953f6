// Where Wireshark looks for programs of its user. It tells the folder itself since 4.2; before, it is below the folder of
// its settings.
import { execFileSync } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

const PROGRAMS = ['tshark', 'wireshark'];
const TIMEOUT_MS = 20_000;

/** The folder that the installed Wireshark reads; of the newest one if none is installed. */
export function findExtcapFolder(ask: (program: string) => string | undefined = askFolders): string {
  for (const program of PROGRAMS) {
    const folders = ask(program);
    const found = folders === undefined ? undefined : readFolders(folders);
    if (found !== undefined) return found;
  }
  return join(homedir(), '.local', 'lib', 'wireshark', 'extcap');
}

/** Reads what "tshark -G folders" prints. */
export function readFolders(text: string): string | undefined {
  const named = new Map(
    text.split('\n').map((line): [string, string] => {
      const [name = '', folder = ''] = line.split(/:\s+/);
      return [name.trim(), folder.trim()];
    }),
  );
  const settings = named.get('Personal configuration');
  return named.get('Personal Extcap path') ?? (settings && join(settings, 'extcap'));
}

function askFolders(program: string): string | undefined {
  try {
    return execFileSync(program, ['-G', 'folders'], {
      encoding: 'utf8',
      timeout: TIMEOUT_MS,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}
