// The version of this package, read from its package.json wherever this file ended up: src/cli/ compiled into build/, or
// bundled into dist/.

import { readFileSync } from 'node:fs';

/** The version, such as "1.2.3"; "unknown" when no package.json of tcpbridge is found. */
export function readVersion(): string {
  for (let folder = new URL('./', import.meta.url); ; folder = new URL('../', folder)) {
    const version = readManifestVersion(new URL('package.json', folder));
    if (version !== undefined) return version;
    if (folder.pathname === '/') return 'unknown';
  }
}

function readManifestVersion(url: URL): string | undefined {
  let manifest: { name?: unknown; version?: unknown };
  try {
    manifest = JSON.parse(readFileSync(url, 'utf8'));
  } catch {
    // Not there, or not ours to complain about: look further up.
    return undefined;
  }
  return manifest.name === 'tcpbridge' && typeof manifest.version === 'string' ? manifest.version : undefined;
}
