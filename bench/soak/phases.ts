// The phases of `make soak`: what happens to the bridge in each, and what a phase came to. Around them are always the same:
// a BFD session on one link, a meter of 1,000 small frames a second each way on another, and some links to be changed.
import type { BridgeChain } from '../bridge-chain.ts';
import type { Generator, WindowFigures } from '../generator.ts';
import type { LinkChanges } from '../link-changes.ts';
import { median } from '../statistics.ts';
import type { BfdMachine, SessionChange } from './bfd-machine.ts';

/** All that runs during a soak. */
export interface Soak {
  readonly bridge: BridgeChain;
  readonly machines: readonly [BfdMachine, BfdMachine];
  readonly meter: Generator;
  readonly changes: LinkChanges;
  /** How much of the usual number of actions there shall be. */
  readonly share: number;
}

/** A phase: its actions follow each other with a pause that lets a session go down if it will. */
export interface Phase {
  readonly name: string;
  readonly title: string;
  readonly actions: number;
  /** Limit of the longest gap; undefined where there is nothing to judge. */
  readonly gapLimitMs?: number;
  /** Whether the meter's frames may be lost: without takeover its connections end. */
  readonly mayLose?: boolean;
  act(soak: Soak): Promise<void>;
}

/** What a phase came to. */
export interface PhaseResult {
  readonly name: string;
  readonly title: string;
  readonly actions: number;
  readonly seconds: number;
  /** How often the session went down, at either end. */
  readonly flaps: readonly [number, number];
  /** Frames of the meter that were missing, out of order or altered. */
  readonly damage: number;
  /** For each action the longest time in which no frame of the meter arrived, in milliseconds. */
  readonly gapsMs: readonly number[];
  readonly medianGapMs: number;
  readonly longestGapMs: number;
  /** For each action how long the slowest frame of the meter took, in milliseconds. */
  readonly delaysMs: readonly number[];
  /** The longest time in which no frame of the meter arrived between the actions, in milliseconds. */
  readonly longestOtherGapMs: number;
  /** What BIRD logged at either end, in local time: here is seen what a flap belongs to. */
  readonly sessionChanges: readonly (readonly SessionChange[])[];
  readonly bar: string;
  readonly isMet: boolean;
}

const PAUSE_MS = 600;

/** All phases, in their order; the first shows what the machine does by itself. */
export const PHASES: readonly Phase[] = [
  { name: 'control', title: 'nothing happens', actions: 60, act: async () => {} },
  {
    name: 'changes',
    title: 'changes to other links',
    actions: 100,
    act: async ({ changes }) => await changes.next(),
  },
  {
    name: 'takeovers',
    title: 'planned restarts with takeover',
    actions: 20,
    gapLimitMs: 10,
    act: async ({ bridge }) => await bridge.takeOver(),
  },
  {
    name: 'restarts',
    title: 'planned restarts without takeover: stopped, then started',
    actions: 20,
    gapLimitMs: 100,
    mayLose: true,
    act: async ({ bridge }) => await bridge.restart(),
  },
  {
    name: 'replacements',
    title: 'planned restarts without takeover: tcpbridge run --replace',
    actions: 20,
    gapLimitMs: 100,
    mayLose: true,
    act: async ({ bridge }) => await bridge.replace(),
  },
];

/** Runs one phase from a session that is up. */
export async function runPhase(phase: Phase, soak: Soak): Promise<PhaseResult> {
  const { bridge, machines, meter } = soak;
  const actions = Math.max(1, Math.round(phase.actions * soak.share));
  await Promise.all(machines.map((machine) => machine.up()));
  await meter.mark();
  const [flapsBefore, changesBefore] = [machines.map(({ flaps }) => flaps), machines.map((m) => m.changes.length)];
  const startedMs = performance.now();
  const windows: WindowFigures[] = [];
  const others: WindowFigures[] = [];
  for (let i = 0; i < actions; i++) {
    await Promise.race([phase.act(soak), bridge.failure]);
    // A session that is about to go down needs its detection time, and what comes next needs one that is up again.
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    await Promise.all(machines.map((machine) => machine.up()));
    windows.push(await meter.mark());
    await bridge.ready();
    others.push(await meter.mark());
  }
  const flaps = machines.map((machine, index) => machine.flaps - flapsBefore[index]!) as [number, number];
  const gapsMs = windows.map((window) => window.longest_silence_ns / 1e6);
  const damage = [...windows, ...others].reduce((sum, window) => sum + window.damage, 0);
  const longestGapMs = Math.max(...gapsMs);
  const { gapLimitMs = Number.POSITIVE_INFINITY, mayLose = false } = phase;
  return {
    name: phase.name,
    title: phase.title,
    actions,
    seconds: (performance.now() - startedMs) / 1000,
    flaps,
    damage,
    gapsMs,
    medianGapMs: median(gapsMs),
    longestGapMs,
    delaysMs: windows.map((window) => window.longest_delay_ns / 1e6),
    longestOtherGapMs: Math.max(...others.map((window) => window.longest_silence_ns / 1e6)),
    sessionChanges: machines.map(({ changes }, index) => changes.slice(changesBefore[index])),
    bar: describeBar(phase),
    isMet: flaps.every((count) => count === 0) && (mayLose || damage === 0) && longestGapMs < gapLimitMs,
  };
}

function describeBar({ gapLimitMs, mayLose = false }: Phase): string {
  const demands = [
    'session stays up',
    ...(mayLose ? [] : ['nothing lost']),
    ...(gapLimitMs === undefined ? [] : [`gap below ${gapLimitMs} ms`]),
  ];
  return demands.join(', ');
}
