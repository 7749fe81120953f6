// What happens and what flows, as server-sent events.

import { TcpbridgeError } from '../../../errors.ts';
import { type Call, operation } from '../operation.ts';
import { RATES_QUERY } from '../schemas.ts';
import { type EventStream, STREAM_HEADERS } from '../streams.ts';

const DEFAULT_INTERVAL_MS = 1000;
const MIN_INTERVAL_MS = 100;
const MAX_INTERVAL_MS = 60_000;

/** GET /v1/events */
export const readEvents = operation({
  summary: 'What happens, as server-sent events',
  description:
    'Types are listening, waiting, attached, detached, stream_broken, busy, notice, lint, healed, capture_rearmed, scenario, ' +
    'scenario_step and changed; data is JSON. With ' +
    'Last-Event-ID the stream goes on behind that event, of which the last 1,000 are kept. Where a reader was too slow ' +
    'or away for too long, an event of type missed says how many are missing (null when nobody knows).',
  headers: { 'Last-Event-ID': 'The id of the last event that was seen' },
  replies: { 200: { description: 'The stream, until either side ends it', type: 'text/event-stream' } },
  errors: [503],
  handle: (call) => {
    const { events } = call.api;
    const lastEventId = call.request.headers.get('last-event-id');
    return stream(call, (reader) => {
      if (lastEventId !== null) {
        const { missed, records } = events.since(lastEventId);
        if (missed !== 0) reader.sendMissed(missed);
        for (const record of records) reader.send(record);
      }
      return events.subscribe((record) => reader.send(record));
    });
  },
});

/** GET /v1/rates */
export const readRates = operation({
  summary: 'What flows, as server-sent events',
  description:
    'One event of type rates per interval, with frames, bits and drops per second of every end of every link.',
  query: RATES_QUERY,
  replies: { 200: { description: 'The stream, until either side ends it', type: 'text/event-stream' } },
  errors: [503],
  handle: (call) => {
    const intervalMs = Number(call.query.intervalMs ?? DEFAULT_INTERVAL_MS);
    if (intervalMs < MIN_INTERVAL_MS || intervalMs > MAX_INTERVAL_MS) {
      const message = `Write a number of milliseconds from ${MIN_INTERVAL_MS} to ${MAX_INTERVAL_MS}`;
      throw new TcpbridgeError('request_invalid', { problems: [{ path: 'intervalMs', message }] });
    }
    return stream(call, (reader) => call.api.rates.subscribe(intervalMs, (record) => reader.send(record)));
  },
});

function stream(call: Call<unknown, unknown>, start: (reader: EventStream) => () => void): Response {
  // Nobody would read it.
  if (call.request.method === 'HEAD') return new Response(null, { headers: STREAM_HEADERS });
  return call.api.streams.respond({ start, cutOff: call.cutOff });
}
