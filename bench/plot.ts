// The plot: one SVG that a person reads at a glance. Left out of it is everything that the table says better. Top panel:
// latency, a bar to the median and a whisker to the 99th percentile, on a logarithmic axis because the relays lie three
// orders of magnitude apart. Lower panel: flood throughput, linear from zero.
import type { BenchCase } from './cases/case.ts';
import type { CaseResult } from './metrics.ts';
import { formatMicroseconds } from './report.ts';

const COLOURS: Readonly<Record<string, string>> = {
  floor: '#8a8f98',
  tcpbridge: '#0a7d4f',
  socat: '#c9a227',
  'node-relay': '#4a7fb5',
  ancestor: '#b5423c',
};
const OTHER_COLOUR = '#7a5195';
const WIDTH = 980;
const LABEL_WIDTH = 300;
const RIGHT_MARGIN = 130;
const BAR_HEIGHT = 13;
const GROUP_GAP = 12;
const AXIS_HEIGHT = 26;

interface Panel {
  readonly title: string;
  readonly cases: readonly BenchCase[];
  readonly ticks: readonly number[];
  /** Where a value lies between 0 and 1. */
  place(value: number): number;
  /** The end of the bar, the end of the whisker if any, and what is written beside. */
  bar(result: CaseResult): { value: number; whisker?: number; text: string } | undefined;
  tick(value: number): string;
}

const escapeXml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');

function latencyPanel(cases: readonly BenchCase[], results: readonly CaseResult[]): Panel {
  const values = results.flatMap(({ measurement: m }) => [m.p50Us, m.p99Us]).filter((value) => value !== undefined);
  const low = Math.floor(Math.log10(Math.min(10, ...values)));
  const high = Math.ceil(Math.log10(Math.max(1000, ...values)));
  return {
    title: 'Latency: bar to the median, whisker to the 99th percentile (logarithmic, shorter is better)',
    cases,
    ticks: Array.from({ length: high - low + 1 }, (_, i) => 10 ** (low + i)),
    place: (value) => (Math.log10(Math.max(value, 10 ** low)) - low) / (high - low),
    bar: ({ measurement: m }) =>
      m.p50Us === undefined
        ? undefined
        : {
            value: m.p50Us,
            whisker: m.p99Us ?? m.p50Us,
            text: `${formatMicroseconds(m.p50Us)} / ${formatMicroseconds(m.p99Us)}`,
          },
    tick: (value) => (value < 1000 ? `${value} us` : value < 1e6 ? `${value / 1000} ms` : `${value / 1e6} s`),
  };
}

function throughputPanel(cases: readonly BenchCase[], results: readonly CaseResult[]): Panel {
  const highest = Math.ceil(Math.max(1, ...results.map(({ measurement: m }) => m.gigabitsPerSecond ?? 0)));
  return {
    title: 'Flood throughput in Gbit/s (longer is better)',
    cases,
    ticks: Array.from({ length: highest + 1 }, (_, i) => i),
    place: (value) => value / highest,
    bar: ({ measurement: m }) =>
      m.gigabitsPerSecond === undefined
        ? undefined
        : { value: m.gigabitsPerSecond, text: `${m.gigabitsPerSecond.toFixed(2)} Gbit/s` },
    tick: String,
  };
}

function drawPanel(panel: Panel, results: readonly CaseResult[], top: number): { svg: string[]; bottom: number } {
  const left = LABEL_WIDTH;
  const x = (value: number): number => left + panel.place(value) * (WIDTH - RIGHT_MARGIN - left);
  const bars: string[] = [];
  let y = top + AXIS_HEIGHT;
  for (const benchCase of panel.cases) {
    const drawn = results.filter((result) => result.caseName === benchCase.name);
    const height = drawn.length * BAR_HEIGHT;
    if (height === 0) continue;
    const middle = y + height / 2 + 4;
    bars.push(`<text x="${left - 10}" y="${middle}" text-anchor="end">${escapeXml(benchCase.title)}</text>`);
    for (const result of drawn) {
      const colour = COLOURS[result.relay] ?? OTHER_COLOUR;
      const bar = result.error === undefined ? panel.bar(result) : undefined;
      const end = bar ? x(bar.whisker ?? bar.value) : left;
      if (bar) {
        bars.push(
          `<rect x="${left}" y="${y + 1}" width="${Math.max(1, x(bar.value) - left).toFixed(1)}" height="${BAR_HEIGHT - 2}" fill="${colour}"/>`,
        );
        if (bar.whisker !== undefined) {
          const centre = y + BAR_HEIGHT / 2;
          bars.push(
            `<path d="M${x(bar.value).toFixed(1)} ${centre}H${end.toFixed(1)}m0 -4v8" stroke="${colour}" fill="none"/>`,
          );
        }
      }
      const text = bar?.text ?? 'failed';
      const weight = result.relay === 'tcpbridge' ? ' font-weight="bold"' : '';
      bars.push(`<text x="${(end + 6).toFixed(1)}" y="${y + 10}" font-size="10"${weight}>${escapeXml(text)}</text>`);
      y += BAR_HEIGHT;
    }
    y += GROUP_GAP;
  }
  const grid = panel.ticks.flatMap((value) => [
    `<path d="M${x(value).toFixed(1)} ${top + AXIS_HEIGHT - 6}V${y - GROUP_GAP / 2}" stroke="#ddd"/>`,
    `<text x="${x(value).toFixed(1)}" y="${top + AXIS_HEIGHT - 10}" text-anchor="middle" font-size="10" fill="#555">${panel.tick(value)}</text>`,
  ]);
  const title = `<text x="12" y="${top}" font-size="14" font-weight="bold">${escapeXml(panel.title)}</text>`;
  return { svg: [title, ...grid, ...bars], bottom: y };
}

function drawLegend(relays: readonly string[], y: number): string[] {
  return relays.flatMap((relay, index) => {
    const x = 12 + index * 120;
    return [
      `<rect x="${x}" y="${y - 10}" width="12" height="12" fill="${COLOURS[relay] ?? OTHER_COLOUR}"/>`,
      `<text x="${x + 18}" y="${y}">${escapeXml(relay)}</text>`,
    ];
  });
}

/** Draws the results as a complete SVG document. */
export function drawPlot(subtitle: string, cases: readonly BenchCase[], results: readonly CaseResult[]): string {
  const shown = (kind: BenchCase['plot']): BenchCase[] => cases.filter((benchCase) => benchCase.plot === kind);
  const of = (chosen: readonly BenchCase[]): CaseResult[] => {
    return results.filter((result) => chosen.some((benchCase) => benchCase.name === result.caseName));
  };
  const latency = shown('latency');
  const throughput = shown('throughput');
  const body = [
    '<text x="12" y="24" font-size="17" font-weight="bold">tcpbridge beside other relays</text>',
    `<text x="12" y="42" font-size="11" fill="#555">${escapeXml(subtitle)}</text>`,
    ...drawLegend([...new Set(results.map((result) => result.relay))], 66),
  ];
  let y = 98;
  for (const panel of [latencyPanel(latency, of(latency)), throughputPanel(throughput, of(throughput))]) {
    if (of(panel.cases).length === 0) continue;
    const drawn = drawPanel(panel, results, y);
    body.push(...drawn.svg);
    y = drawn.bottom + 24;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${y}" viewBox="0 0 ${WIDTH} ${y}" font-family="sans-serif" font-size="12">`,
    '<title>tcpbridge beside other relays: latency and throughput per case</title>',
    `<rect width="${WIDTH}" height="${y}" fill="#fff"/>`,
    ...body,
    '</svg>',
    '',
  ].join('\n');
}
