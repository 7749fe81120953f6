// What a drill found out as rows of tables. Pure: replies of the API -> cells.

import type { DrillResult, LaneResult, LossPlace, Outage, RunResult, StreamResult } from '../drill/result.ts';
import { formatDrops } from './format.ts';
import type { Column } from './output.ts';

/** A stream at the cut or at the mending of a link. */
export interface OutageRow {
  readonly run: RunResult;
  readonly stream: StreamResult;
  readonly at: 'cut' | 'heal';
  readonly outage: Outage | null;
}

/** A lane of a run. */
export interface LaneRow {
  readonly run: RunResult;
  readonly lane: LaneResult;
}

/** One row for each stream at the cut, and one at the mending where somebody noticed. */
export function outageRows({ runs }: Pick<DrillResult, 'runs'>): OutageRow[] {
  return runs.flatMap((run) =>
    run.streams.flatMap((stream): OutageRow[] => {
      const atCut: OutageRow = { run, stream, at: 'cut', outage: stream.atCut };
      return stream.atHeal === null ? [atCut] : [atCut, { run, stream, at: 'heal', outage: stream.atHeal }];
    }),
  );
}

/** One row for each lane of each run. */
export function laneRows({ runs }: Pick<DrillResult, 'runs'>): LaneRow[] {
  return runs.flatMap((run) => run.lanes.map((lane) => ({ run, lane })));
}

/** The figures. */
export const OUTAGE_COLUMNS: readonly Column<OutageRow>[] = [
  { title: 'RUN', value: ({ run }) => run.run },
  { title: 'AT', value: ({ at }) => at },
  { title: 'STREAM', value: ({ stream }) => stream.stream },
  time('STOPPED', ({ outage }) => outage?.stoppedMs),
  time('RESUMED', ({ outage }) => outage?.resumedMs ?? undefined),
  {
    title: 'CONVERGENCE',
    value: ({ outage }) => (outage === null ? 0 : (outage.convergenceMs ?? '')),
    text: ({ outage, run }) =>
      outage === null ? 'not noticed' : spanText(outage.convergenceMs) || (run.endedEarly ? 'not yet' : 'never'),
    colour: ({ outage }) => (outage === null ? 'green' : outage.convergenceMs === null ? 'red' : 'yellow'),
  },
  { title: 'LOST', value: ({ outage, stream, at }) => outage?.lost ?? (at === 'cut' ? stream.lost.during : 0) },
  {
    title: 'MISSING',
    value: ({ outage }) => outage?.missingSequence ?? '',
    text: ({ outage }) => String(outage?.missingSequence ?? '-'),
    isWide: true,
  },
  { title: 'USUAL-GAP', value: ({ stream }) => stream.usualGapMs, text: ({ stream }) => spanText(stream.usualGapMs) },
  { title: 'PATH-BEFORE', value: ({ outage, stream }) => (outage?.pathBefore ?? stream.path).join(' ') },
  {
    title: 'PATH-AFTER',
    value: ({ outage, stream }) => (outage === null ? stream.path : (outage.pathAfter ?? [])).join(' '),
    text: ({ outage, stream }) => (outage === null ? stream.path : (outage.pathAfter ?? ['-'])).join(' '),
  },
];

/** What the links carried. */
export const LANE_COLUMNS: readonly Column<LaneRow>[] = [
  { title: 'RUN', value: ({ run }) => run.run },
  { title: 'LINK', value: ({ lane }) => lane.link },
  { title: 'DIRECTION', value: ({ lane }) => lane.direction },
  { title: 'IN', value: ({ lane }) => lane.framesIn },
  { title: 'OUT', value: ({ lane }) => lane.framesOut },
  {
    title: 'DROPPED',
    value: ({ lane }) => formatDrops(lane.drops),
    colour: ({ lane }) => (Object.keys(lane.drops).length === 0 ? undefined : 'yellow'),
  },
  time('FIRST', ({ lane }) => lane.firstMs),
  time('LAST', ({ lane }) => lane.lastMs),
  {
    title: 'LONGEST-GAP',
    value: ({ lane }) => lane.longestGapMs ?? '',
    text: ({ lane }) => spanText(lane.longestGapMs) || '-',
  },
  time('GAP-BEGAN', ({ lane }) => lane.longestGapAtMs ?? undefined),
];

/** "main a-to-b: 12 link_down": where frames were lost. */
export function lossLines({ runs }: Pick<DrillResult, 'runs'>): string[] {
  return runs.flatMap(({ run, streams }) =>
    streams
      .filter(({ lostAt }) => lostAt.length > 0)
      .map(({ stream, lostAt }) => `Run ${run}, ${stream}: lost ${lostAt.map(placeText).join(', ')}`),
  );
}

/** Where frames of a stream that never came back were handed to a machine that kept them: it may have arrived there. */
export function hintLines({ runs }: Pick<DrillResult, 'runs'>): string[] {
  return runs.flatMap(({ run, streams }) =>
    streams.flatMap(({ stream, path, lostAt, atCut, atHeal }) => {
      if (atCut?.resumedMs !== null && atHeal?.resumedMs !== null) return [];
      const known = path.slice(-1);
      const others = lostAt
        .filter(({ why, link }) => why === 'machine' && !path.includes(link))
        .map(({ link }) => link);
      if (others.length === 0) return [];
      const links = [...new Set(others)].join(' ');
      return [
        `Run ${run}, ${stream}: frames came out on ${links}; if that is where the flow goes, say --to ${known.concat(links).join(' ')}`,
      ];
    }),
  );
}

/** Who else changed the link. */
export function otherLines({ runs, link }: Pick<DrillResult, 'runs' | 'link'>): string[] {
  return runs.flatMap(({ run, changedByOthers }) =>
    changedByOthers === undefined
      ? []
      : [`Run ${run}: ${link} was changed by somebody else at ${changedByOthers}; that was left as it is`],
  );
}

/** One sentence about all runs. */
export function summaryLine(drill: DrillResult): string {
  const { link, change, summary, state } = drill;
  const { runs, interrupted, neverResumed, convergenceMs, lost, isCertain } = summary;
  const figures = convergenceMs === null ? [] : [figureText(runs, convergenceMs)];
  const isStopped = state === 'stopped';
  if (isStopped && runs === 0) return `${link}, ${change}: interrupted before anything was measured`;
  const isDoubtful = isStopped || hintLines(drill).length > 0;
  const never =
    neverResumed === 0
      ? []
      : [
          `${runs === 1 ? 'the flow' : `in ${neverResumed} runs it`} ${isDoubtful ? 'was not seen to resume' : 'never resumed'}`,
        ];
  const none = interrupted === 0 ? ['nobody noticed'] : [];
  const doubt = isCertain ? [] : ['uncertain, because frames of the flow were not seen'];
  const stopped = isStopped ? ['interrupted'] : [];
  return `${link}, ${change}: ${[...stopped, ...none, ...(none.length > 0 ? [] : figures), ...never, `${lost} lost`, ...doubt].join(', ')}`;
}

function figureText(
  runs: number,
  { least, median, most }: NonNullable<DrillResult['summary']['convergenceMs']>,
): string {
  if (runs === 1) return `converged in ${spanText(most)}`;
  return `converged in ${spanText(median)} (median of ${runs}; ${spanText(least)} to ${spanText(most)})`;
}

function placeText({ link, direction, why, to, frames }: LossPlace): string {
  if (why === 'machine') return `${frames} behind ${to}`;
  return `${frames} on ${link} ${direction}${why === 'link' ? '' : ` (${why})`}`;
}

// For people relative to the cut, which is what they think of; for programs since the run began.
function time<T extends { readonly run: RunResult }>(title: string, ms: (row: T) => number | undefined): Column<T> {
  return {
    title,
    value: (row) => ms(row) ?? '',
    text: (row) => {
      const value = ms(row);
      if (value === undefined) return '-';
      const relative = value - row.run.cut.doneMs;
      return `${relative < 0 ? '-' : '+'}${spanText(Math.abs(relative))}`;
    },
  };
}

function spanText(ms: number | null): string {
  return ms === null ? '' : `${ms.toFixed(1)}ms`;
}
