// Captures: a stream of pcapng that goes straight into Wireshark, and the last seconds out of memory.

import { TcpbridgeError } from '../../../errors.ts';
import type { ArmedCapture } from '../../capture/armed-capture.ts';
import type { CaptureRequest } from '../../capture/capture-session.ts';
import type { Api } from '../api.ts';
import {
  ARM_WANTED,
  ARMED,
  type ArmedReply,
  CAPTURE_QUERY,
  CAPTURES,
  DUMP_QUERY,
  NO_QUERY,
} from '../capture-schemas.ts';
import { json, jsonBody, operation } from '../operation.ts';
import { findSegment } from '../segments.ts';

const MIB = 1024 * 1024;
const DEFAULT_SECONDS = 30;
const DEFAULT_BYTES = 64 * MIB;
const PCAPNG = 'application/x-pcapng';
const FILE = { 200: { description: 'A file of Wireshark, until either side ends it', type: PCAPNG } };

/** GET /v1/capture */
export const readCapture = operation({
  summary: 'Frames as a stream of pcapng',
  description:
    'One interface per end, inbound and outbound as seen from there. `curl … | wireshark -k -i -` shows it as it comes. ' +
    'Frames that the reader is too slow for are left out and counted in the file. The header Capture-Id names the ' +
    'capture: DELETE /v1/captures/{id} ends it so that the file is whole.',
  query: CAPTURE_QUERY,
  replies: FILE,
  errors: [404, 503],
  handle: ({ api, query, request }) => {
    const { link: links = [], filter = '', snap, point: takes = 'before', count, seconds, resumes } = query;
    checkLinks(api, links);
    if (request.method === 'HEAD') return new Response(null, { headers: fileHeaders() });
    const wanted: CaptureRequest = { links, filter, takes, snapBytes: Number(snap ?? 0) };
    const session = api.captures.start(wanted, {
      frames: count === undefined ? undefined : Number(count),
      durationMs: seconds === undefined ? undefined : Number(seconds) * 1000,
      resumes,
    });
    const body = streamOf(
      () => session.read(),
      () => session.abort(),
    );
    return new Response(body, { headers: { ...fileHeaders(), 'capture-id': String(session.id) } });
  },
});

/** GET /v1/captures */
export const readCaptures = operation({
  summary: 'The captures that are being read',
  query: NO_QUERY,
  replies: { 200: { description: 'All of them', schema: CAPTURES } },
  handle: ({ api }) => {
    const captures = [...api.captures.sessions].map(({ id, request, counts }) => {
      const { links, filter, snapBytes: snap, takes: point } = request;
      return { id, links, filter, snap, point, ...counts };
    });
    return json(200, { captures });
  },
});

/** DELETE /v1/captures/{id} */
export const deleteCapture = operation({
  summary: 'Ends a capture',
  description: 'Its reader gets what was captured until now and the end of the file.',
  params: { id: 'Number of the capture' },
  query: NO_QUERY,
  replies: { 200: { description: 'Those that are left', schema: CAPTURES } },
  errors: [404],
  handle: async (call) => {
    const id = call.params.id!;
    if (!(await call.api.captures.stop(Number(id)))) throw new TcpbridgeError('capture_unknown', { id });
    return await readCaptures.answer({ ...call, query: new URLSearchParams() });
  },
});

/** GET /v1/capture/armed */
export const readArmed = operation({
  summary: 'What is kept in memory',
  query: NO_QUERY,
  replies: { 200: { description: 'What is kept, if anything', schema: ARMED } },
  handle: ({ api }) => json(200, describeArmed(api.captures.armed)),
});

/** PUT /v1/capture/armed */
export const putArmed = operation({
  summary: 'Keeps the last seconds in memory from now on',
  description:
    'Costs no reader: frames go into a ring that overwrites itself. What was kept before is forgotten, and `replaced` says so.',
  query: NO_QUERY,
  body: jsonBody('What shall be kept', ARM_WANTED, { links: [], seconds: 30 }),
  replies: { 200: { description: 'What is kept', schema: ARMED } },
  errors: [404],
  handle: async ({ api, body }) => {
    const { links = [], seconds = DEFAULT_SECONDS, filter = '', snap: snapBytes = 0, point: takes = 'before' } = body;
    checkLinks(api, links);
    const bytes = 2 ** Math.ceil(Math.log2(body.bytes ?? DEFAULT_BYTES));
    const replaced = api.captures.armed !== undefined;
    const armed = await api.captures.arm({ links, seconds, bytes, filter, snapBytes, takes });
    return json(200, { ...describeArmed(armed), ...(replaced ? { replaced } : {}) });
  },
});

/** DELETE /v1/capture/armed */
export const deleteArmed = operation({
  summary: 'Keeps nothing in memory any more',
  query: NO_QUERY,
  replies: { 200: { description: 'Nothing is kept', schema: ARMED } },
  handle: async ({ api }) => {
    await api.captures.disarm();
    return json(200, describeArmed(undefined));
  },
});

/** GET /v1/capture/armed/dump */
export const dumpArmed = operation({
  summary: 'The last seconds, as pcapng',
  query: DUMP_QUERY,
  replies: FILE,
  errors: [404, 409],
  handle: ({ api, query, request }) => {
    const { armed } = api.captures;
    if (armed === undefined) throw new TcpbridgeError('capture_not_armed', undefined);
    // A link that is gone may still be in the memory.
    const links = query.link ?? [];
    for (const link of links) if (!armed.knows(link)) findSegment(api.bridge.topology, link);
    if (request.method === 'HEAD') return new Response(null, { headers: fileHeaders() });
    const pieces = armed.dump(links);
    const body = streamOf(
      async () => (await pieces.next()).value as Uint8Array | undefined,
      () => void pieces.return(undefined),
    );
    return new Response(body, { headers: fileHeaders() });
  },
});

function checkLinks(api: Api, links: readonly string[]): void {
  for (const link of links) findSegment(api.bridge.topology, link);
}

function describeArmed(armed: ArmedCapture | undefined): ArmedReply {
  if (armed === undefined) return { isArmed: false };
  const { seconds, bytes, links, filter, snapBytes, takes } = armed.request;
  const armedAt = armed.armedAt.toISOString();
  return { isArmed: true, armedAt, seconds, bytes, links: [...links], filter, snap: snapBytes, point: takes };
}

function fileHeaders(): Record<string, string> {
  return {
    'content-type': PCAPNG,
    'cache-control': 'no-store',
    'content-disposition': 'attachment; filename="tcpbridge.pcapng"',
    'x-accel-buffering': 'no',
  };
}

/** A stream that asks for a piece only when its reader has room. */
function streamOf(read: () => Promise<Uint8Array | undefined>, onGone: () => void): ReadableStream<Uint8Array> {
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        const piece = await read();
        if (piece === undefined) controller.close();
        else controller.enqueue(piece);
      },
      cancel: onGone,
    },
    { highWaterMark: 0 },
  );
}
