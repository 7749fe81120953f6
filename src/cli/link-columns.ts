// Links, hubs, switches and the bridge as rows of tables. Pure: replies of the API -> cells.

import type { FindingReply, LinkStatus, Status } from '../control/http/schemas.ts';
import { portText, readPort } from '../topology/port-words.ts';
import { formatCount, formatDrops, formatDuration, formatMicroseconds } from './format.ts';
import { shortDirection } from './impairment-columns.ts';
import type { Colour, Column, OutputFormat } from './output.ts';

/** One end of a link, hub or switch, with what it is an end of. */
export interface EndRow {
  readonly link: LinkStatus;
  readonly end: LinkStatus['ends'][number];
  /** "a" and "b" of a link; members of a hub or switch have no such name. */
  readonly side: string;
}

/** Up: frames pass. Waiting: they would, were all machines attached. Down: somebody said so. */
export type LinkState = 'up' | 'waiting' | 'down';

/** How a link, hub or switch fares. */
export function stateOf({ isUp, ends }: LinkStatus): LinkState {
  if (!isUp) return 'down';
  return ends.every(({ state }) => state === 'attached') ? 'up' : 'waiting';
}

/** The colour of a state. */
export function stateColour(state: string): Colour | undefined {
  const colours: Readonly<Record<string, Colour>> = { up: 'green', attached: 'green', down: 'red' };
  return colours[state] ?? 'yellow';
}

/** The ends of links, hubs and switches, one row each. */
export function endRows(links: readonly LinkStatus[]): EndRow[] {
  return links.flatMap((link) =>
    link.ends.map((end, index) => ({ link, end, side: link.kind === 'link' ? (['a', 'b'][index] ?? '') : '' })),
  );
}

/** The sum of the drops of an end, or of all ends. */
export function countDrops(drops: Readonly<Partial<Record<string, number>>>): number {
  return Object.values(drops).reduce((sum: number, count) => sum + (count ?? 0), 0);
}

const sum = (link: LinkStatus, of: (end: LinkStatus['ends'][number]) => number): number =>
  link.ends.reduce((total, end) => total + of(end), 0);
const attached = ({ ends }: LinkStatus): number => ends.filter(({ state }) => state === 'attached').length;

/** Columns for one row per link, hub or switch. */
export const LINK_COLUMNS: readonly Column<LinkStatus>[] = [
  { title: 'LINK', value: ({ name }) => name },
  { title: 'KIND', value: ({ kind }) => kind },
  { title: 'STATE', value: stateOf, colour: (link) => stateColour(stateOf(link)) },
  { title: 'ATTACHED', value: (link) => `${attached(link)}/${link.ends.length}` },
  { title: 'ENDPOINTS', value: ({ ends }) => ends.map(({ endpoint }) => endpoint).join(' ') },
  count('FRAMES', (link) => sum(link, ({ rxFrames }) => rxFrames)),
  count('BYTES', (link) => sum(link, ({ rxBytes }) => rxBytes)),
  count('DROPPED', (link) => sum(link, ({ drops }) => countDrops(drops))),
];

const PORT_COLUMN: Column<EndRow> = {
  title: 'PORT',
  value: ({ end }) => portText(readPort(end.port ?? {})),
  text: ({ end }) => portText(readPort(end.port ?? {})) || '-',
};

const IMPAIRED_COLUMN: Column<EndRow> = {
  title: 'SENDS THROUGH (ONE-WAY)',
  value: ({ link, side }) => impairmentOf(link, side),
  text: ({ link, side }) => impairmentOf(link, side) || '-',
};

/** The columns for the ends of these: only some have ports or impairments, but programs get the same columns always. */
export function endColumns(links: readonly LinkStatus[], format: OutputFormat): readonly Column<EndRow>[] {
  const hasPorts = format === 'csv' || links.some(({ kind }) => kind === 'switch');
  const hasImpairments = format === 'csv' || links.some(({ impairments }) => impairments !== undefined);
  return END_COLUMNS.filter(
    (column) => (hasPorts || column !== PORT_COLUMN) && (hasImpairments || column !== IMPAIRED_COLUMN),
  );
}

/** Columns for one row per end. */
const END_COLUMNS: readonly Column<EndRow>[] = [
  { title: 'LINK', value: ({ link }) => link.name },
  { title: 'KIND', value: ({ link }) => link.kind },
  { title: 'STATE', value: ({ link }) => stateOf(link), colour: ({ link }) => stateColour(stateOf(link)) },
  { title: 'END', value: ({ side }) => side },
  { title: 'ENDPOINT', value: ({ end }) => end.endpoint },
  PORT_COLUMN,
  { title: 'IS', value: ({ end }) => end.state, colour: ({ end }) => stateColour(end.state) },
  { title: 'DETAIL', value: ({ end }) => end.detail },
  {
    title: 'CARRIER',
    value: ({ end }) => end.carrier ?? '',
    text: ({ end }) => end.carrier ?? '-',
    colour: ({ end }) => (end.carrier === undefined ? undefined : stateColour(end.carrier)),
  },
  IMPAIRED_COLUMN,
  count('RX-FRAMES', ({ end }) => end.rxFrames),
  count('RX-BYTES', ({ end }) => end.rxBytes),
  count('TX-FRAMES', ({ end }) => end.txFrames),
  count('TX-BYTES', ({ end }) => end.txBytes),
  count('QUEUED', ({ end }) => end.queueFrames, true),
  count('ATTACHES', ({ end }) => end.attaches, true),
  count('PUSHBACKS', ({ end }) => end.pushbacks, true),
  time('P50', ({ end }) => end.latency?.forwardingP50Us),
  time('P99', ({ end }) => end.latency?.forwardingP99Us),
  time('RTT', ({ end }) => end.latency?.rttUs),
  { title: 'DROPPED', value: ({ end }) => formatDrops(end.drops) },
];

function impairmentOf({ impairments }: LinkStatus, side: string): string {
  const words = side === '' ? undefined : impairments?.[side === 'a' ? 'a-to-b' : 'b-to-a'];
  return words === undefined ? '' : shortDirection(words);
}

/** Columns for what is wrong with the wire. */
export const FINDING_COLUMNS: readonly Column<FindingReply>[] = [
  { title: 'FINDING', value: ({ code }) => code, colour: () => 'red' },
  { title: 'LINK', value: ({ link }) => link },
  { title: 'ENDPOINT', value: ({ endpoint = '' }) => endpoint, text: ({ endpoint = '-' }) => endpoint },
  { title: 'SINCE', value: ({ since }) => since, isWide: true },
  { title: 'WHAT', value: ({ text }) => text },
];

/** Columns for the bridge as a whole. */
export const STATUS_COLUMNS: readonly Column<Status>[] = [
  { title: 'NAME', value: ({ name = '' }) => name, text: ({ name = '-' }) => name },
  { title: 'VERSION', value: ({ version }) => version },
  { title: 'PID', value: ({ pid }) => pid },
  {
    title: 'UPTIME',
    value: ({ uptimeSeconds }) => uptimeSeconds,
    text: ({ uptimeSeconds }) => formatDuration(uptimeSeconds),
  },
  { title: 'LINKS', value: ({ segments }) => segments.filter(({ kind }) => kind === 'link').length },
  { title: 'HUBS', value: ({ segments }) => segments.filter(({ kind }) => kind === 'hub').length },
  { title: 'SWITCHES', value: ({ segments }) => segments.filter(({ kind }) => kind === 'switch').length },
  { title: 'ENDPOINTS', value: ({ segments }) => segments.reduce((total, { ends }) => total + ends.length, 0) },
  {
    title: 'WAITING',
    value: ({ waiting }) => waiting.length,
    colour: ({ waiting }) => (waiting.length === 0 ? 'green' : 'yellow'),
  },
  {
    title: 'FINDINGS',
    value: ({ findings = [] }) => findings.length,
    colour: ({ findings = [] }) => (findings.length === 0 ? 'green' : 'red'),
  },
  { title: 'WORKERS', value: ({ workers }) => workers, isWide: true },
  { title: 'STARTED', value: ({ startedAt }) => startedAt, isWide: true },
];

function count<T>(title: string, value: (row: T) => number, isWide = false): Column<T> {
  return { title, value, text: (row) => formatCount(value(row)), isWide };
}

// Programs get microseconds.
function time<T>(title: string, us: (row: T) => number | undefined): Column<T> {
  return { title, value: (row) => us(row) ?? '', text: (row) => formatMicroseconds(us(row)), isWide: true };
}
