// Relative paths of unix sockets become absolute where they are typed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withAbsolutePath, withAbsolutePaths } from './absolute-path.ts';
import { parseLink } from './topology.ts';

test('withAbsolutePath() joins relative paths of sockets to the folder, and leaves everything else alone', () => {
  const cases: [string, string][] = [
    ['unix:a.sock', 'unix:/lab/a.sock'],
    ['unix-listen:./b', 'unix-listen:/lab/b'],
    ['hmp-unix:../c', 'hmp-unix:/c'],
    ['qmp-unix:d/e', 'qmp-unix:/lab/d/e'],
    ['unix:/run/../a', 'unix:/run/../a'],
    ['unix:', 'unix:'],
    ['vr1/1', 'vr1/1'],
    ['tcp:unix:1', 'tcp:unix:1'],
  ];
  for (const [text, absolute] of cases) assert.equal(withAbsolutePath(text, '/lab'), absolute);
});

test('withAbsolutePaths() keeps the name of a segment, and says when a path becomes too long', () => {
  const link = withAbsolutePaths(parseLink('unix:a--vr1/1'), '/lab');
  assert.equal(link.name, 'unix:a--vr1/1');
  assert.deepEqual(
    link.endpoints.map(({ text }) => text),
    ['unix:/lab/a', 'vr1/1'],
  );
  assert.throws(() => withAbsolutePaths(parseLink('unix:a--b/1'), `/${'x'.repeat(110)}`), {
    code: 'path_invalid',
  });
});
