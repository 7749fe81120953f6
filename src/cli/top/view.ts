// What "tcpbridge top" shows, as lines of a given width. Pure: the screen writes them.

import { styleText } from 'node:util';
import type { Status } from '../../control/http/schemas.ts';
import { countKinds, formatBitRate, formatCount, formatDuration, formatKinds, formatMicroseconds } from '../format.ts';
import { stateColour } from '../link-columns.ts';
import { harmless } from '../output.ts';
import type { SortKey, TopRow } from './rows.ts';

/** What is shown, and how. */
export interface TopView {
  readonly status: Status;
  readonly rows: readonly TopRow[];
  readonly sort: SortKey;
  readonly isReversed: boolean;
  /** The first row that is shown. */
  readonly offset: number;
  /** Whether the bridge is being waited for. */
  readonly isAway: boolean;
}

/** The size of a screen, and whether it has colours. */
export interface ScreenForm {
  readonly columns: number;
  readonly rows: number;
  readonly hasColour: boolean;
}

const HEADER_LINES = 4;
const FOOTER_LINES = 1;
const MIN_NAME_WIDTH = 12;
const KEYS = 'q quit  r rate  f frames  d drops  l latency  t rtt  n name  s state  v reverse';

interface ViewColumn {
  readonly title: string;
  readonly width: number;
  readonly sort?: SortKey;
  readonly cell: (row: TopRow) => string;
}

const A_SENDS: ViewColumn = {
  title: 'A SENDS',
  width: 11,
  sort: 'rate',
  cell: ({ aBits }) => formatBitRate(aBits / 8),
};
const B_SENDS: ViewColumn = {
  title: 'B SENDS',
  width: 11,
  cell: ({ kind, bBits }) => (kind === 'link' ? formatBitRate(bBits / 8) : '-'),
};
const DROPS: ViewColumn = {
  title: 'DROPS/S',
  width: 8,
  sort: 'drops',
  cell: ({ drops }) => formatCount(Math.round(drops)),
};
const P99: ViewColumn = { title: 'P99', width: 7, sort: 'latency', cell: ({ p99Us }) => formatMicroseconds(p99Us) };
const RTT: ViewColumn = { title: 'RTT', width: 7, sort: 'rtt', cell: ({ rttUs }) => formatMicroseconds(rttUs) };

/** All that there is, for screens that have room. */
const WIDE: readonly ViewColumn[] = [
  A_SENDS,
  frames('frames', ({ aFrames }) => aFrames),
  B_SENDS,
  frames(undefined, ({ kind, bFrames }) => (kind === 'link' ? bFrames : undefined)),
  DROPS,
  { title: 'DROPPED', width: 8, cell: ({ dropped }) => formatCount(dropped) },
  { title: 'P50', width: 7, cell: ({ p50Us }) => formatMicroseconds(p50Us) },
  P99,
  RTT,
];
/** What fits into 80 columns. */
const NARROW: readonly ViewColumn[] = [
  A_SENDS,
  B_SENDS,
  frames('frames', ({ aFrames, bFrames }) => aFrames + bFrames),
  DROPS,
  P99,
  RTT,
];
const WIDE_FROM = 108;
const STATE_WIDTH = 8;

function frames(sort: SortKey | undefined, value: (row: TopRow) => number | undefined): ViewColumn {
  const cell = (row: TopRow): string => {
    const count = value(row);
    return count === undefined ? '-' : formatCount(Math.round(count));
  };
  return { title: 'FRAMES/S', width: 9, ...(sort && { sort }), cell };
}

/** How many rows fit. */
export function visibleRows({ rows }: ScreenForm): number {
  return Math.max(1, rows - HEADER_LINES - FOOTER_LINES);
}

/** The lines of the screen, as many as it has. */
export function topLines(view: TopView, form: ScreenForm): string[] {
  const { rows, offset } = view;
  const height = visibleRows(form);
  const shown = rows.slice(offset, offset + height);
  const numbers = form.columns < WIDE_FROM ? NARROW : WIDE;
  const numbersWidth = numbers.reduce((total, { width }) => total + width + 1, 0);
  const longest = Math.max(MIN_NAME_WIDTH, ...rows.map(({ name }) => name.length));
  const nameWidth = Math.max(MIN_NAME_WIDTH, Math.min(longest, form.columns - numbersWidth - STATE_WIDTH - 1));
  const lines = [
    ...headerLines(view),
    '',
    titleLine(view, nameWidth, numbers),
    ...shown.map((row) => rowLine(row, nameWidth, numbers)),
    ...Array.from({ length: Math.max(0, height - shown.length) }, () => ''),
    rows.length > height ? `${offset + 1}-${offset + shown.length} of ${rows.length}  ${KEYS}` : KEYS,
  ];
  return lines.slice(0, form.rows).map((line, index) => paint(cut(harmless(line), form.columns), index, shown, form));
}

function headerLines({ status, rows, isAway }: TopView): string[] {
  const { name, version, uptimeSeconds, segments, waiting, findings = [] } = status;
  const sum = (of: (row: TopRow) => number) => rows.reduce((total, row) => total + of(row), 0);
  const ends = segments.reduce((total, segment) => total + segment.ends.length, 0);
  const title = `tcpbridge ${version}${name === undefined ? '' : `, ${name}`}, up ${formatDuration(uptimeSeconds)}`;
  const counts = `${formatKinds(countKinds(segments))}, ${waiting.length} of ${ends} endpoints waiting`;
  const rates =
    `${formatBitRate(sum(({ aBits, bBits }) => aBits + bBits) / 8)}, ` +
    `${formatCount(Math.round(sum(({ aFrames, bFrames }) => aFrames + bFrames)))} frames/s, ` +
    `${formatCount(Math.round(sum(({ drops }) => drops)))} drops/s` +
    (findings.length === 0 ? '' : `; ${findings.length} found by "tcpbridge lint"`);
  return [`${title}: ${counts}`, isAway ? 'tcpbridge is gone; waiting for it to come back' : rates];
}

function titleLine({ sort, isReversed }: TopView, nameWidth: number, columns: readonly ViewColumn[]): string {
  const mark = (title: string, by: SortKey | undefined) => (by === sort ? `${isReversed ? '^' : 'v'}${title}` : title);
  const numbers = columns.map((column) => mark(column.title, column.sort).padStart(column.width));
  return [mark('LINK', 'name').padEnd(nameWidth), mark('STATE', 'state').padEnd(STATE_WIDTH), ...numbers].join(' ');
}

function rowLine(row: TopRow, nameWidth: number, columns: readonly ViewColumn[]): string {
  const numbers = columns.map(({ width, cell }) => cell(row).padStart(width)).join(' ');
  // What is done to the frames stands behind the numbers, where a narrow screen may end before it.
  const state = row.impaired === '' ? row.state : `${row.state}*`;
  const line = `${cut(row.name, nameWidth).padEnd(nameWidth)} ${state.padEnd(STATE_WIDTH)} ${numbers}`;
  return [line, row.impaired, row.waiting].filter((part) => part !== '').join('  ');
}

function paint(line: string, index: number, shown: readonly TopRow[], { hasColour, rows }: ScreenForm): string {
  if (!hasColour) return line;
  if (index === HEADER_LINES - 1) return styleText('inverse', line, { validateStream: false });
  if (index === 0 || index === rows - 1) return styleText('bold', line, { validateStream: false });
  const row = shown[index - HEADER_LINES];
  const colour = row === undefined || row.state === 'up' ? undefined : stateColour(row.state);
  return colour === undefined ? line : styleText(colour, line, { validateStream: false });
}

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, Math.max(0, width - 1)).join('')}…` : text;
}
