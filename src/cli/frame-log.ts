// The per-frame log of --debug: takes copies of frames out of the threads' rings and writes a line for each. When the
// terminal lags, copies are left in the rings, which overflow and count; frames never wait for this.

import type { TapRecord } from '../channel/tap-ring.ts';
import type { Bridge } from '../control/bridge.ts';
import { decodeFrame } from '../decode/frame.ts';
import type { LineWriter } from '../log/line-writer.ts';
import { clockTime } from '../log/logger.ts';

const RECORDS_PER_TURN = 500;
const LAG_CHECK_MS = 20;
// Of the 200 ms that a farewell may take.
const LAST_FRAMES_MS = 50;

/** Prints frames while it runs. */
export class FrameLog {
  readonly #bridge: Bridge;
  readonly #writer: LineWriter;
  readonly #json: boolean;
  #scheduled = false;
  #stopped = false;

  constructor(bridge: Bridge, writer: LineWriter, options: { json: boolean }) {
    this.#bridge = bridge;
    this.#writer = writer;
    this.#json = options.json;
    bridge.on('tapped', () => this.#schedule());
    this.#schedule();
  }

  /** Writes the frames that the threads copied until they ended, as far as there is time; the others count as left out. */
  stop(): void {
    this.#stopped = true;
    const deadlineMs = performance.now() + LAST_FRAMES_MS;
    for (const ring of this.#bridge.tapRings) {
      let leftOut = ring.takeLost();
      ring.take(Number.POSITIVE_INFINITY, (record) => {
        if (this.#writer.isFull || performance.now() > deadlineMs) leftOut++;
        else this.#print(record);
      });
      this.#writer.addLeftOut(leftOut);
    }
  }

  #schedule(): void {
    if (this.#scheduled || this.#stopped) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      this.#turn();
    });
  }

  #turn(): void {
    if (this.#stopped) return;
    if (this.#writer.isCongested) {
      this.#scheduled = true;
      setTimeout(() => {
        this.#scheduled = false;
        this.#turn();
      }, LAG_CHECK_MS);
      return;
    }
    for (const ring of this.#bridge.tapRings) {
      const lost = ring.takeLost();
      if (lost > 0) this.#writer.addLeftOut(lost);
      const taken = ring.take(RECORDS_PER_TURN, (record) => this.#print(record));
      // More to do now, or more came while the ring was told to wake us: in both cases another turn.
      if (taken === RECORDS_PER_TURN || !ring.sleep()) this.#schedule();
    }
  }

  #print(record: TapRecord): void {
    const { link, from, to } = this.#bridge.describeTap(record.segmentId, record.end);
    const decode = decodeFrame(record.bytes, record.length);
    if (this.#json) {
      const micros = String(Math.floor((record.wallMs % 1) * 1000)).padStart(3, '0');
      const time = new Date(record.wallMs).toISOString().replace('Z', `${micros}Z`);
      this.#writer.line(
        JSON.stringify({ time, level: 'debug', event: 'frame', link, from, to, length: record.length, decode }),
      );
    } else {
      this.#writer.line(`${clockTime(record.wallMs, 6)} ${link} ${from} -> ${to} ${record.length} ${decode}`);
    }
  }
}
