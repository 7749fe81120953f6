// The shared counters: one block per end of a segment, written by the forwarding thread that runs the segment and
// read by anyone at any time. Doubles: exact to 2^53, and a 64-bit store is never torn on the machines we run on.
// A reader may see one batch counted in one field and not yet in the next.

/** Why a frame was not delivered, in the words that the user sees. */
export const DROP_REASONS = [
  'not_connected',
  'queue_full',
  'link_down',
  'empty',
  'oversize',
  'truncated',
  'stopped',
  'too_big',
  'foreign',
  'malformed',
  'vlan',
  'same_port',
  'isolated',
  'reserved',
  'storm',
  'loss',
  'limit',
  'mtu',
] as const;
/** One of {@link DROP_REASONS}. */
export type DropReason = (typeof DROP_REASONS)[number];

/** Indices of the drop counters, by reason. */
export const DROP = {
  /** The machine this frame was for is not attached. */
  notConnected: 0,
  /** The machine this frame was for does not take frames fast enough. */
  queueFull: 1,
  /** The link is set down. */
  linkDown: 2,
  /** A zero-length frame came from this machine. */
  empty: 3,
  /** A length beyond the limit came from this machine: its connection was reset. */
  oversize: 4,
  /** The connection ended inside a frame from this machine. */
  truncated: 5,
  /** tcpbridge stopped before this frame could be sent. */
  stopped: 6,
  /** Larger than the medium behind this end can carry. */
  tooBig: 7,
  /** A datagram came from an address that is not the machine's. */
  foreign: 8,
  /** What came in is no frame: a datagram without its header, a frame without its addresses. */
  malformed: 9,
  /** A switch: the frame's VLAN is not one of this port, or of no other port. */
  vlan: 10,
  /** A switch: the receiver is behind the port that the frame came from. */
  samePort: 11,
  /** A switch: both ports are isolated. */
  isolated: 12,
  /** A switch that filters the reserved group addresses. */
  reserved: 13,
  /** A switch: the storm guard of this port. */
  storm: 14,
  /** An impairment lost it. */
  loss: 15,
  /** The queue of an impairment was full. */
  limit: 16,
  /** Larger than the MTU that an impairment sets. */
  mtu: 17,
} as const;

/** Fields of a block. rx: received from the machine; tx: handed to the machine's connection. */
export const FIELD = {
  rxFrames: 0,
  rxBytes: 1,
  txFrames: 2,
  txBytes: 3,
  /** What waits for the machine now. */
  queueFrames: 4,
  queueBytes: 5,
  /** Index into {@link END_STATES}. */
  state: 6,
  /** Connections made so far. */
  attaches: 7,
  /** Times the sender was made to wait for this machine. */
  pushbacks: 8,
  /** Frames that an impairment had sent twice, damaged, and sent ahead of others. */
  duplicated: 9,
  corrupted: 10,
  reordered: 11,
  /** What an impairment holds back now. */
  delayedFrames: 12,
  delayedBytes: 13,
  /** Attempts to connect. */
  attempts: 14,
  /** A switch: frames from here whose source address was not learned, because the table was full. */
  macsRefused: 15,
  /** First drop counter; one per reason follows. */
  drops: 24,
} as const;

// From 64 on: latency.ts.
const FIELDS = 128;

/** What an end can be. */
export const END_STATES = ['waiting', 'attached', 'listening'] as const;
/** One of {@link END_STATES}. */
export type EndState = (typeof END_STATES)[number];

/** One end's counters in shared memory. */
export type CounterBlock = Float64Array;

/** Makes a block of zeroes that can be handed to a thread. */
export function makeCounterBlock(): CounterBlock {
  return new Float64Array(new SharedArrayBuffer(FIELDS * 8));
}

/** What a block says, by name. */
export interface EndCounters {
  readonly state: EndState;
  readonly rxFrames: number;
  readonly rxBytes: number;
  readonly txFrames: number;
  readonly txBytes: number;
  readonly queueFrames: number;
  readonly queueBytes: number;
  readonly attaches: number;
  readonly pushbacks: number;
  readonly duplicated: number;
  readonly corrupted: number;
  readonly reordered: number;
  readonly delayedFrames: number;
  readonly delayedBytes: number;
  readonly macsRefused: number;
  /** Only the reasons that occurred. */
  readonly drops: Partial<Record<DropReason, number>>;
}

/** Reads a block. */
export function readCounters(block: CounterBlock): EndCounters {
  const drops: Partial<Record<DropReason, number>> = {};
  DROP_REASONS.forEach((reason, index) => {
    const count = block[FIELD.drops + index]!;
    if (count > 0) drops[reason] = count;
  });
  return {
    state: END_STATES[block[FIELD.state]!] ?? 'waiting',
    rxFrames: block[FIELD.rxFrames]!,
    rxBytes: block[FIELD.rxBytes]!,
    txFrames: block[FIELD.txFrames]!,
    txBytes: block[FIELD.txBytes]!,
    queueFrames: block[FIELD.queueFrames]!,
    queueBytes: block[FIELD.queueBytes]!,
    attaches: block[FIELD.attaches]!,
    pushbacks: block[FIELD.pushbacks]!,
    duplicated: block[FIELD.duplicated]!,
    corrupted: block[FIELD.corrupted]!,
    reordered: block[FIELD.reordered]!,
    delayedFrames: block[FIELD.delayedFrames]!,
    delayedBytes: block[FIELD.delayedBytes]!,
    macsRefused: block[FIELD.macsRefused]!,
    drops,
  };
}
