// Drawings of a topology: Mermaid (for Markdown), DOT (for Graphviz) and SVG. Hosts are nodes, links are edges with the
// numbers of the interfaces, hubs and switches are small boxes; a link that is down is dashed.

import { layoutGraph } from './graph-layout.ts';
import { type Graph, type GraphEdge, makeGraph } from './graph-model.ts';
import { drawSvg, widestBox } from './graph-svg.ts';
import type { Topology } from './topology.ts';

/** Draws a topology as a Mermaid flowchart. */
export function graphMermaid(topology: Topology): string {
  const { nodes, edges } = makeGraph(topology);
  const shapes = { host: ['[', ']'], hub: ['{{', '}}'], switch: ['[[', ']]'], other: ['(', ')'] } as const;
  const lines = ['flowchart LR'];
  for (const [i, { kind, label }] of nodes.entries()) {
    const [open, close] = shapes[kind];
    lines.push(`  n${i}${open}"${mermaidText(label)}"${close}`);
  }
  for (const { a, b, isUp } of edges) {
    const label = [a.label, b.label].filter((text) => text !== '').join(' : ');
    const line = isUp ? '---' : '-.-';
    lines.push(`  n${a.node} ${line}${label === '' ? '' : `|"${mermaidText(label)}"|`} n${b.node}`);
  }
  return `${lines.join('\n')}\n`;
}

/** Draws a topology in the language of Graphviz. */
export function graphDot(topology: Topology): string {
  const { name, nodes, edges }: Graph = makeGraph(topology);
  const shapes = { host: 'box', hub: 'hexagon', switch: 'octagon', other: 'ellipse' } as const;
  const lines = [`graph "${dotText(name ?? 'tcpbridge')}" {`, '  overlap=false; splines=true;'];
  for (const [i, { kind, label }] of nodes.entries()) {
    lines.push(`  n${i} [label="${dotText(label)}", shape=${shapes[kind]}];`);
  }
  for (const edge of edges) lines.push(`  n${edge.a.node} -- n${edge.b.node} [${dotAttributes(edge)}];`);
  return `${[...lines, '}'].join('\n')}\n`;
}

/** Draws a topology as SVG; the same topology gives the same drawing. */
export function graphSvg(topology: Topology): string {
  const graph = makeGraph(topology);
  return drawSvg(graph, layoutGraph(graph, widestBox(graph)));
}

function dotAttributes({ name, a, b, isUp }: GraphEdge): string {
  const attributes = [`tooltip="${dotText(name)}"`];
  if (a.label !== '') attributes.push(`taillabel="${dotText(a.label)}"`);
  if (b.label !== '') attributes.push(`headlabel="${dotText(b.label)}"`);
  if (!isUp) attributes.push('style=dashed');
  return attributes.join(', ');
}

// Entities with the number of the character: mermaid.js.org/syntax/flowchart.html, "Entity codes to escape characters".
function mermaidText(text: string): string {
  return text.replace(/[^\p{L}\p{N} _./:-]/gu, (character) => `#${character.codePointAt(0)};`);
}

// graphviz.org/doc/info/lang.html: in a quoted string only '"' needs a backslash; labels give meaning to others.
function dotText(text: string): string {
  return text.replace(/["\\]/g, '\\$&').replace(/\p{Cc}/gu, ' ');
}
