// Places the nodes of a graph on a plane: forces pull linked nodes together and push all apart (Fruchterman and Reingold,
// "Graph Drawing by Force-directed Placement", 1991), from a start on a circle, so that the result is always the same.
// Made for 2 to some 60 nodes; more than MAX_FORCED are put on a grid.

import type { Graph } from './graph-model.ts';

/** Where the centre of a node is, in pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

interface Body {
  x: number;
  y: number;
  pushX: number;
  pushY: number;
}

type Pair = readonly [number, number];

interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

const MAX_FORCED = 500;
// Work grows with rounds and the square of the nodes; this keeps it below a second.
const MAX_STEPS = 30_000_000;
const ROUNDS = 400;
// Boxes are wider than high, so that nodes side by side need more room than nodes one above the other.
const MIN_STRETCH = 1.5;
const MIN_DISTANCE = 110;
const GAP = 40;

/** Finds a place for each node: every part that hangs together on its own, the parts side by side in rows. */
export function layoutGraph({ nodes, edges }: Graph, widestBox: number): Point[] {
  const stretch = Math.max(MIN_STRETCH, (widestBox + GAP) / MIN_DISTANCE);
  const pairs = new Map(edges.map(({ a, b }) => [`${Math.min(a.node, b.node)} ${Math.max(a.node, b.node)}`, [a, b]]));
  const joined = [...pairs.values()].map(([a, b]): Pair => [a!.node, b!.node]).filter(([a, b]) => a !== b);
  const points: Point[] = nodes.map(() => ({ x: 0, y: 0 }));
  const parts = findParts(nodes.length, joined).map((members) => {
    const index = new Map(members.map((node, i) => [node, i]));
    const own = joined.filter(([a]) => index.has(a)).map(([a, b]): Pair => [index.get(a)!, index.get(b)!]);
    return { members, places: layoutPart(members.length, own, stretch) };
  });
  const boxes = parts.map(({ places }) => boxAround(places, stretch));
  for (const [i, corner] of pack(boxes).entries()) {
    const { members, places } = parts[i]!;
    const { left, top } = boxes[i]!;
    for (const [j, node] of members.entries()) {
      points[node] = { x: places[j]!.x - left + corner.x, y: places[j]!.y - top + corner.y };
    }
  }
  return points;
}

// The sets of nodes that hang together, each in ascending order.
function findParts(count: number, pairs: readonly Pair[]): number[][] {
  const neighbours = Array.from({ length: count }, (): number[] => []);
  for (const [a, b] of pairs) {
    neighbours[a]!.push(b);
    neighbours[b]!.push(a);
  }
  const seen = new Set<number>();
  const parts: number[][] = [];
  for (let start = 0; start < count; start++) {
    if (seen.has(start)) continue;
    seen.add(start);
    const part = [start];
    for (const node of part) {
      for (const next of neighbours[node]!) {
        if (seen.has(next)) continue;
        seen.add(next);
        part.push(next);
      }
    }
    parts.push(part.toSorted((a, b) => a - b));
  }
  return parts;
}

function boxAround(places: readonly Point[], stretch: number): Box {
  const [xs, ys] = [places.map(({ x }) => x), places.map(({ y }) => y)];
  const [left, top] = [xs.reduce((a, b) => Math.min(a, b)), ys.reduce((a, b) => Math.min(a, b))];
  const width = xs.reduce((a, b) => Math.max(a, b)) - left;
  const height = ys.reduce((a, b) => Math.max(a, b)) - top;
  return { left, top, width: width + MIN_DISTANCE * stretch, height: height + MIN_DISTANCE };
}

// Rows, about as wide together as they are high.
function pack(boxes: readonly Box[]): Point[] {
  const area = boxes.reduce((sum, { width, height }) => sum + width * height, 0);
  const rowWidth = Math.max(Math.sqrt(area) * MIN_STRETCH, ...boxes.map(({ width }) => width));
  let [x, y, rowHeight] = [0, 0, 0];
  return boxes.map(({ width, height }) => {
    if (x > 0 && x + width > rowWidth) [x, y, rowHeight] = [0, y + rowHeight, 0];
    const corner = { x, y };
    x += width;
    rowHeight = Math.max(rowHeight, height);
    return corner;
  });
}

function layoutPart(count: number, pairs: readonly Pair[], stretch: number): Point[] {
  if (count > MAX_FORCED) return grid(count, stretch);
  const bodies = Array.from({ length: count }, (_, i): Body => {
    const angle = (2 * Math.PI * i) / count;
    return { x: Math.cos(angle), y: Math.sin(angle), pushX: 0, pushY: 0 };
  });
  const distance = Math.sqrt(4 / count);
  const rounds = Math.min(ROUNDS, Math.ceil(MAX_STEPS / count ** 2));
  for (let round = 0; round < rounds; round++) {
    repel(bodies, distance);
    for (const [a, b] of pairs) attract(bodies[a]!, bodies[b]!, distance);
    move(bodies, 0.2 * (1 - round / rounds) + 0.001);
  }
  return spread(bodies, stretch);
}

function repel(bodies: readonly Body[], distance: number): void {
  for (const body of bodies) {
    body.pushX = 0;
    body.pushY = 0;
  }
  for (const [i, body] of bodies.entries()) {
    for (let j = 0; j < i; j++) {
      const other = bodies[j]!;
      // Two bodies at one place part in a direction of their own.
      const dx = body.x - other.x || 1e-4 * (i + 1);
      const dy = body.y - other.y || 1e-4 * (j + 1);
      const force = distance ** 2 / (dx * dx + dy * dy);
      body.pushX += dx * force;
      body.pushY += dy * force;
      other.pushX -= dx * force;
      other.pushY -= dy * force;
    }
  }
}

function attract(a: Body, b: Body, distance: number): void {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const force = Math.hypot(dx, dy) / distance;
  a.pushX += dx * force;
  a.pushY += dy * force;
  b.pushX -= dx * force;
  b.pushY -= dy * force;
}

function move(bodies: readonly Body[], limit: number): void {
  for (const body of bodies) {
    const length = Math.hypot(body.pushX, body.pushY);
    if (length === 0) continue;
    const step = Math.min(length, limit) / length;
    body.x += body.pushX * step;
    body.y += body.pushY * step;
  }
}

// To pixels: so large that the two nodes that are nearest to each other have room.
function spread(bodies: readonly Body[], stretch: number): Point[] {
  let nearest = Number.POSITIVE_INFINITY;
  for (const [i, body] of bodies.entries()) {
    for (let j = 0; j < i; j++) nearest = Math.min(nearest, Math.hypot(body.x - bodies[j]!.x, body.y - bodies[j]!.y));
  }
  const scale = Number.isFinite(nearest) ? MIN_DISTANCE / Math.max(nearest, 0.02) : 1;
  return bodies.map(({ x, y }) => ({ x: Math.round(x * scale * stretch), y: Math.round(y * scale) }));
}

function grid(count: number, stretch: number): Point[] {
  const columns = Math.ceil(Math.sqrt(count));
  return Array.from({ length: count }, (_, i) => ({
    x: (i % columns) * MIN_DISTANCE * stretch,
    y: Math.floor(i / columns) * MIN_DISTANCE,
  }));
}
