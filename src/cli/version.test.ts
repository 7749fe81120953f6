// The version comes from the package.json of this package.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readVersion } from './version.ts';

test('readVersion() finds the package.json of tcpbridge above the compiled file', () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));
  assert.equal(readVersion(), manifest.version);
});
