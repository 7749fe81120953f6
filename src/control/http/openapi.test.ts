// The OpenAPI document: complete, free of references that lead nowhere, and accepted by a linter that knows the standard.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
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

test('describeApi() is valid OpenAPI 3.1', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-openapi-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'openapi.json');
  writeFileSync(file, JSON.stringify(describeApi('1.0.0')));
  writeFileSync(
    join(folder, 'redocly.yaml'),
    // The server is "/": whoever serves the document. Components beyond those of replies are the events of streams.
    'extends: [recommended-strict]\nrules: {no-server-example.com: off, no-unused-components: off, tag-description: off}\n',
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/@redocly/cli/bin/cli.js'),
      'lint',
      file,
      '--config',
      join(folder, 'redocly.yaml'),
      '--format',
      'json',
    ],
    {
      cwd: folder,
      encoding: 'utf8',
      // It would ask its registry for a newer version, and tell its maker that it was run.
      env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true', CI: 'true' },
    },
  );
  assert.equal(status, 0, `${stdout}\n${stderr}`);
});
