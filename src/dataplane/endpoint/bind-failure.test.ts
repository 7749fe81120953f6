// Ports that could not be had, by errno and number.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EACCES, EADDRINUSE } from '../sys/errno.ts';
import { describeBindFailure } from './bind-failure.ts';

test('describeBindFailure() tells what low ports need', () => {
  assert.match(describeBindFailure(-EACCES, 900), /^ports below 1024 need CAP_NET_BIND_SERVICE \(docker run /);
  assert.equal(describeBindFailure(-EACCES, 1024), 'permission denied');
  assert.equal(describeBindFailure(-EADDRINUSE, 900), 'address already in use');
});
