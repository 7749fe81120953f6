// Server-sent event streams that hold nothing up. A reader takes records when its connection has room; until then they
// wait in a bounded buffer, and what does not fit is left out and said:
//
//   send() ─▶ buffer (256 KiB) ─▶ pull by the connection        full: counted, later "event: missed"
//
// A reader that takes nothing at all for a minute is cut off.

import { TcpbridgeError } from '../../errors.ts';

const MAX_STREAMS = 100;
const BUFFER_BYTES = 256 * 1024;
const HEARTBEAT_MS = 15_000;
const STALLED_HEARTBEATS = 4;
const RETRY_MS = 1000;

/** How to run streams. */
export interface StreamsOptions {
  readonly heartbeatMs?: number;
  readonly bufferBytes?: number;
}

/** What a stream needs to know about its reader. */
export interface StreamSource {
  /** Starts the flow of records; returns the call that ends it. */
  readonly start: (stream: EventStream) => () => void;
  /** Ends the connection of a reader that takes nothing. */
  readonly cutOff: () => void;
}

/** All streams of a server. */
export class Streams {
  readonly #open = new Set<EventStream>();
  readonly #bufferBytes: number;
  readonly #heartbeat: NodeJS.Timeout;
  #closed = false;

  constructor({ heartbeatMs = HEARTBEAT_MS, bufferBytes = BUFFER_BYTES }: StreamsOptions = {}) {
    this.#bufferBytes = bufferBytes;
    this.#heartbeat = setInterval(() => {
      for (const stream of this.#open) stream.beat();
    }, heartbeatMs).unref();
  }

  /** How many readers there are. */
  get size(): number {
    return this.#open.size;
  }

  /** Opens a stream and answers with it. */
  respond(source: StreamSource): Response {
    if (this.#closed) throw new TcpbridgeError('stopping', undefined);
    if (this.#open.size >= MAX_STREAMS) throw new TcpbridgeError('too_many_streams', { max: MAX_STREAMS });
    const stream = new EventStream(source, this.#bufferBytes, () => this.#open.delete(stream));
    this.#open.add(stream);
    return new Response(stream.body, { headers: STREAM_HEADERS });
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    for (const stream of [...this.#open]) stream.end();
  }
}

/** The headers of every stream. */
export const STREAM_HEADERS = {
  'content-type': 'text/event-stream; charset=utf-8',
  'cache-control': 'no-store',
  // Asks nginx not to gather (X-Accel-Buffering in its documentation of proxy_buffering).
  'x-accel-buffering': 'no',
};

/** One reader. */
export class EventStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #source: StreamSource;
  readonly #bufferBytes: number;
  readonly #onEnd: () => void;
  #stop: (() => void) | undefined;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #missed = 0;
  #isWanted = false;
  #isEnding = false;
  #isOver = false;
  #stalledBeats = 0;

  constructor(source: StreamSource, bufferBytes: number, onEnd: () => void) {
    this.#source = source;
    this.#bufferBytes = bufferBytes;
    this.#onEnd = onEnd;
    this.body = new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          this.#controller = controller;
          // Readers learn at once that they are connected, and how soon to come back.
          this.send(`: connected\nretry: ${RETRY_MS}\n\n`);
          this.#stop = source.start(this);
        },
        pull: () => {
          this.#isWanted = true;
          this.#stalledBeats = 0;
          this.#flush();
          if (this.#isEnding && this.#waitingBytes === 0) this.end();
        },
        cancel: () => this.#finish(),
      },
      // Ask only when the connection has room.
      { highWaterMark: 0 },
    );
  }

  /** Sends a record now or when the reader has room, or counts it as missed. */
  send(record: string): void {
    // Its reader has left, and whoever still tells something shall not fail for that.
    if (this.#isOver) return;
    const bytes = Buffer.from(record);
    if (this.#missed > 0 || this.#waitingBytes + bytes.length > this.#bufferBytes) {
      this.#missed++;
      return;
    }
    this.#waiting.push(bytes);
    this.#waitingBytes += bytes.length;
    this.#flush();
  }

  /** Says that this many events are missing here; undefined when nobody knows. */
  sendMissed(missed: number | undefined): void {
    this.send(missedRecord(missed));
  }

  /** Keeps an idle connection alive and notices a dead one. */
  beat(): void {
    if (this.#waitingBytes === 0) this.send(':\n\n');
    else if (++this.#stalledBeats >= STALLED_HEARTBEATS) {
      this.#finish();
      this.#source.cutOff();
    }
  }

  /** Ends the stream when its reader has taken all. */
  complete(): void {
    this.#isEnding = true;
    if (this.#waitingBytes === 0) this.end();
  }

  /** Ends the stream behind what it has sent. */
  end(): void {
    this.#flush();
    this.#finish();
    try {
      this.#controller?.close();
    } catch {
      // The reader was faster.
    }
  }

  #flush(): void {
    if (!this.#isWanted || this.#waitingBytes === 0) return;
    this.#isWanted = false;
    if (this.#missed > 0) this.#waiting.push(Buffer.from(missedRecord(this.#missed)));
    this.#missed = 0;
    const bytes = Buffer.concat(this.#waiting.splice(0));
    this.#waitingBytes = 0;
    this.#controller?.enqueue(bytes);
  }

  #finish(): void {
    this.#isOver = true;
    this.#stop?.();
    this.#stop = undefined;
    this.#waiting = [];
    this.#waitingBytes = 0;
    this.#onEnd();
  }
}

function missedRecord(missed: number | undefined): string {
  return `event: missed\ndata: ${JSON.stringify({ missed: missed ?? null })}\n\n`;
}
