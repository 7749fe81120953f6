// Counters -> the text that Prometheus reads (exposition format 0.0.4). Nothing is kept between two readings but the labels
// of each end, and the text itself for a moment: however many ask, writing it takes no more than a tenth of the thread.

import { readdirSync } from 'node:fs';
import { type CounterBlock, END_STATES, FIELD } from '../../channel/counters.ts';
import { BOUNDS_US, LATENCY } from '../../channel/latency.ts';
import type { Bridge } from '../bridge.ts';
import type { EndRecord } from '../segment-record.ts';
import {
  END_FAMILIES,
  END_HISTOGRAMS,
  type EndFamily,
  type Family,
  OTHER_FAMILIES,
  THREAD_FAMILIES,
} from './families.ts';
import { encodeText, TextWriter } from './text-writer.ts';

/** The media type of the text. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8';

const ATTACHED = END_STATES.indexOf('attached');
/** The text is used again for so many times as long as it took to write. */
const REUSE = 9;
const BUCKETS = BOUNDS_US.length + 1;
const LE = [...BOUNDS_US.map((us) => us / 1e6), '+Inf'].map((bound) => encodeText(`,le="${bound}"} `));
const CLOSE = encodeText('} ');

interface Labelled {
  readonly link: string;
  readonly endpoint: string;
  readonly bytes: Uint8Array;
}

interface EndEntry {
  /** `{link="…",end="…",endpoint="…"`, still open. */
  readonly labels: Uint8Array;
  readonly counters: CounterBlock;
}

/** What is known about the process from its start. */
export interface MetricsFacts {
  readonly version: string;
  readonly startedAt: Date;
}

/** Writes the metrics of one bridge. */
export class Metrics {
  readonly #bridge: Bridge;
  readonly #facts: MetricsFacts;
  readonly #labels = new WeakMap<EndRecord, Labelled>();
  readonly #extras: (() => string)[] = [];
  readonly #writer = new TextWriter();
  #text: Uint8Array<ArrayBuffer> = new Uint8Array(0);
  #writtenMs = Number.NEGATIVE_INFINITY;
  #tookMs = 0;

  constructor(bridge: Bridge, facts: MetricsFacts) {
    this.#bridge = bridge;
    this.#facts = facts;
  }

  /** Adds what another part of the bridge has to say: whole families, as {@link formatFamily} writes them. */
  add(write: () => string): void {
    this.#extras.push(write);
  }

  /** The text, at most some milliseconds old. */
  text(): Uint8Array<ArrayBuffer> {
    const nowMs = performance.now();
    if (nowMs - this.#writtenMs < REUSE * this.#tookMs) return this.#text;
    this.#text = this.#write();
    this.#writtenMs = performance.now();
    this.#tookMs = this.#writtenMs - nowMs;
    return this.#text;
  }

  #write(): Uint8Array<ArrayBuffer> {
    const entries: EndEntry[] = [];
    let segments = '';
    for (const { spec, ends } of this.#bridge.records) {
      const isLink = spec.kind === 'link';
      segments += `${OTHER_FAMILIES.segmentUp.name}{link="${escapeLabel(spec.name)}",kind="${spec.kind}"} ${spec.isUp ? 1 : 0}\n`;
      ends.forEach((end, index) => {
        const side = isLink ? (index === 0 ? 'a' : 'b') : '';
        entries.push({ labels: this.#labelsOf(end, spec.name, side), counters: end.counters });
      });
    }
    const writer = this.#writer;
    writer.clear();
    writer.addText(this.#writeProcess() + this.#writeThreads() + header(OTHER_FAMILIES.segmentUp) + segments);
    writeAttached(writer, entries);
    for (const family of END_FAMILIES) writeFamily(writer, family, entries);
    for (const family of END_HISTOGRAMS) writeHistogram(writer, family, entries);
    writeQueueWaits(writer, entries);
    for (const write of this.#extras) writer.addText(write());
    return writer.copy();
  }

  #writeProcess(): string {
    const { build, uptime, render, processStart, processCpu, processMemory, processFds } = OTHER_FAMILIES;
    const { version, startedAt } = this.#facts;
    const { user, system } = process.cpuUsage();
    const labels = `{version="${escapeLabel(version)}",node_version="${process.version}"}`;
    return [
      formatFamily(build, [[labels, 1]]),
      formatFamily(uptime, [['', Math.max(0, (Date.now() - startedAt.getTime()) / 1000)]]),
      formatFamily(render, [['', this.#tookMs / 1000]]),
      formatFamily(processStart, [['', performance.timeOrigin / 1000]]),
      formatFamily(processCpu, [['', (user + system) / 1e6]]),
      formatFamily(processMemory, [['', process.memoryUsage.rss()]]),
      formatFamily(processFds, [['', countDescriptors()]]),
    ].join('');
  }

  #writeThreads(): string {
    const { threads } = this.#bridge;
    const families = THREAD_FAMILIES.map((family) => {
      const { field, factor = 1 } = family;
      return formatFamily(
        family,
        threads.map(({ counters }, index) => [`{thread="${index}"}`, counters[field]! * factor]),
      );
    });
    const ends = threads.map(({ load }, index) => [`{thread="${index}"}`, load] as const);
    return families.join('') + formatFamily(OTHER_FAMILIES.threadEnds, ends);
  }

  // Names seldom change, and escaping them costs more than all the numbers behind them.
  #labelsOf(end: EndRecord, link: string, side: string): Uint8Array {
    const endpoint = end.endpoint.text;
    const known = this.#labels.get(end);
    if (known !== undefined && known.link === link && known.endpoint === endpoint) return known.bytes;
    const bytes = encodeText(`{link="${escapeLabel(link)}",end="${side}",endpoint="${escapeLabel(endpoint)}"`);
    this.#labels.set(end, { link, endpoint, bytes });
    return bytes;
  }
}

/** A family with its samples: labels in braces or nothing, and a value. */
export function formatFamily(family: Family, samples: readonly (readonly [labels: string, value: number])[]): string {
  return header(family) + samples.map(([labels, value]) => `${family.name}${labels} ${value}\n`).join('');
}

/** A value of a label between its quotes. */
export function escapeLabel(value: string): string {
  return value.replace(/[\\"\n]/g, (character) => (character === '\n' ? '\\n' : `\\${character}`));
}

/** The family of findings: how many there are of each code. */
export function formatFindings(counts: readonly (readonly [code: string, count: number])[]): string {
  return formatFamily(
    OTHER_FAMILIES.findings,
    counts.map(([code, count]) => [`{code="${code}"}`, count]),
  );
}

function header({ name, type, help }: Family): string {
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
}

function writeAttached(writer: TextWriter, entries: readonly EndEntry[]): void {
  const family = OTHER_FAMILIES.attached;
  const name = encodeText(family.name);
  writer.addText(header(family));
  for (const { labels, counters } of entries) {
    writeValue(writer, name, labels, counters[FIELD.state] === ATTACHED ? 1 : 0);
  }
}

function writeFamily(writer: TextWriter, family: EndFamily, entries: readonly EndEntry[]): void {
  const name = encodeText(family.name);
  const values = family.values.map(({ field, factor, labels }) => {
    return { field, factor, close: labels === undefined ? CLOSE : encodeText(`,${labels}} `) };
  });
  writer.addText(header(family));
  for (const { labels, counters } of entries) {
    for (const { field, factor, close } of values) {
      const count = counters[field]!;
      if (count === 0 && family.shows === 'nonzero') continue;
      writer.add(name);
      writer.add(labels);
      writer.add(close);
      writer.endLine(factor === undefined ? count : Number((count * factor).toPrecision(6)));
    }
  }
}

function writeHistogram(
  writer: TextWriter,
  family: Family & { readonly at: number },
  entries: readonly EndEntry[],
): void {
  const { at } = family;
  const [bucket, sum, total] = ['_bucket', '_sum', '_count'].map((part) => encodeText(family.name + part));
  writer.addText(header(family));
  for (const { labels, counters } of entries) {
    const sumUs = counters[at + BUCKETS]!;
    if (sumUs === 0) continue;
    let count = 0;
    for (let index = 0; index < BUCKETS; index++) {
      count += counters[at + index]!;
      writer.add(bucket!);
      writer.add(labels);
      writer.add(LE[index]!);
      writer.endLine(count);
    }
    writeValue(writer, sum!, labels, sumUs / 1e6);
    writeValue(writer, total!, labels, count);
  }
}

function writeQueueWaits(writer: TextWriter, entries: readonly EndEntry[]): void {
  const family = OTHER_FAMILIES.queueWait;
  const [sum, total] = ['_sum', '_count'].map((part) => encodeText(family.name + part));
  writer.addText(header(family));
  for (const { labels, counters } of entries) {
    writeValue(writer, sum!, labels, counters[LATENCY.queueWaitUs]! / 1e6);
    writeValue(writer, total!, labels, counters[LATENCY.queueWaits]!);
  }
}

function writeValue(writer: TextWriter, name: Uint8Array, labels: Uint8Array, value: number): void {
  writer.add(name);
  writer.add(labels);
  writer.add(CLOSE);
  writer.endLine(value);
}

function countDescriptors(): number {
  try {
    return readdirSync('/proc/self/fd').length;
  } catch {
    return 0;
  }
}
