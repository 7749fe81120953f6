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
const MIN_REMARK_WIDTH = 16;
const REMARK_INDENT = '  ';
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

/** How many lines there are for rows. */
export function visibleLines({ rows }: Pick<ScreenForm, 'rows'>): number {
  return Math.max(1, rows - HEADER_LINES - FOOTER_LINES);
}

/** The first row that is shown when the last one is at the bottom. */
export function lastOffset(rows: readonly TopRow[], form: ScreenForm): number {
  const table = makeTable(rows, form);
  let left = visibleLines(form);
  let offset = rows.length;
  while (offset > 0) {
    left -= rowLines(rows[offset - 1]!, table).length;
    if (left < 0) break;
    offset--;
  }
  return Math.min(offset, Math.max(0, rows.length - 1));
}

/** How the table lies on the screen. */
interface Table {
  readonly columns: number;
  readonly nameWidth: number;
  readonly numbers: readonly ViewColumn[];
}

/** The lines of the screen, as many as it has. */
export function topLines(view: TopView, form: ScreenForm): string[] {
  const { rows, offset } = view;
  const height = visibleLines(form);
  const table = makeTable(rows, form);
  const shown: TopRow[] = [];
  const body: { readonly text: string; readonly row?: TopRow }[] = [];
  for (const row of rows.slice(offset)) {
    const texts = rowLines(row, table);
    if (shown.length > 0 && body.length + texts.length > height) break;
    shown.push(row);
    body.push(...texts.map((text) => ({ text, row })));
  }
  body.length = Math.min(body.length, height);
  while (body.length < height) body.push({ text: '' });
  const lines: typeof body = [
    ...[...headerLines(view), '', titleLine(view, table)].map((text) => ({ text })),
    ...body,
    { text: shown.length < rows.length ? `${offset + 1}-${offset + shown.length} of ${rows.length}  ${KEYS}` : KEYS },
  ];
  return lines
    .slice(0, form.rows)
    .map(({ text, row }, index) => paint(cut(harmless(text), form.columns), index, row, form));
}

function makeTable(rows: readonly TopRow[], { columns }: ScreenForm): Table {
  const numbers = columns < WIDE_FROM ? NARROW : WIDE;
  const numbersWidth = numbers.reduce((total, { width }) => total + width + 1, 0);
  const longest = Math.max(MIN_NAME_WIDTH, ...rows.map(({ name }) => name.length));
  const nameWidth = Math.max(MIN_NAME_WIDTH, Math.min(longest, columns - numbersWidth - STATE_WIDTH - 1));
  return { columns, nameWidth, numbers };
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

function titleLine({ sort, isReversed }: TopView, { nameWidth, numbers }: Table): string {
  const mark = (title: string, by: SortKey | undefined) => (by === sort ? `${isReversed ? '^' : 'v'}${title}` : title);
  const titles = numbers.map((column) => mark(column.title, column.sort).padStart(column.width));
  return [mark('LINK', 'name').padEnd(nameWidth), mark('STATE', 'state').padEnd(STATE_WIDTH), ...titles].join(' ');
}

/** The line of a link; what is done to its frames gets a second one where the first has no room for it. */
function rowLines(row: TopRow, { columns, nameWidth, numbers }: Table): string[] {
  const cells = numbers.map(({ width, cell }) => cell(row).padStart(width)).join(' ');
  const line = `${cut(row.name, nameWidth).padEnd(nameWidth)} ${row.state.padEnd(STATE_WIDTH)} ${cells}`;
  const remark = [row.impaired, row.waiting].filter((part) => part !== '').join('  ');
  if (remark === '') return [line];
  const room = columns - line.length - REMARK_INDENT.length;
  if (remark.length <= room || (row.impaired === '' && room >= MIN_REMARK_WIDTH)) {
    return [`${line}${REMARK_INDENT}${remark}`];
  }
  return row.impaired === '' ? [line] : [line, `${REMARK_INDENT}${remark}`];
}

function paint(line: string, index: number, row: TopRow | undefined, { hasColour, rows }: ScreenForm): string {
  if (!hasColour) return line;
  if (index === HEADER_LINES - 1) return styleText('inverse', line, { validateStream: false });
  if (index === 0 || index === rows - 1) return styleText('bold', line, { validateStream: false });
  const colour = row === undefined || row.state === 'up' ? undefined : stateColour(row.state);
  return colour === undefined ? line : styleText(colour, line, { validateStream: false });
}

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length > width ? `${characters.slice(0, Math.max(0, width - 1)).join('')}…` : text;
}
