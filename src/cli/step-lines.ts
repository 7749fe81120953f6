// The steps of a change, as people and tables say them. Pure. The marks are those of diff(1): + new, - gone, ~ different.

import type { ChangeReply } from '../control/http/schemas.ts';
import type { Colour, Column, Result } from './output.ts';

/** One step of a change. */
export type StepReply = ChangeReply['steps'][number];

const SIDE_WORDS: Readonly<Record<NonNullable<ChangeReply['also']>[number], string>> = {
  name: 'the name of the topology',
  monitors: 'monitors',
  labels: 'labels',
  order: 'the order',
  spelling: 'the spelling of endpoints',
};

/** One step in a line: "~ link west: b vr2/1 -> vr3/1". */
export function describeStep(step: StepReply): string {
  switch (step.action) {
    case 'add':
      return `+ ${step.kind} ${step.link}: ${step.endpoints.join(step.kind === 'link' ? ' -- ' : ' ')}`;
    case 'remove':
      return `- ${step.kind} ${step.link}`;
    case 'rewire':
      return `~ link ${step.link}: ${step.end} ${step.from} -> ${step.to}`;
    case 'join':
      return `~ ${step.link}: + ${step.endpoint}`;
    case 'leave':
      return `~ ${step.link}: - ${step.endpoint}`;
    case 'configure':
      return `~ switch ${step.link}: ${step.changes.join(', ') || 'settings'}`;
    case 'impair':
      return `~ link ${step.link}: impairments ${impairmentText(step)}`;
    case 'up':
    case 'down':
      return `~ ${step.link}: ${step.action}`;
  }
}

// What differs may be too fine for what is said in short: a seed, a limit.
function impairmentText({ from, to, words }: Extract<StepReply, { action: 'impair' }>): string {
  return from === to ? `(${words.join(', ')})` : `${from} -> ${to} (one-way)`;
}

/** The colour of a step. */
export function stepColour({ action }: StepReply): Colour {
  if (action === 'add' || action === 'join' || action === 'up') return 'green';
  return action === 'rewire' || action === 'configure' || action === 'impair' ? 'yellow' : 'red';
}

const STEP_COLUMNS: readonly Column<StepReply>[] = [
  { title: 'ACTION', value: ({ action }) => action, colour: stepColour },
  { title: 'LINK', value: ({ link }) => link },
  { title: 'KIND', value: (step) => ('kind' in step ? step.kind : '') },
  { title: 'END', value: (step) => ('end' in step ? step.end : '') },
  { title: 'FROM', value: (step) => ('from' in step ? step.from : '') },
  { title: 'TO', value: (step) => ('to' in step ? step.to : '') },
  { title: 'ENDPOINTS', value: endpointsOf },
  { title: 'SETTINGS', value: settingsOf, isWide: true },
];

/** A change in all forms. */
export function changeResult(change: ChangeReply): Result<StepReply> {
  const { steps } = change;
  return { document: change, columns: STEP_COLUMNS, rows: steps, names: [...new Set(steps.map(({ link }) => link))] };
}

/** Several changes as one. */
export function mergeChanges(changes: readonly ChangeReply[]): ChangeReply {
  const notes = changes.flatMap((change) => change.notes ?? []);
  const also = [...new Set(changes.flatMap((change) => change.also ?? []))];
  return {
    changed: changes.some(({ changed }) => changed),
    steps: changes.flatMap(({ steps }) => steps),
    ...(also.length === 0 ? {} : { also }),
    ...(notes.length === 0 ? {} : { notes }),
  };
}

/** What is said about a change as a whole. */
export function summarizeChange({ changed, steps, also = [] }: ChangeReply, isDryRun: boolean): string {
  if (!changed) return 'Nothing to change';
  const others = also.length === 0 ? 'details' : listed(also.map((one) => SIDE_WORDS[one]));
  const verb = isDryRun ? 'would change' : 'changed';
  if (steps.length === 0) return `Only ${others} ${verb}`;
  const count = steps.length === 1 ? 'One change' : `${steps.length} changes`;
  const made = isDryRun ? `${count} to be made` : `${count} made`;
  return also.length === 0 ? made : `${made}; ${others} ${verb}, too`;
}

function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function endpointsOf(step: StepReply): string {
  if ('endpoints' in step) return step.endpoints.join(' ');
  return 'endpoint' in step ? step.endpoint : '';
}

function settingsOf(step: StepReply): string {
  if ('changes' in step) return step.changes.join(', ');
  return 'words' in step ? step.words.join(', ') : '';
}
