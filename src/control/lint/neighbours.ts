// Whether the machines say of themselves (LLDP, CDP) that they are who the topology says. Names are compared with some
// tolerance, and a name that means nothing here is no fault: hosts are often called otherwise than containers.

import type { Neighbour } from '../../decode/neighbour.ts';
import { connectionOf, type Problem, type Rule, type WatchedEnd, type WatchedSegment } from './finding.ts';
import type { FrameFacts } from './frame-facts.ts';

interface Heard {
  readonly neighbour: Neighbour;
  readonly untilMs: number;
  readonly connection: number;
}

/** An end and who answers there; several where the machine hands on what others announce. */
interface Known {
  readonly end: WatchedEnd;
  readonly heard: readonly Neighbour[];
}

/** Finds machines that are somebody else, and interfaces that are swapped. */
export class NeighbourRule implements Rule {
  readonly #heard = new Map<number, Map<string, Heard>>();

  onFrame(end: WatchedEnd, { neighbour }: FrameFacts, nowMs: number): void {
    if (neighbour === undefined) return;
    const heard = this.#heard.get(end.id) ?? new Map<string, Heard>();
    this.#heard.set(end.id, heard);
    const who = `${neighbour.protocol} ${neighbour.chassis} ${neighbour.port}`;
    if (neighbour.ttlSeconds === 0) heard.delete(who);
    else heard.set(who, { neighbour, untilMs: nowMs + neighbour.ttlSeconds * 1000, connection: connectionOf(end) });
  }

  check(segments: readonly WatchedSegment[], nowMs: number): Problem[] {
    const ends = segments.flatMap((segment) => segment.ends);
    this.#forget(ends, nowMs);
    const nodes = new Set(ends.flatMap(({ names }) => names.map(simplify)));
    const known = ends.flatMap((end): Known[] => {
      const heard = [...(this.#heard.get(end.id)?.values() ?? [])].map(({ neighbour }) => neighbour);
      return heard.length === 0 || end.names.length === 0 ? [] : [{ end, heard }];
    });
    const byMachine = new Map<string, Known[]>();
    for (const one of known) {
      const machine = one.end.names[0]!;
      byMachine.set(machine, [...(byMachine.get(machine) ?? []), one]);
    }
    return [
      ...known.flatMap((one) => findStranger(one, nodes, byMachine.get(one.end.names[0]!)!)),
      ...[...byMachine.values()].flatMap(findSwapped),
    ];
  }

  #forget(ends: readonly WatchedEnd[], nowMs: number): void {
    const running = new Map(ends.map((end) => [end.id, connectionOf(end)]));
    for (const [id, heard] of this.#heard) {
      for (const [who, { untilMs, connection }] of heard) {
        if (nowMs > untilMs || running.get(id) !== connection) heard.delete(who);
      }
      if (heard.size === 0) this.#heard.delete(id);
    }
  }
}

function findStranger({ end, heard }: Known, nodes: ReadonlySet<string>, machine: readonly Known[]): Problem[] {
  const named = heard.filter(({ system }) => system !== '');
  if (named.length === 0 || named.some(({ system }) => isOneOf(system, end.names))) return [];
  const { system, protocol, port } = named[0]!;
  const says = `${protocol} says that ${end.label} is ${JSON.stringify(system)}${port === '' ? '' : `, ${port}`}`;
  const place = { code: 'wrong_neighbour' as const, link: end.segment.name, endpoint: end.endpoint };
  // Somebody whom the topology has elsewhere.
  if (nodes.has(simplify(system))) return [{ ...place, text: `${says}: the topology has ${end.names[0]} there` }];
  // Somebody else than at the other interfaces of the same machine.
  const other = machine.find(({ heard: others }) => {
    return others.some(({ system: name }) => name !== '' && simplify(name) !== simplify(system));
  });
  if (other === undefined) return [];
  const others = other.heard.find(({ system: name }) => name !== '')!.system;
  return [{ ...place, text: `${says}, but ${other.end.label} of the same machine is ${JSON.stringify(others)}` }];
}

/** Interfaces of one machine whose names are in another order than their numbers, or the same twice. */
function findSwapped(machine: readonly Known[]): Problem[] {
  const ports = machine.flatMap(({ end, heard }) => {
    const [first] = heard;
    const [, prefix = '', digits] = /^(.*?)(\d+)$/.exec(first?.port ?? '') ?? [];
    const number = end.interfaceNumber;
    // A machine that hands on announcements of others says nothing about its interfaces.
    if (heard.length !== 1 || digits === undefined || number === undefined) return [];
    return [{ end, number, port: first!.port, prefix, index: Number(digits), chassis: first!.chassis }];
  });
  ports.sort((one, other) => one.number - other.number);
  return ports.flatMap((one, at): Problem[] => {
    const other = ports.find((candidate, index) => {
      const isAlike = candidate.prefix === one.prefix && candidate.chassis === one.chassis;
      return isAlike && (index < at ? candidate.index >= one.index : index > at && candidate.index <= one.index);
    });
    if (other === undefined) return [];
    const text = `${one.end.label} is ${one.port} by its own words, and ${other.end.label} is ${other.port}`;
    return [{ code: 'wrong_port', link: one.end.segment.name, endpoint: one.end.endpoint, text }];
  });
}

/** "R1.lab.example" and "clab-lab-r1" are both "r1". */
function isOneOf(system: string, names: readonly string[]): boolean {
  const said = simplify(system);
  return names.some((name) => {
    const wanted = simplify(name);
    return said === wanted || isPart(said, wanted) || isPart(wanted, said);
  });
}

function isPart(short: string, long: string): boolean {
  return short !== '' && (long.startsWith(`${short}-`) || long.endsWith(`-${short}`));
}

function simplify(name: string): string {
  const host = /^[\d.:]+$/.test(name) ? name : name.split('.', 1)[0]!;
  return host.toLowerCase().replace(/[^a-z0-9.:]+/g, '-');
}
