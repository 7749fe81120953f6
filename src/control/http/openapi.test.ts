// The OpenAPI document: complete, free of references that lead nowhere, and accepted by a linter that knows the standard.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { describeApi } from './openapi.ts';
import { ROUTES } from './routes.ts';

const root = fileURLToPath(new URL('../../../../', import.meta.url));

test('describeApi() has every route, each with a name of its own', () => {
  const { paths } = describeApi('1.0.0') as { paths: Record<string, Record<string, { operationId: string }>> };
  for (const { method, path, name } of ROUTES) assert.equal(paths[path]?.[method]?.operationId, name);
  assert.equal(new Set(ROUTES.map(({ name }) => name)).size, ROUTES.length);
});

test('describeApi() refers only to what it defines', () => {
  const document = describeApi('1.0.0') as { components: { schemas: Record<string, unknown> } };
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]+)"/g)].map(([, target]) => target!);
  const known = Object.keys(document.components.schemas).map((id) => `#/components/schemas/${id}`);
  assert.deepEqual(
    references.filter((target) => !known.includes(target)),
    [],
  );
  assert.ok(!JSON.stringify(document).includes('__shared'));
});

/** What the linter says; it knows the standard, and this is all that it is asked about. */
function lint(t: TestContext, document: unknown): { status: number | null; text: string } {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-openapi-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'openapi.json');
  const config = join(folder, 'redocly.yaml');
  writeFileSync(file, JSON.stringify(document));
  // No operation uses the events of streams by reference, and tags need no more than their names.
  writeFileSync(config, 'extends: [recommended-strict]\nrules: {no-unused-components: off, tag-description: off}\n');
  const command = [join(root, 'node_modules/.bin', 'redocly'), 'lint', file, '--config', config, '--format', 'json'];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    cwd: folder,
    encoding: 'utf8',
    // It would ask its registry for a newer version, and tell its maker that it was run.
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  return { status, text: `${stdout}\n${stderr}` };
}

test('describeApi() is valid OpenAPI 3.1', (t) => {
  const { status, text } = lint(t, describeApi('1.0.0'));
  assert.equal(status, 0, text);
});

test('a document with a mistake is refused, so the judge is awake', (t) => {
  const { status, text } = lint(t, { ...describeApi('1.0.0'), paths: { '/x': { get: { responses: 7 } } } });
  assert.equal(status, 1, text);
});
