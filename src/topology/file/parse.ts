// The text of a topology file, or a document that a program made -> a topology. Tells the formats apart by what is in
// them: "topology" is containerlab, "routers" or "p2p" is vrnetlab's topology machine, everything else is ours.

import type { Topology } from '../topology.ts';
import { readBridgeFormat } from './bridge-format.ts';
import { type ContainerNaming, readContainerlab } from './containerlab.ts';
import { Findings, isPlainMap, type Note, type Surroundings } from './findings.ts';
import { type Source, valueSource, yamlSource } from './source.ts';
import { readTopologyMachine } from './topology-machine.ts';
import type { Environment } from './variables.ts';

/** How to read a topology. */
export interface ParseOptions extends ContainerNaming, Surroundings {
  /** Variables for "${NAME}"; without them a "${" is text like any other, as it must be for what a client sends. */
  readonly env?: Environment | undefined;
}

/** A topology as read, and what the user should know about it. */
export interface ParsedTopology {
  readonly topology: Topology;
  readonly notes: readonly Note[];
}

/** Reads a topology in YAML or JSON, in any of the formats; `file` is the name for messages. */
export function parseTopologyText(text: string, file: string, options: ParseOptions = {}): ParsedTopology {
  return parse(yamlSource(text, file, options.env), options);
}

/** Reads a topology from a value, such as topologyToDocument() gives; `file` is the name for messages. */
export function parseTopologyDocument(value: unknown, file: string, options: ParseOptions = {}): ParsedTopology {
  return parse(valueSource(value, file), options);
}

function parse(source: Source, options: ParseOptions): ParsedTopology {
  const findings = new Findings(source, options);
  const { value, file } = source;
  if (/\.gotmpl$/.test(file)) {
    findings.problem([], 'Go templates are not read; render the template first, and give the result');
    findings.throwProblems();
  }
  if (value === null || value === undefined) {
    // Not the same as a topology without links: an editor that saves in two steps shows an empty file for a moment.
    findings.problem([], 'The file is empty; write "links:" with a list, which may be empty: "links: []"');
    findings.throwProblems();
  }
  const topology = readerFor(value)(findings, options);
  return { topology, notes: findings.notes };
}

function readerFor(value: unknown): (findings: Findings, naming: ContainerNaming) => Topology {
  if (!isPlainMap(value)) return readBridgeFormat;
  if (Object.hasOwn(value, 'topology')) return readContainerlab;
  if (['routers', 'p2p', 'fullmeshes'].some((key) => Object.hasOwn(value, key))) return readTopologyMachine;
  const [link] = Array.isArray(value.links) ? value.links : [];
  return isPlainMap(link) && Object.hasOwn(link, 'left') ? readTopologyMachine : readBridgeFormat;
}
