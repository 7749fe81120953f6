// The text of a scenario, YAML or JSON -> a Scenario, or everything that is wrong with it, each with its place.

import { basename } from 'node:path';
import { TcpbridgeError } from '../errors.ts';
import { compileFilter } from '../filter/filter.ts';
import { Findings, isPlainMap, type Path } from '../topology/file/findings.ts';
import { validate } from '../topology/file/schema-text.ts';
import { yamlSource } from '../topology/file/source.ts';
import type { Environment } from '../topology/file/variables.ts';
import { readTimeMs } from '../topology/impairment-text.ts';
import { type ImpairmentsForm, readImpairments } from '../topology/impairments-form.ts';
import { isRamp, wordsAt } from './ramp.ts';
import { type Action, ALL_LINKS, type Scenario, type ScenarioStep, type Trigger } from './scenario.ts';
import { ACTIONS, type ScenarioDocument, type StepDocument, scenarioSchema } from './scenario-schema.ts';

const MAX_TIME_MS = 365 * 24 * 3_600_000;
const DEFAULT_DOWN_MS = 200;
const DEFAULT_UP_MS = 1000;
const MIN_RESOLUTION_MS = 100;
// Each change is applied, and logged, on its own.
const LEAST_TIME_MS = 10;
const MAX_FLAPS = 100_000;

// Words that say more about what a step does, and what they go with.
const ONLY_WITH: readonly (readonly [keyof StepDocument, readonly (keyof StepDocument)[]])[] = [
  ['with', ['impair', 'ramp']],
  ['replace', ['impair']],
  ['over', ['ramp']],
  ['resolution', ['ramp']],
  ['down-for', ['flap']],
  ['up-for', ['flap']],
  ['after', ['on']],
];

/** Reads a scenario; `file` is its name for messages. */
export function parseScenario(text: string, file: string, env?: Environment): Scenario {
  return readScenario(text, file, env).scenario;
}

/** The same, with the document as it was written, variables put in. */
export function readScenario(
  text: string,
  file: string,
  env?: Environment,
): { readonly scenario: Scenario; readonly document: ScenarioDocument } {
  try {
    const findings = new Findings(yamlSource(text, file, env));
    findings.reportUnset(() => true);
    const { value } = findings.source;
    validate(scenarioSchema, value, [], findings);
    if (!isPlainMap(value)) findings.throwProblems();
    const document = value as ScenarioDocument;
    const scenario = new Reader(document, findings).read(basename(file).replace(/\.(ya?ml|json)$/, ''));
    return { scenario, document };
  } catch (error) {
    if (!(error instanceof TcpbridgeError) || error.code !== 'topology_invalid') throw error;
    const { problems } = (error as TcpbridgeError<'topology_invalid'>).details;
    throw new TcpbridgeError('scenario_invalid', { problems }, { cause: error });
  }
}

type Words = Readonly<Record<string, unknown>>;

interface StepTimes {
  readonly atMs: number;
  readonly untilMs: number | undefined;
  readonly everyMs: number | undefined;
  readonly forMs: number | undefined;
  readonly action: Action | undefined;
}

class Reader {
  readonly #document: ScenarioDocument;
  readonly #findings: Findings;

  constructor(document: ScenarioDocument, findings: Findings) {
    this.#document = document;
    this.#findings = findings;
  }

  read(defaultName: string): Scenario {
    const { name = defaultName, until, restore = true, steps } = this.#document;
    const untilMs = this.#time(until, ['until'], LEAST_TIME_MS) ?? Number.POSITIVE_INFINITY;
    const read = (Array.isArray(steps) ? steps : []).flatMap((step, index) => {
      const path = ['steps', index];
      return this.#findings.isBroken(path) ? [] : (this.#step(step, path) ?? []);
    });
    this.#findings.throwProblems();
    return { name, untilMs, restores: restore, steps: read };
  }

  #step(step: StepDocument, path: Path): ScenarioStep | undefined {
    const said = ACTIONS.filter((action) => step[action] !== undefined);
    const [kind] = said;
    if (kind === undefined || said.length > 1) {
      const found = kind === undefined ? 'Nothing is done' : `Two things are done (${said.join(' and ')})`;
      this.#findings.problem(path, `${found}; write one of ${ACTIONS.join(', ')}, with the links`);
      return undefined;
    }
    for (const [word, needed] of ONLY_WITH) {
      if (step[word] === undefined || needed.some((other) => step[other] !== undefined)) continue;
      this.#findings.problem([...path, word], `Goes only with ${needed.join(' and ')}; leave it out`, 'key');
    }
    const links = [...new Set([step[kind]!].flat())];
    const time = (word: 'at' | 'every' | 'until' | 'for' | 'after', least = 0) =>
      this.#time(step[word], [...path, word], least);
    const [atMs, untilMs] = [time('at') ?? 0, time('until', LEAST_TIME_MS)];
    const [everyMs, forMs] = [time('every', LEAST_TIME_MS), time('for', LEAST_TIME_MS)];
    const action = this.#action(kind, step, path);
    const on = step.on && this.#trigger(step.on, links, time('after') ?? 0, [...path, 'on']);
    this.#checkTimes(step, { atMs, untilMs, everyMs, forMs, action }, path);
    if (action === undefined) return undefined;
    const isOnce = everyMs === undefined && kind !== 'flap' && step.on === undefined;
    return {
      name: step.name ?? [kind, ...links].join(' '),
      links,
      action,
      atMs,
      ...(everyMs === undefined ? {} : { everyMs }),
      times: kind === 'flap' || isOnce || everyMs === undefined ? this.#timesOf(step, kind) : (step.times ?? Infinity),
      untilMs: untilMs ?? Number.POSITIVE_INFINITY,
      ...(forMs === undefined ? {} : { forMs }),
      ...(on === undefined ? {} : { on }),
    };
  }

  // Without an interval, something is done once; at frames as often as it says. The times of a flap are its own.
  #timesOf({ times, on, every }: StepDocument, kind: string): number {
    if (kind === 'flap') return every === undefined ? 1 : Number.POSITIVE_INFINITY;
    return on === undefined ? 1 : (times ?? 1);
  }

  #checkTimes(step: StepDocument, { atMs, untilMs, everyMs, forMs, action }: StepTimes, path: Path): void {
    const problem = (word: string, message: string) => this.#findings.problem([...path, word], message);
    if (step.on !== undefined && everyMs !== undefined) problem('every', 'Cannot go with "on"; write "times" instead');
    if (step.times !== undefined && everyMs === undefined && step.on === undefined && step.flap === undefined) {
      problem('times', 'Says nothing without "every", "on" or "flap"; leave it out');
    }
    if (untilMs !== undefined && untilMs <= atMs) {
      problem('until', 'Is not after "at", so the step is never done; write a later time');
    }
    if (action?.kind === 'flap' && forMs !== undefined) problem('for', 'Cannot go with "flap"; write "times" instead');
    const lengthMs = action === undefined ? 0 : lengthOf(action);
    if (forMs !== undefined && action?.kind === 'ramp' && forMs < lengthMs) {
      problem('for', 'Ends before the ramp does; write a time that is not shorter than "over"');
    }
    const wholeMs = Math.max(lengthMs, forMs ?? 0);
    if (everyMs !== undefined && wholeMs >= everyMs && wholeMs > 0) {
      problem('every', 'Begins again before it has ended; write a longer interval');
    }
  }

  #action(kind: (typeof ACTIONS)[number], step: StepDocument, path: Path): Action | undefined {
    const time = (word: 'over' | 'resolution' | 'down-for' | 'up-for') =>
      this.#time(step[word], [...path, word], LEAST_TIME_MS);
    if (kind === 'impair' || kind === 'ramp') {
      if (step.with === undefined) {
        this.#findings.problem(path, `"${kind}" needs "with"; write such as "with: {both: {delay: 20ms}}"`);
        return undefined;
      }
      const words = step.with as ImpairmentsForm;
      if (kind === 'impair') {
        const isWhole = step.replace ?? false;
        this.#checkWords(words, isWhole, [...path, 'with']);
        return { kind, words, isWhole };
      }
      const overMs = time('over');
      if (step.over === undefined) this.#findings.problem(path, '"ramp" needs "over"; write such as "over: 30s"');
      if (!this.#checkRamp(words, [...path, 'with']) || overMs === undefined) return undefined;
      const resolutionMs = time('resolution') ?? Math.max(MIN_RESOLUTION_MS, overMs / 100);
      return { kind, words, overMs, resolutionMs };
    }
    if (kind !== 'flap') return { kind };
    const { times = 1 } = step;
    if (times > MAX_FLAPS) this.#findings.problem([...path, 'times'], `Write at most ${MAX_FLAPS}`);
    return { kind, times, downMs: time('down-for') ?? DEFAULT_DOWN_MS, upMs: time('up-for') ?? DEFAULT_UP_MS };
  }

  // What a link has already may make complete what is not complete here.
  #checkWords(words: ImpairmentsForm, isWhole: boolean, path: Path): boolean {
    const { faults } = readImpairments(words);
    const wrong = faults.filter(({ error }) => isWhole || error.code !== 'impairment_incomplete');
    for (const fault of wrong) this.#findings.problem([...path, ...fault.path], fault.error.message);
    return wrong.length === 0;
  }

  #checkRamp(words: ImpairmentsForm, path: Path): boolean {
    const values = typeof words === 'string' ? [] : Object.values(words).flatMap((form) => Object.values(form ?? {}));
    if (!values.some(isRamp)) {
      this.#findings.problem(path, 'Nothing changes; write such as {both: {loss: "0% -> 10%"}}');
      return false;
    }
    return [0, 1].every((fraction) => {
      try {
        return this.#checkWords(wordsAt(words, fraction), false, path);
      } catch (error) {
        if (!(error instanceof TcpbridgeError) || error.code !== 'impairment_invalid') throw error;
        const { option } = (error as TcpbridgeError<'impairment_invalid'>).details;
        const [direction] = Object.entries(words).find(([, form]) => isRamp((form as Words | null)?.[option])) ?? [''];
        this.#findings.problem([...path, direction, option], error.message);
        return false;
      }
    });
  }

  #trigger(on: NonNullable<StepDocument['on']>, links: readonly string[], afterMs: number, path: Path): Trigger {
    this.#findings.attempt([...path, 'frame'], () => compileFilter(on.frame));
    if (on.link === undefined && links[0] === ALL_LINKS) {
      this.#findings.problem(
        path,
        'Frames are counted on one link; write which, such as {frame: "bgp open", link: core}',
      );
    }
    const { frame, link = links[0]!, count = 1, direction } = on;
    return { link, frame, count, afterMs, ...(direction === undefined ? {} : { direction }) };
  }

  #time(text: string | undefined, path: Path, leastMs: number): number | undefined {
    if (text === undefined || this.#findings.isBroken(path)) return undefined;
    return this.#findings.attempt(path, () => {
      const word = String(path.at(-1));
      const ms = readTimeMs(word, text, MAX_TIME_MS);
      if (ms >= leastMs) return ms;
      throw new TcpbridgeError('impairment_invalid', { option: word, text, expected: `at least "${leastMs}ms"` });
    });
  }
}

function lengthOf(action: Action): number {
  if (action.kind === 'flap') return action.times * (action.downMs + action.upMs) - action.upMs;
  return action.kind === 'ramp' ? action.overMs : 0;
}
