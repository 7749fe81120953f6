// What is being captured, and what is kept in memory, as rows of a table. Pure: replies of the API -> cells.

import type { ArmedReply, CapturesReply } from '../../control/http/capture-schemas.ts';
import type { Column } from '../output.ts';

/** One capture; the one into memory has no reader. */
export interface CaptureRow {
  /** The number, or "armed". */
  readonly id: string;
  readonly links: readonly string[];
  readonly point: string;
  readonly filter: string;
  /** 0: whole frames. */
  readonly snap: number;
  /** Of one that is read. */
  readonly frames?: number;
  readonly missed?: number;
  /** Of the one into memory. */
  readonly seconds?: number | undefined;
}

/** The columns of "capture show". */
export const CAPTURE_COLUMNS: readonly Column<CaptureRow>[] = [
  { title: 'CAPTURE', value: ({ id }) => id },
  { title: 'LINKS', value: ({ links }) => links.join(' '), text: ({ links }) => links.join(' ') || 'all' },
  { title: 'FRAMES', value: ({ frames = '' }) => frames, text: ({ frames = '-' }) => String(frames) },
  {
    title: 'MISSED',
    value: ({ missed = '' }) => missed,
    text: ({ missed = '-' }) => String(missed),
    colour: ({ missed = 0 }) => (missed > 0 ? 'yellow' : undefined),
  },
  {
    title: 'KEEPS',
    value: ({ seconds = '' }) => seconds,
    text: ({ seconds }) => (seconds === undefined ? '-' : `${seconds} s`),
  },
  { title: 'POINT', value: ({ point }) => point },
  { title: 'SNAP', value: ({ snap }) => snap, text: ({ snap }) => (snap === 0 ? '-' : String(snap)), isWide: true },
  { title: 'FILTER', value: ({ filter }) => filter, text: ({ filter }) => filter || '-' },
];

/** All captures, the one into memory last. */
export function captureRows(captures: CapturesReply['captures'], armed: ArmedReply): CaptureRow[] {
  const rows = captures.map(({ id, ...rest }): CaptureRow => ({ ...rest, id: String(id) }));
  if (!armed.isArmed) return rows;
  const { links = [], point = 'before', filter = '', snap = 0, seconds } = armed;
  return [...rows, { id: 'armed', links, point, filter, snap, seconds }];
}
