// The repository as its own tests see it: where it lies, which files it tracks, what a source file imports. Compiled
// tests lie in build/, so everything is looked up from the root of the work tree.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { posix } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One import or re-export of a source file. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file it means, from the root, or `undefined` for a package. */
  readonly file: string | undefined;
  /** Whether nothing of it is left when the program runs. */
  readonly isType: boolean;
}

/** The root of the work tree, with a slash at its end. */
export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

const IMPORT = /^[ \t]*(?:import|export)\b(?<clause>[^'"`;]*?)\bfrom '(?<from>[^']+)'/gm;
const BARE_IMPORT = /^[ \t]*import '(?<from>[^']+)'/gm;
const DYNAMIC_IMPORT = /\bimport\('(?<from>[^']+)'\)/g;

/** Every file that git tracks or would track, from the root, sorted. */
export function trackedFiles(): string[] {
  // The work tree may belong to another user than the one who tests (safe.directory in git-config(1)).
  const git = [
    '-c',
    `safe.directory=${ROOT.slice(0, -1)}`,
    'ls-files',
    '-z',
    '--cached',
    '--others',
    '--exclude-standard',
  ];
  const names = execFileSync('git', git, { cwd: ROOT, encoding: 'utf8', maxBuffer: 2 ** 26 }).split('\0');
  return [...new Set(names)].filter((name) => name !== '' && isFile(name)).sort();
}

/** The TypeScript files under src/, from the root, sorted. */
export function sourceFiles(): string[] {
  return trackedFiles().filter((name) => /^src\/.*\.ts$/.test(name));
}

/** Whether a source file is part of the product, and not of its tests. */
export function isProduct(file: string): boolean {
  return !/(\.test|\/test-[^/]*)\.ts$/.test(file);
}

/** The text of a file. */
export function readText(file: string): string {
  return readFileSync(ROOT + file, 'utf8');
}

/** Whether there is such a file, from the root. */
export function isFile(name: string): boolean {
  return existsSync(ROOT + name) && statSync(ROOT + name).isFile();
}

/** What a source file imports. */
export function importsOf(file: string): Import[] {
  const text = withoutComments(readText(file));
  const found = [IMPORT, BARE_IMPORT, DYNAMIC_IMPORT].flatMap((pattern) => [...text.matchAll(pattern)]);
  return found.map(({ groups }) => {
    const specifier = groups!.from!;
    return {
      specifier,
      file: specifier.startsWith('.') ? posix.join(posix.dirname(file), specifier) : undefined,
      isType: /^\s*type\b/.test(groups!.clause ?? ''),
    };
  });
}

/** The package that an import means; a module of Node stays as it is. */
export function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier;
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Fails with every offender on a line of its own. */
export function assertNone(offenders: readonly string[]): void {
  if (offenders.length > 0) assert.fail(`found ${offenders.length}:\n  ${offenders.join('\n  ')}`);
}

/** Source text with comments left out and every line kept in its place. */
export function withoutComments(text: string): string {
  return text
    .replace(/\/\*[\s\S]*?\*\//g, (comment) => comment.replace(/[^\n]/g, ''))
    .replace(/(^|[ \t(])\/\/.*$/gm, '$1');
}
