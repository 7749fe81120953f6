// A capture filter: an expression in the language of pcap-filter(7), with a few words of its own, compiled once and then
// asked about frames. Used by captures, by impairments and by what waits for a frame. Stands in no folder's way: it
// knows bytes only.
import { TcpbridgeError } from '../errors.ts';
import { type Test, YES } from './condition.ts';
import { parseFilter } from './parser.ts';
import { FilterProblem } from './problem.ts';

/** A compiled filter. */
export class Filter {
  /** The expression as it was written. */
  readonly text: string;
  private readonly test: Test;

  constructor(text: string, test: Test) {
    this.text = text;
    this.test = test;
  }

  /**
   * Tells whether the frame from `start` to before `end`, without a length word in front, is meant. Never reads behind
   * `end`, never throws, never allocates; a frame that ends before what a pcap word looks at is not meant.
   */
  matches(bytes: Uint8Array, start: number, end: number): boolean {
    return this.test(bytes, start, end) === YES;
  }
}

/** Compiles an expression; throws `filter_invalid`, which names the column, if it is not one. A blank one means all. */
export function compileFilter(text: string): Filter {
  try {
    return new Filter(text, parseFilter(text));
  } catch (problem) {
    if (!(problem instanceof FilterProblem)) throw problem;
    throw new TcpbridgeError('filter_invalid', { filter: text, column: problem.column, problem: problem.message });
  }
}
