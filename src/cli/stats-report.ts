// --stats: a line per link and interval on stdout, with state, rates, totals and drops.

import type { Bridge } from '../control/bridge.ts';
import type { EndStatus, SegmentStatus } from '../control/segment-record.ts';
import type { LineWriter } from '../log/line-writer.ts';
import { clockTime } from '../log/logger.ts';
import { formatBitRate, formatCount, formatDrops } from './format.ts';

interface Sample {
  readonly rxFrames: number;
  readonly rxBytes: number;
}

/** Prints while it runs. */
export class StatsReport {
  readonly #bridge: Bridge;
  readonly #writer: LineWriter;
  readonly #json: boolean;
  readonly #timer: NodeJS.Timeout;
  #last = new Map<string, Sample[]>();
  #lastMs = performance.now();

  constructor(bridge: Bridge, writer: LineWriter, options: { json: boolean; intervalMs: number }) {
    this.#bridge = bridge;
    this.#writer = writer;
    this.#json = options.json;
    this.#timer = setInterval(() => this.#report(), options.intervalMs);
  }

  /** Prints no more. */
  stop(): void {
    clearInterval(this.#timer);
  }

  #report(): void {
    const nowMs = performance.now();
    const seconds = (nowMs - this.#lastMs) / 1000;
    this.#lastMs = nowMs;
    const next = new Map<string, Sample[]>();
    for (const segment of this.#bridge.status()) {
      const before = this.#last.get(segment.name) ?? [];
      next.set(segment.name, [...segment.ends]);
      const rates = segment.ends.map((end, index) => ({
        framesPerSecond: (end.rxFrames - (before[index]?.rxFrames ?? 0)) / seconds,
        bytesPerSecond: (end.rxBytes - (before[index]?.rxBytes ?? 0)) / seconds,
      }));
      this.#writer.line(this.#json ? jsonLine(segment, rates) : textLine(segment, rates));
    }
    this.#last = next;
  }
}

interface Rate {
  readonly framesPerSecond: number;
  readonly bytesPerSecond: number;
}

function jsonLine(segment: SegmentStatus, rates: readonly Rate[]): string {
  const ends = segment.ends.map((end, index) => ({
    ...end,
    rxFramesPerSecond: rates[index]!.framesPerSecond,
    rxBitsPerSecond: rates[index]!.bytesPerSecond * 8,
  }));
  return JSON.stringify({ time: new Date().toISOString(), event: 'stats', ...segment, ends });
}

function textLine(segment: SegmentStatus, rates: readonly Rate[]): string {
  const parts = segment.ends.map((end, index) => {
    const { framesPerSecond, bytesPerSecond } = rates[index]!;
    const rate = `${formatBitRate(bytesPerSecond)} ${formatCount(Math.round(framesPerSecond))} frames/s`;
    return `${describeEnd(end)} sends ${rate}, ${formatCount(end.rxFrames)} in all`;
  });
  return `${clockTime(Date.now())} ${segment.name}: ${parts.join('; ')}; drops: ${formatDrops(addDrops(segment))}`;
}

function describeEnd(end: EndStatus): string {
  return end.state === 'attached' ? end.endpoint : `${end.endpoint} (waiting: ${end.detail})`;
}

/** The drops of all ends of a segment, by reason. */
export function addDrops(segment: SegmentStatus): Record<string, number> {
  const sum: Record<string, number> = {};
  for (const { drops } of segment.ends) {
    for (const [reason, count] of Object.entries(drops)) sum[reason] = (sum[reason] ?? 0) + count;
  }
  return sum;
}
