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

const MAX_FORCED = 500;
// Work grows with rounds and the square of the nodes; this keeps it below a second.
const MAX_STEPS = 30_000_000;
const ROUNDS = 400;
// Boxes are wider than high, so that nodes side by side need more room than nodes one above the other.
const STRETCH = 1.5;
const MIN_DISTANCE = 110;

/** Finds a place for each node. */
export function layoutGraph({ nodes, edges }: Graph): Point[] {
  if (nodes.length > MAX_FORCED) return grid(nodes.length);
  const bodies = nodes.map((_, i): Body => {
    const angle = (2 * Math.PI * i) / nodes.length;
    return { x: Math.cos(angle), y: Math.sin(angle), pushX: 0, pushY: 0 };
  });
  const distance = Math.sqrt(4 / Math.max(nodes.length, 1));
  const rounds = Math.min(ROUNDS, Math.ceil(MAX_STEPS / Math.max(nodes.length ** 2, 1)));
  for (let round = 0; round < rounds; round++) {
    repel(bodies, distance);
    for (const { a, b } of edges) attract(bodies[a.node]!, bodies[b.node]!, distance);
    move(bodies, 0.2 * (1 - round / rounds) + 0.001);
  }
  return spread(bodies);
}

function repel(bodies: readonly Body[], distance: number): void {
  for (const [i, body] of bodies.entries()) {
    // Gravity keeps parts that no link joins from drifting away.
    body.pushX = -body.x * 0.3 * distance;
    body.pushY = -body.y * 0.3 * distance;
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
function spread(bodies: readonly Body[]): Point[] {
  let nearest = Number.POSITIVE_INFINITY;
  for (const [i, body] of bodies.entries()) {
    for (let j = 0; j < i; j++) nearest = Math.min(nearest, Math.hypot(body.x - bodies[j]!.x, body.y - bodies[j]!.y));
  }
  const scale = Number.isFinite(nearest) ? MIN_DISTANCE / Math.max(nearest, 0.02) : 1;
  return bodies.map(({ x, y }) => ({ x: Math.round(x * scale * STRETCH), y: Math.round(y * scale) }));
}

function grid(count: number): Point[] {
  const columns = Math.ceil(Math.sqrt(count));
  return Array.from({ length: count }, (_, i) => ({
    x: (i % columns) * MIN_DISTANCE * STRETCH,
    y: Math.floor(i / columns) * MIN_DISTANCE,
  }));
}
