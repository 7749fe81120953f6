// Scenarios as rows of tables, and what they do as lines. Pure: replies of the API -> cells and lines.

import type { ScenarioLogReply, ScenarioReply } from '../control/http/scenario-schemas.ts';
import { type Colour, type Column, harmless } from './output.ts';

type Status = NonNullable<ScenarioReply['scenario']>;
type Entry = ScenarioLogReply['entries'][number];

/** One row for the scenario. */
export const STATUS_COLUMNS: readonly Column<Status>[] = [
  { title: 'SCENARIO', value: ({ name }) => name },
  { title: 'STATE', value: ({ state }) => state, colour: ({ state }) => STATE_COLOURS[state] },
  { title: 'ELAPSED', value: ({ elapsedMs }) => elapsedMs, text: ({ elapsedMs }) => seconds(elapsedMs) },
  {
    title: 'NEXT',
    value: ({ nextMs }) => nextMs ?? '',
    text: ({ nextMs }) => (nextMs === undefined ? '-' : seconds(nextMs)),
  },
  { title: 'STEPS', value: ({ steps }) => steps },
  { title: 'DONE', value: ({ done }) => done },
  { title: 'FAILED', value: ({ failed }) => failed, colour: ({ failed }) => (failed > 0 ? 'red' : undefined) },
  { title: 'STARTED', value: ({ startedAt }) => startedAt, isWide: true },
];

/** One row for each thing that was done. */
export const LOG_COLUMNS: readonly Column<Entry>[] = [
  { title: 'TIME', value: ({ time }) => time },
  { title: 'MONOTONIC-US', value: ({ monotonicUs }) => monotonicUs, isWide: true },
  { title: 'DUE', value: ({ plannedMs }) => plannedMs, text: ({ plannedMs }) => seconds(plannedMs) },
  { title: 'BEGUN', value: ({ beganMs }) => beganMs, text: ({ beganMs }) => seconds(beganMs), isWide: true },
  { title: 'DONE', value: ({ doneMs }) => doneMs, text: ({ doneMs }) => seconds(doneMs) },
  { title: 'STEP', value: ({ step }) => step },
  { title: 'DID', value: ({ did }) => did },
  {
    title: 'RESULT',
    value: ({ changed, error }) => error ?? (changed ? 'changed' : 'as before'),
    colour: ({ error }) => (error === undefined ? undefined : 'red'),
  },
];

const STATE_COLOURS: Readonly<Record<Status['state'], Colour>> = {
  running: 'green',
  paused: 'yellow',
  finished: 'gray',
  stopped: 'gray',
};

/** "2026-01-01T00:00:06.000123Z +1.000123s down core": when it was done, and since the start. */
export function entryLine({ time, doneMs, step, did, error }: Entry): string {
  const name = step === did || did === 'restore' ? '' : ` (${step})`;
  return harmless(`${time} +${seconds(doneMs)} ${did}${name}${error === undefined ? '' : `: ${error}`}`);
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(6)}s`;
}
