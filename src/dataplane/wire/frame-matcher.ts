// What asks whether a frame is meant: a capture, an impairment. A compiled capture filter is one.

/** Chooses frames. Never throws, never allocates. */
export interface FrameMatcher {
  /** Tells whether the frame from `start` to before `end`, without its length word, is meant. */
  matches(bytes: Uint8Array, start: number, end: number): boolean;
}
