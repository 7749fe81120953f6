// The pieces a filter is made of: tests on the bytes of a frame, and how they are joined. As in libpcap, the answer has a
// third value: a test that would have to look behind the end of the frame makes the whole filter say no, also under
// "not". Built once per filter; run per frame, without allocating and without exceptions.

/** Looks at the frame in `bytes` from `start` to before `end`; answers {@link NO}, {@link YES} or {@link SHORT}. */
export type Test = (bytes: Uint8Array, start: number, end: number) => number;

/** The frame is not meant. */
export const NO = 0;
/** The frame is meant. */
export const YES = 1;
/** The frame ends before what the test looks at. */
export const SHORT = -1;

/** Where the headers of a frame are, counted from its start: moved on by `vlan` and `mpls` for what stands behind. */
export interface Layers {
  /** The EtherType or length field. */
  readonly typeAt: number;
  /** What follows it and, after `mpls`, the labels. */
  readonly payloadAt: number;
  /** Labels seen so far. */
  readonly labels: number;
}

/** A frame in which nothing was stepped over yet. */
export const OUTERMOST: Layers = { typeAt: 12, payloadAt: 14, labels: 0 };

/** Always or never. */
export function constant(answer: boolean): Test {
  const value = answer ? YES : NO;
  return () => value;
}

/** Both; the second is not looked at when the first says no. */
export function both(first: Test, second: Test): Test {
  return (bytes, start, end) => {
    const answer = first(bytes, start, end);
    return answer === YES ? second(bytes, start, end) : answer;
  };
}

/** One of the two; the second is not looked at when the first says yes. */
export function either(first: Test, second: Test): Test {
  return (bytes, start, end) => {
    const answer = first(bytes, start, end);
    return answer === NO ? second(bytes, start, end) : answer;
  };
}

/** All of them, in their order. */
export function all(...tests: readonly Test[]): Test {
  return tests.reduceRight((rest, test) => both(test, rest));
}

/** At least one of them, in their order. */
export function some(...tests: readonly Test[]): Test {
  return tests.reduceRight((rest, test) => either(test, rest));
}

/** The opposite; what is too short stays too short. */
export function not(test: Test): Test {
  return (bytes, start, end) => {
    const answer = test(bytes, start, end);
    return answer === SHORT ? SHORT : answer ^ 1;
  };
}

/** One byte has this value under the mask. */
export function byteIs(at: number, value: number, mask = 0xff): Test {
  return (bytes, start, end) => {
    const position = start + at;
    if (position >= end) return SHORT;
    return (bytes[position]! & mask) === value ? YES : NO;
  };
}

/** One byte, as a number, lies in this range. */
export function byteIn(at: number, least: number, most: number): Test {
  return (bytes, start, end) => {
    const position = start + at;
    if (position >= end) return SHORT;
    return bytes[position]! >= least && bytes[position]! <= most ? YES : NO;
  };
}

/** Two bytes have this value under the mask. */
export function halfIs(at: number, value: number, mask = 0xffff): Test {
  return (bytes, start, end) => {
    const position = start + at;
    if (position + 2 > end) return SHORT;
    return (((bytes[position]! << 8) | bytes[position + 1]!) & mask) === value ? YES : NO;
  };
}

/** Four bytes have this value under the mask; the value has no bits outside of it. */
export function wordIs(at: number, value: number, mask = 0xffffffff): Test {
  const wanted = value & mask;
  // As in libpcap, what does not matter need not be there.
  if (mask === 0) return constant(wanted === 0);
  return (bytes, start, end) => {
    const position = start + at;
    if (position + 4 > end) return SHORT;
    return (readWord(bytes, position) & mask) === wanted ? YES : NO;
  };
}

/** Two bytes, as a number, lie in this range. */
export function halfIn(at: number, least: number, most: number): Test {
  return (bytes, start, end) => {
    const position = start + at;
    if (position + 2 > end) return SHORT;
    const value = (bytes[position]! << 8) | bytes[position + 1]!;
    return value >= least && value <= most ? YES : NO;
  };
}

/** Four bytes as a signed number: an unsigned one of more than 31 bits would be allocated. */
export function readWord(bytes: Uint8Array, position: number): number {
  return (bytes[position]! << 24) | (bytes[position + 1]! << 16) | (bytes[position + 2]! << 8) | bytes[position + 3]!;
}
