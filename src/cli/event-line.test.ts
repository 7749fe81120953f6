// Events in a line each.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { eventJson, eventLine } from './event-line.ts';

const time = '2026-01-31T12:00:00.000Z';

test('eventLine() begins with time, type, link and endpoint; the rest stands in brackets', () => {
  const data = { time, link: 'west', endpoint: 'vr1/1', peer: '192.0.2.1:10001' };
  assert.equal(eventLine({ type: 'attached', data }), `${time} attached west vr1/1 (peer=192.0.2.1:10001)`);
  const waiting = { time, link: 'my link', endpoint: 'vr1/1', reason: 'connection refused' };
  assert.equal(
    eventLine({ type: 'waiting', data: waiting }),
    `${time} waiting "my link" vr1/1 (reason="connection refused")`,
  );
  assert.equal(eventLine({ type: 'busy', data: { time, link: 'a', endpoint: 'b/1' } }), `${time} busy a b/1`);
});

test('eventLine() tells a change as apply does', () => {
  const data = { time, action: 'rewire', link: 'west', end: 'b', from: 'vr2/1', to: 'vr3/1' };
  assert.equal(eventLine({ type: 'changed', data }), `${time} changed ~ link west: b vr2/1 -> vr3/1`);
});

test('eventLine() does nothing to a terminal, and never breaks', () => {
  const data = { time, link: 'a\u001b[31m\nb', endpoint: 'vr1/1' };
  assert.doesNotMatch(eventLine({ type: 'busy', data }), /\p{Cc}/u);
});

test('eventJson() is one line with the type', () => {
  const data = { time, link: 'a\nb', endpoint: 'vr1/1' };
  const text = eventJson({ type: 'busy', data });
  assert.doesNotMatch(text, /\n/);
  assert.deepEqual(JSON.parse(text), { type: 'busy', ...data });
});
