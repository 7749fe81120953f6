// A graph with places -> SVG 1.1, one self-contained file: no script, no style sheet, no font to load.

import type { Point } from './graph-layout.ts';
import type { Graph, GraphEdge, GraphNode } from './graph-model.ts';
import { xmlText } from './xml-text.ts';

interface Box {
  readonly width: number;
  readonly height: number;
}

const MARGIN = 40;
const CHARACTER_WIDTH = 7.3;
const MAX_LABEL_LENGTH = 28;
// How far parallel cables bend apart, and how far from a node the number of an interface stands.
const BEND = 26;
const LABEL_DISTANCE = 14;

const FILLS = { host: '#e8f0fe', hub: '#fff3d6', switch: '#e3f4e3', other: '#f1f3f4' } as const;

/** Draws a graph. */
export function drawSvg(graph: Graph, points: readonly Point[]): string {
  const boxes = graph.nodes.map(boxOf);
  const left = points.reduce((least, { x }, i) => Math.min(least, x - boxes[i]!.width / 2), 0) - MARGIN;
  const right = points.reduce((most, { x }, i) => Math.max(most, x + boxes[i]!.width / 2), 0) + MARGIN;
  const top = points.reduce((least, { y }) => Math.min(least, y), 0) - MARGIN;
  const bottom = points.reduce((most, { y }) => Math.max(most, y), 0) + MARGIN;
  const [width, height] = [Math.ceil(right - left), Math.ceil(bottom - top)];
  const title = graph.name ?? 'tcpbridge topology';
  return `${[
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ` +
      `viewBox="${number(left)} ${number(top)} ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<title>${xmlText(title)}</title>`,
    `<rect x="${number(left)}" y="${number(top)}" width="${width}" height="${height}" fill="#ffffff"/>`,
    ...drawEdges(graph, points, boxes),
    ...graph.nodes.map((node, i) => drawNode(node, points[i]!, boxes[i]!)),
    '</svg>',
  ].join('\n')}\n`;
}

function drawNode({ kind, label }: GraphNode, { x, y }: Point, { width, height }: Box): string {
  const corner = kind === 'host' ? 5 : kind === 'switch' ? 0 : height / 2;
  return (
    `<g><title>${xmlText(label)}</title>` +
    `<rect x="${number(x - width / 2)}" y="${number(y - height / 2)}" width="${number(width)}" height="${height}" ` +
    `rx="${corner}" fill="${FILLS[kind]}" stroke="#5f6368"/>` +
    `<text x="${x}" y="${y + 4}" text-anchor="middle">${xmlText(shorten(label))}</text></g>`
  );
}

// Cables between the same two nodes fan out: the first is straight if their number is odd.
function drawEdges({ edges }: Graph, points: readonly Point[], boxes: readonly Box[]): string[] {
  const lines: string[] = [];
  for (const parallel of groupByPair(edges).values()) {
    for (const [i, edge] of parallel.entries()) {
      const [low, high] = edge.a.node <= edge.b.node ? [edge.a, edge.b] : [edge.b, edge.a];
      const bend = (i - (parallel.length - 1) / 2) * BEND;
      const [from, to] = [points[low.node]!, points[high.node]!];
      if (low.node === high.node) lines.push(drawLoop(edge, from, boxes[low.node]!, i));
      else
        lines.push(drawCable(edge, [from, to], [boxes[low.node]!, boxes[high.node]!], [low.label, high.label], bend));
    }
  }
  return lines;
}

function groupByPair(edges: readonly GraphEdge[]): Map<string, GraphEdge[]> {
  const pairs = new Map<string, GraphEdge[]>();
  for (const edge of edges) {
    const key = [edge.a.node, edge.b.node].toSorted((a, b) => a - b).join(' ');
    const known = pairs.get(key);
    if (known === undefined) pairs.set(key, [edge]);
    else known.push(edge);
  }
  return pairs;
}

function drawCable(
  edge: GraphEdge,
  [from, to]: readonly [Point, Point],
  boxes: readonly [Box, Box],
  labels: readonly [string, string],
  bend: number,
): string {
  const length = Math.hypot(to.x - from.x, to.y - from.y) || 1;
  // The control point of a quadratic curve lies twice as far out as the curve goes.
  const control = {
    x: (from.x + to.x) / 2 - ((to.y - from.y) / length) * bend * 2,
    y: (from.y + to.y) / 2 + ((to.x - from.x) / length) * bend * 2,
  };
  const path = `M${from.x} ${from.y}Q${number(control.x)} ${number(control.y)} ${to.x} ${to.y}`;
  const ends = [beside(from, control, boxes[0]), beside(to, control, boxes[1])];
  return `<g><title>${xmlText(edge.name)}</title>${stroke(path, edge)}${ends
    .map((place, i) => drawLabel(labels[i]!, place))
    .join('')}</g>`;
}

// A cable from a machine to itself: an arc above its box.
function drawLoop(edge: GraphEdge, { x, y }: Point, { height, width }: Box, i: number): string {
  const [reach, up] = [Math.min(width / 2, 20) + 8 * i, y - height / 2];
  const path = `M${number(x - reach)} ${up}C${number(x - reach)} ${up - 30} ${number(x + reach)} ${up - 30} ${number(x + reach)} ${up}`;
  const labels = [
    drawLabel(edge.a.label, { x: x - reach - 8, y: up - 6 }),
    drawLabel(edge.b.label, { x: x + reach + 8, y: up - 6 }),
  ];
  return `<g><title>${xmlText(edge.name)}</title>${stroke(path, edge)}${labels.join('')}</g>`;
}

function stroke(path: string, { isUp }: GraphEdge): string {
  return `<path d="${path}" fill="none" stroke="${isUp ? '#5f6368' : '#b0b4b8'}"${isUp ? '' : ' stroke-dasharray="5 4"'}/>`;
}

function drawLabel(label: string, { x, y }: Point): string {
  if (label === '') return '';
  // The white border keeps a number readable where cables cross it.
  return (
    `<text x="${number(x)}" y="${number(y + 4)}" text-anchor="middle" font-size="10" fill="#1a73e8" ` +
    `stroke="#ffffff" stroke-width="3" paint-order="stroke">${xmlText(label)}</text>`
  );
}

// Just outside the box of a node, on the way to `towards`.
function beside(node: Point, towards: Point, { width, height }: Box): Point {
  const [dx, dy] = [towards.x - node.x, towards.y - node.y];
  const length = Math.hypot(dx, dy) || 1;
  const toSide = dx === 0 ? Number.POSITIVE_INFINITY : (width / 2 / Math.abs(dx)) * length;
  const toTop = dy === 0 ? Number.POSITIVE_INFINITY : (height / 2 / Math.abs(dy)) * length;
  const reach = Math.min(toSide, toTop) + LABEL_DISTANCE;
  return { x: node.x + (dx / length) * reach, y: node.y + (dy / length) * reach };
}

/** The width of the widest node. */
export function widestBox({ nodes }: Graph): number {
  return nodes.reduce((widest, node) => Math.max(widest, boxOf(node).width), 0);
}

function boxOf({ kind, label }: GraphNode): Box {
  const width = Math.max(shorten(label).length * CHARACTER_WIDTH + 16, isGroup(kind) ? 30 : 50);
  return { width, height: isGroup(kind) ? 20 : 28 };
}

function isGroup(kind: GraphNode['kind']): boolean {
  return kind === 'hub' || kind === 'switch';
}

function shorten(label: string): string {
  const characters = [...label];
  return characters.length > MAX_LABEL_LENGTH ? `${characters.slice(0, MAX_LABEL_LENGTH - 1).join('')}…` : label;
}

function number(value: number): string {
  return String(Math.round(value * 10) / 10);
}
