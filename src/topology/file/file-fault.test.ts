// Why files cannot be used.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fileFault } from './file-fault.ts';

test('fileFault() has words without system calls and paths', () => {
  const fault = (code: string, message: string) => Object.assign(new Error(message), { code });
  const missing = fault('ENOENT', "ENOENT: no such file or directory, stat 'nofile'");
  assert.equal(fileFault(missing), 'there is no such file');
  assert.equal(fileFault(missing, 'folder'), 'there is no such folder');
  assert.equal(fileFault(fault('EACCES', "EACCES: permission denied, open '/x/.state.new'")), 'permission denied');
  assert.equal(fileFault(fault('EIO', 'EIO: i/o error, read')), 'i/o error');
  assert.equal(
    fileFault(fault('EBUSY', "EBUSY: resource busy or locked, rename '/a' -> '/b'")),
    'resource busy or locked',
  );
  assert.equal(fileFault(new Error('something else')), 'something else');
});
