// The reader of event streams: the same events however the text is cut.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EventReader } from './event-reader.ts';

const TEXT =
  ': hello\nretry: 5\n\nid: a-1\nevent: up\ndata: {"x":1}\n\ndata:two\r\ndata: lines\r\n\r\nevent: empty\n\nid\ndata\n\n';

const EVENTS = [
  { type: 'up', data: '{"x":1}', id: 'a-1' },
  { type: 'message', data: 'two\nlines', id: 'a-1' },
  { type: 'message', data: '', id: '' },
];

test('EventReader.push() gives the events of a text', () => {
  assert.deepEqual(new EventReader().push(TEXT), EVENTS);
  assert.deepEqual(new EventReader().push(`${TEXT}data: not complete`), EVENTS);
});

test('EventReader.push() gives the same events wherever the text is cut', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(TEXT.length)), (cuts) => {
      const places = [0, ...cuts.toSorted((a, b) => a - b), TEXT.length];
      const reader = new EventReader();
      const events = places.slice(1).flatMap((end, index) => reader.push(TEXT.slice(places[index], end)));
      assert.deepEqual(events, EVENTS);
    }),
  );
});
