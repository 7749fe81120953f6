// Runs the compiled tests: all of build/src and build/test/<folders named on the command line>, default unit and integration.
// Node 20 expands no globs and takes every file of a folder called "test" for a test, hence the explicit list.
import { spawnSync } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const roots = process.argv.slice(2);
const files = (roots.length > 0 ? roots : ['build/src', 'build/test'])
  .flatMap((root) => readdirSync(root, { recursive: true }).map((name) => join(root, String(name))))
  .filter((name) => name.endsWith('.test.js'))
  .sort();
const result = spawnSync(
  process.execPath,
  ['--enable-source-maps', '--test', '--test-reporter=spec', '--test-concurrency=1', ...files],
  { stdio: 'inherit' },
);
process.exit(result.status ?? 1);
