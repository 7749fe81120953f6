// A drill as a picture: time from left to right, one lane per link and direction, what it carried, the cut and the mending,
// and the last and first frame of each outage. One self-contained SVG 1.1.

import { xmlText } from '../topology/xml-text.ts';
import type { DrillResult, LaneResult, Outage, RunResult, StreamResult } from './result.ts';

const WIDTH = 980;
const LABEL_WIDTH = 250;
const RIGHT_MARGIN = 130;
const LANE_HEIGHT = 26;
const LANE_GAP = 6;
const AXIS_HEIGHT = 22;
const MOST_RUNS = 20;
const MOST_LANES = 60;
const LONGEST_LABEL = 34;

const COLOURS = {
  frames: '#0a7d4f',
  cut: '#b5423c',
  heal: '#4a7fb5',
  outage: '#f6dcda',
  grid: '#dddddd',
  quiet: '#555555',
};

/** Draws a drill; of many runs the first. */
export function drawDrill(drill: DrillResult): string {
  const { link, change, flow, runs } = drill;
  const body: string[] = [];
  let y = 64;
  for (const run of runs.slice(0, MOST_RUNS)) {
    const drawn = drawRun(run, link, y);
    body.push(...drawn.svg);
    y = drawn.bottom + 24;
  }
  const title = `Drill of ${link}: ${change}`;
  const rest = runs.length > MOST_RUNS ? `; the first ${MOST_RUNS} of ${runs.length} runs` : '';
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" ` +
      'font-family="sans-serif" font-size="12">',
    `<title>${xmlText(title)}</title>`,
    `<rect width="${WIDTH}" height="${y}" fill="#ffffff"/>`,
    `<text x="12" y="24" font-size="17" font-weight="bold">${xmlText(title)}</text>`,
    `<text x="12" y="42" font-size="11" fill="${COLOURS.quiet}">${xmlText(`Flow: ${flow}${rest}`)}</text>`,
    ...body,
    '</svg>',
  ].join('\n')}\n`;
}

function drawRun(run: RunResult, link: string, top: number): { svg: string[]; bottom: number } {
  const x = (ms: number): number =>
    LABEL_WIDTH +
    (Math.min(ms, run.durationMs) / Math.max(run.durationMs, 1e-3)) * (WIDTH - RIGHT_MARGIN - LABEL_WIDTH);
  const lanes = run.lanes.slice(0, MOST_LANES);
  const first = top + AXIS_HEIGHT;
  const bottom = first + lanes.length * (LANE_HEIGHT + LANE_GAP);
  const outages = run.streams.flatMap((stream) => outagesOf(stream));
  return {
    bottom,
    svg: [
      `<text x="12" y="${top + 4}" font-weight="bold">${xmlText(`Run ${run.run}, ${run.startedAt}`)}</text>`,
      ...outages.map((outage) => drawOutage(outage, x, run.durationMs, first, bottom)),
      ...ticksOf(run).map((ms) => drawTick(x(ms), ms - run.cut.doneMs, first, bottom)),
      ...lanes.flatMap((lane, i) => drawLane(lane, link, run, x, first + i * (LANE_HEIGHT + LANE_GAP))),
      drawMark(x(run.cut.doneMs), 'cut', COLOURS.cut, first, bottom),
      drawMark(x(run.heal.doneMs), 'healed', COLOURS.heal, first, bottom),
      ...outages.flatMap((outage) => drawEnds(outage, x, bottom)),
      ...['atCut' as const, 'atHeal' as const].map((at) => drawFigure(run.streams, at, x, first)),
    ],
  };
}

function outagesOf({ atCut, atHeal }: StreamResult): Outage[] {
  return [atCut, atHeal].filter((outage) => outage !== null);
}

function drawOutage(
  { stoppedMs, resumedMs }: Outage,
  x: (ms: number) => number,
  durationMs: number,
  top: number,
  bottom: number,
): string {
  const [from, to] = [x(stoppedMs), x(resumedMs ?? durationMs)];
  return `<rect x="${number(from)}" y="${top}" width="${number(Math.max(1, to - from))}" height="${bottom - top}" fill="${COLOURS.outage}"/>`;
}

function drawLane(lane: LaneResult, link: string, run: RunResult, x: (ms: number) => number, y: number): string[] {
  const most = Math.max(1, ...lane.steps);
  const width = (x(run.durationMs) - x(0)) / lane.steps.length;
  const bars = lane.steps.flatMap((frames, i) => {
    if (frames === 0) return [];
    const height = Math.max(1.5, (frames / most) * LANE_HEIGHT);
    return [
      `M${number(x(0) + i * width)} ${number(y + LANE_HEIGHT)}v${number(-height)}h${number(width)}v${number(height)}z`,
    ];
  });
  const weight = lane.link === link ? ' font-weight="bold"' : '';
  const gap = lane.longestGapMs === null ? '' : ` gap ${readable(lane.longestGapMs)}`;
  const label = shorten(`${lane.link} ${lane.direction}`);
  const title = `${lane.link} ${lane.direction}: ${lane.from} > ${lane.to}, ${lane.framesOut} frames`;
  return [
    `<g><title>${xmlText(title)}</title>`,
    `<text x="${LABEL_WIDTH - 10}" y="${y + LANE_HEIGHT / 2 + 4}" text-anchor="end"${weight}>${xmlText(label)}</text>`,
    `<path d="M${x(0)} ${y + LANE_HEIGHT}H${number(x(run.durationMs))}" stroke="${COLOURS.grid}"/>`,
    `<path d="${bars.join('')}" fill="${COLOURS.frames}"/>`,
    `<text x="${WIDTH - RIGHT_MARGIN + 8}" y="${y + LANE_HEIGHT / 2 + 4}" font-size="10">${xmlText(`${lane.framesOut}${gap}`)}</text></g>`,
  ];
}

function drawMark(x: number, text: string, colour: string, top: number, bottom: number): string {
  return (
    `<path d="M${number(x)} ${top - 4}V${bottom}" stroke="${colour}" stroke-width="1.5"/>` +
    `<text x="${number(x + 3)}" y="${bottom + 10}" font-size="10" fill="${colour}">${text}</text>`
  );
}

// Small triangles at the last frame before and the first frame after.
function drawEnds({ stoppedMs, resumedMs }: Outage, x: (ms: number) => number, bottom: number): string[] {
  const mark = (ms: number, title: string): string =>
    `<path d="M${number(x(ms))} ${bottom}l-4 7h8z" fill="#333333"><title>${xmlText(title)}</title></path>`;
  if (resumedMs === null) return [mark(stoppedMs, 'last frame; none came after it')];
  return [mark(stoppedMs, 'last frame'), mark(resumedMs, 'first frame')];
}

// How long it took the slowest stream.
function drawFigure(
  streams: readonly StreamResult[],
  at: 'atCut' | 'atHeal',
  x: (ms: number) => number,
  top: number,
): string {
  const outages = streams.flatMap((stream) => stream[at] ?? []);
  const slowest = outages.toSorted((a, b) => (b.convergenceMs ?? 0) - (a.convergenceMs ?? 0))[0];
  if (slowest === undefined || slowest.resumedMs === null || slowest.convergenceMs === null) return '';
  return (
    `<text x="${number((x(slowest.stoppedMs) + x(slowest.resumedMs)) / 2)}" y="${top - 6}" text-anchor="middle" ` +
    `font-size="11" font-weight="bold" fill="${COLOURS.cut}">${readable(slowest.convergenceMs)}</text>`
  );
}

function drawTick(x: number, ms: number, top: number, bottom: number): string {
  return (
    `<path d="M${number(x)} ${top}V${bottom}" stroke="${COLOURS.grid}" stroke-dasharray="2 3"/>` +
    `<text x="${number(x)}" y="${bottom + 20}" text-anchor="middle" font-size="9" fill="${COLOURS.quiet}">${readable(ms)}</text>`
  );
}

/** Where lines stand: round steps before and after the cut, six to ten of them. */
function ticksOf({ durationMs, cut }: RunResult): number[] {
  const rough = Math.max(durationMs, 1e-3) / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((candidate) => candidate >= rough)!;
  const before = Math.floor(cut.doneMs / step);
  const count = before + Math.max(0, Math.floor((durationMs - cut.doneMs) / step)) + 1;
  return Array.from({ length: count }, (_, i) => cut.doneMs + (i - before) * step);
}

function readable(ms: number): string {
  const size = Math.abs(ms);
  if (size >= 10_000) return `${(ms / 1000).toFixed(1)} s`;
  if (size >= 1000) return `${(ms / 1000).toFixed(2)} s`;
  return `${size >= 100 ? Math.round(ms) : Number(ms.toFixed(1))} ms`;
}

function shorten(label: string): string {
  const characters = [...label];
  return characters.length > LONGEST_LABEL ? `${characters.slice(0, LONGEST_LABEL - 1).join('')}…` : label;
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}
