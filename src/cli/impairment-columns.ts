// Impairments as rows of tables, and as text for tc. Pure: replies of the API -> cells and lines. Delays are one-way, and
// every place that shows one says so.

import type { LinkImpairments } from '../control/http/impairment-schemas.ts';
import type { LinkStatus } from '../control/http/schemas.ts';
import { DIRECTIONS, type Direction, type ImpairmentSpec } from '../topology/impairment.ts';
import { FORM_KEYS, type ImpairmentForm, readForm } from '../topology/impairment-form.ts';
import type { Preset } from '../topology/impairment-presets.ts';
import { summarizeImpairment, summarizeImpairments } from '../topology/impairment-summary.ts';
import { netemText } from '../topology/netem-text.ts';
import type { Column } from './output.ts';

/** One direction of a link. */
export interface DirectionRow {
  readonly link: string;
  readonly direction: Direction;
  readonly from: string;
  readonly to: string;
  readonly form: ImpairmentForm;
}

const OWN_COLUMNS: readonly string[] = [
  'delay',
  'jitter',
  'loss',
  'loss_gemodel',
  'loss_state',
  'rate',
  'limit',
  'seed',
];

/** The directions of links, one row each; with `isAll` also those without impairments. */
export function directionRows(
  links: readonly LinkImpairments[],
  endsOf: ReadonlyMap<string, readonly string[]>,
  isAll: boolean,
): DirectionRow[] {
  return links.flatMap(({ link, impairments }) => {
    const [a = '', b = ''] = endsOf.get(link) ?? [];
    return DIRECTIONS.flatMap((direction) => {
      const form = impairments[direction] as ImpairmentForm | undefined;
      if (form === undefined && !isAll) return [];
      const [from, to] = direction === 'a-to-b' ? [a, b] : [b, a];
      return [{ link, direction, from, to, form: form ?? {} }];
    });
  });
}

/** Columns for one row per direction. */
export const DIRECTION_COLUMNS: readonly Column<DirectionRow>[] = [
  { title: 'LINK', value: ({ link }) => link },
  { title: 'DIRECTION', value: ({ direction }) => direction },
  { title: 'FROM', value: ({ from }) => from, isWide: true },
  { title: 'TO', value: ({ to }) => to, isWide: true },
  word('ONE-WAY DELAY', ({ delay }) => said(delay)),
  word('JITTER', ({ jitter }) => said(jitter)),
  word('LOSS', ({ loss, loss_gemodel: gemodel, loss_state: state }) =>
    [said(loss), prefixed('gemodel', gemodel), prefixed('state', state)].join(''),
  ),
  word('RATE', ({ rate }) => said(rate)),
  word('LIMIT', ({ limit }) => said(limit)),
  word('OTHER', (form) =>
    FORM_KEYS.filter((key) => !OWN_COLUMNS.includes(key) && form[key] !== undefined)
      .map((key) => (form[key] === true ? key : `${key} ${said(form[key])}`))
      .join(' '),
  ),
  word('SEED', ({ seed }) => said(seed)),
];

/** Columns for one row per preset. */
export const PRESET_COLUMNS: readonly Column<Preset>[] = [
  { title: 'PRESET', value: ({ name }) => name },
  { title: 'A-TO-B (ONE-WAY)', value: (preset) => summarizeImpairment(specOf(preset['a-to-b'])) },
  { title: 'B-TO-A (ONE-WAY)', value: (preset) => summarizeImpairment(specOf(preset['b-to-a'])) },
  { title: 'IS', value: ({ title }) => title },
  { title: 'SOURCE', value: ({ source }) => source, isWide: true },
];

/** Impairments of a link in short. */
export function shortImpairments({ impairments }: Pick<LinkStatus, 'impairments'>): string {
  if (impairments === undefined) return '-';
  const specs = DIRECTIONS.map((direction) => [direction, specOf((impairments[direction] ?? {}) as ImpairmentForm)]);
  return summarizeImpairments(Object.fromEntries(specs));
}

/** One direction in short. */
export function shortDirection(words: Readonly<Record<string, unknown>>): string {
  return summarizeImpairment(specOf(words as ImpairmentForm));
}

/** The commands with which tc would do the same behind each end. */
export function tcLines({ link, direction, from, to, form }: DirectionRow): string[] {
  const { text, missing } = netemText(specOf(form));
  return [
    `# ${link}, ${direction}: one-way, from ${from} to ${to}${form.seed === undefined ? '' : `, seed ${form.seed}`}`,
    `tc qdisc replace dev DEV root ${text}`,
    ...(missing.length === 0 ? [] : [`# netem has no word for: ${missing.join(', ')}`]),
  ];
}

function specOf(form: ImpairmentForm): ImpairmentSpec {
  return readForm(form).spec;
}

function word(title: string, value: (form: ImpairmentForm) => string): Column<DirectionRow> {
  return { title, value: ({ form }) => value(form), text: ({ form }) => value(form) || '-' };
}

function said(value: unknown): string {
  if (value === undefined) return '';
  if (typeof value !== 'object' || value === null) return String(value);
  if ('table' in value) return 'table';
  return Object.entries(value)
    .map(([key, part]) => `${key} ${said(part)}`)
    .join(' ');
}

function prefixed(prefix: string, value: unknown): string {
  return value === undefined ? '' : `${prefix} ${said(value)}`;
}
