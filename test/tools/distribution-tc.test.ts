// The shapes of delay against the tables that tc loads for netem, entry by entry.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { distributionTable } from '../../src/dataplane/impair/distribution.ts';

/** Where iproute2 puts them on Debian's architectures, and elsewhere. */
const FOLDERS = ['/usr/lib/x86_64-linux-gnu/tc', '/usr/lib/aarch64-linux-gnu/tc', '/usr/lib/tc', '/usr/share/tc'];
/** NETEM_DIST_SCALE. */
const SCALE = 8192;

test('distributionTable() has the entries of the tables that tc loads', (t) => {
  const folder = FOLDERS.find((candidate) => existsSync(`${candidate}/normal.dist`));
  if (folder === undefined) {
    assert.notEqual(process.env.CI, 'true', 'scripts/install-test-tools brings iproute2');
    return t.skip('run scripts/install-test-tools: iproute2 is not installed');
  }
  for (const shape of ['normal', 'pareto', 'paretonormal'] as const) {
    const text: string = readFileSync(`${folder}/${shape}.dist`, 'utf8').replace(/^#.*$/gm, '');
    const table = Array.from(distributionTable(shape)!, (value) => value * SCALE);
    assert.deepEqual(table, text.trim().split(/\s+/).map(Number), shape);
  }
});
