// What a forwarding thread says about itself: one block per thread in shared memory, written about once a second.

/** Fields of a block. */
export const THREAD_FIELD = {
  /** Times the thread woke up. */
  wakeups: 0,
  /** Descriptors that were ready then, all in all. */
  ready: 1,
  /** Processor time of the thread, in nanoseconds. */
  cpuNs: 2,
  /** Frames that were not looked at because nobody took the copies out of the ring. */
  looksLost: 3,
} as const;

const FIELDS = 16;

/** One thread's counters in shared memory. */
export type ThreadBlock = Float64Array;

/** Makes a block of zeroes that can be handed to a thread. */
export function makeThreadBlock(): ThreadBlock {
  return new Float64Array(new SharedArrayBuffer(FIELDS * 8));
}
