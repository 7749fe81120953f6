// Watches the wire of a running bridge: takes the copies of frames out of the threads' rings once a second, asks every rule
// what it finds, and tells what has appeared and what is over. Nothing here is waited for by a frame.

import type { TapRecord } from '../../channel/tap-ring.ts';
import type { Bridge } from '../bridge.ts';
import type { BridgeEvents } from '../events.ts';
import { type Finding, LINT_CODES, type LintCode, type Problem, type Rule, type WatchedEnd } from './finding.ts';
import { readFacts } from './frame-facts.ts';
import { MacRule } from './macs.ts';
import { MtuRule } from './mtu.ts';
import { NeighbourRule } from './neighbours.ts';
import { OneWayRule } from './one-way.ts';
import { watchSegments } from './watched.ts';

const TURN_MS = 1000;
/** A notice of a forwarding thread is repeated while its reason lasts; it is over when it was not. */
const NOTICE_MS = 60_000;
/** Rings are bounded; this bounds one turn even so. */
const MAX_RECORDS = 8192;

interface Kept {
  readonly finding: Finding;
  /** Told by an event of its own, the notice. */
  readonly isNotice: boolean;
}

interface Notice {
  readonly problem: Problem;
  readonly lastMs: number;
}

/** Judges one bridge. */
export class Lint {
  readonly #bridge: Bridge;
  readonly #rules: readonly Rule[] = [new MacRule(), new MtuRule(), new NeighbourRule(), new OneWayRule()];
  readonly #notices = new Map<string, Notice>();
  readonly #timer: NodeJS.Timeout;
  readonly #nowMs: () => number;
  #kept = new Map<string, Kept>();
  readonly #onNotice = ({ link, endpoint, code, text }: BridgeEvents['notice'][0]): void => {
    const known = LINT_CODES.find((lintCode) => lintCode === code);
    if (known === undefined) return;
    const problem = { code: known, link, ...(endpoint === undefined ? {} : { endpoint }), text };
    this.#notices.set(`${code} ${link} ${endpoint}`, { problem, lastMs: this.#nowMs() });
  };

  /** @param nowMs a clock that only goes forward */
  constructor(bridge: Bridge, nowMs: () => number = () => performance.now()) {
    this.#bridge = bridge;
    this.#nowMs = nowMs;
    bridge.on('notice', this.#onNotice);
    this.#timer = setInterval(() => this.turn(), TURN_MS).unref();
  }

  /** What is wrong now, the oldest first. */
  get findings(): Finding[] {
    return [...this.#kept.values()].map(({ finding }) => finding);
  }

  /** How many findings there are, by code; all codes. */
  get counts(): (readonly [LintCode, number])[] {
    const { findings } = this;
    return LINT_CODES.map((code) => [code, findings.filter((finding) => finding.code === code).length]);
  }

  /** Looks once; happens by itself every second. */
  turn(): void {
    const nowMs = this.#nowMs();
    const segments = watchSegments(this.#bridge.records);
    const ends = new Map(segments.flatMap((segment) => segment.ends.map((end) => [end.id, end] as const)));
    for (const { lookRing } of this.#bridge.threads) {
      lookRing.take(MAX_RECORDS, (record) => this.#onRecord(record, ends, nowMs));
    }
    const problems = this.#rules.flatMap((rule) => rule.check(segments, nowMs));
    this.#tell(problems, this.#noticedProblems(new Set(segments.map(({ name }) => name)), nowMs));
  }

  /** Looks no more. */
  close(): void {
    clearInterval(this.#timer);
    this.#bridge.off('notice', this.#onNotice);
  }

  #onRecord({ end: id, bytes, length }: TapRecord, ends: ReadonlyMap<number, WatchedEnd>, nowMs: number): void {
    const end = ends.get(id);
    const facts = end === undefined ? undefined : readFacts(bytes, length);
    if (end === undefined || facts === undefined) return;
    for (const rule of this.#rules) rule.onFrame?.(end, facts, nowMs);
  }

  #noticedProblems(names: ReadonlySet<string>, nowMs: number): Problem[] {
    for (const [key, { problem, lastMs }] of this.#notices) {
      if (nowMs - lastMs > NOTICE_MS || !names.has(problem.link)) this.#notices.delete(key);
    }
    return Array.from(this.#notices.values(), ({ problem }) => problem);
  }

  #tell(problems: readonly Problem[], noticed: readonly Problem[]): void {
    const kept = new Map<string, Kept>();
    const keep = (problem: Problem, isNotice: boolean): void => {
      const key = keyOf(problem);
      const before = this.#kept.get(key) ?? kept.get(key);
      const since = before?.finding.since ?? new Date().toISOString();
      kept.set(key, { finding: { ...problem, since }, isNotice });
      if (before === undefined && !isNotice) this.#bridge.emit('lint', { ...problem, state: 'found' });
    };
    // The order in which they appeared stays.
    const all = new Map<string, { problem: Problem; isNotice: boolean }>();
    for (const problem of noticed) all.set(keyOf(problem), { problem, isNotice: true });
    for (const problem of problems) all.set(keyOf(problem), { problem, isNotice: false });
    for (const key of new Set([...this.#kept.keys(), ...all.keys()])) {
      const found = all.get(key);
      const before = this.#kept.get(key);
      if (found !== undefined) keep(found.problem, found.isNotice);
      else if (before !== undefined && !before.isNotice) {
        const { since: _, ...problem } = before.finding;
        this.#bridge.emit('lint', { ...problem, state: 'cleared' });
      }
    }
    this.#kept = kept;
  }
}

// Numbers in the text change while the problem stays the same; addresses tell problems apart.
function keyOf({ code, link, endpoint = '', text }: Problem): string {
  const address = code === 'duplicate_mac' ? text.slice(0, 'xx:xx:xx:xx:xx:xx'.length) : '';
  return [code, link, endpoint, address].join('\n');
}
