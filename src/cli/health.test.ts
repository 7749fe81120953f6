// The health file: that it is replaced and never half written, and that failure is said once.
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { HealthFile } from './health.ts';

const fail = (error: Error): void => assert.fail(error.message);

test('HealthFile.set() replaces the line and leaves nothing beside it', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-health-'));
  context.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'health');
  const file = new HealthFile(path, fail);
  file.set(['vr1/1', 'vr2/1']);
  assert.equal(readFileSync(path, 'utf8'), '1 waiting for vr1/1, vr2/1\n');
  file.set([]);
  assert.equal(readFileSync(path, 'utf8'), '0 running\n');
  assert.deepEqual(readdirSync(folder), ['health']);
  file.close();
  assert.deepEqual(readdirSync(folder), []);
});

test('HealthFile.set() writes through a symbolic link whose target is not there yet', (context) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-health-'));
  context.after(() => rmSync(folder, { recursive: true }));
  symlinkSync('target', join(folder, 'link'));
  new HealthFile(join(folder, 'link'), fail).set([]);
  assert.equal(readlinkSync(join(folder, 'link')), 'target');
  assert.equal(readFileSync(join(folder, 'target'), 'utf8'), '0 running\n');
});

test('HealthFile.set() says once that it cannot write', () => {
  const errors: Error[] = [];
  const file = new HealthFile('/nonexistent/folder/health', (error) => errors.push(error));
  file.set([]);
  file.set(['vr1/1']);
  file.close();
  assert.equal(errors.length, 1);
  assert.match(errors[0]?.message ?? '', /ENOENT/);
});
