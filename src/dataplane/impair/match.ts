// The one place in which the text of a filter becomes something that looks at frames.

import { compileFilter } from '../../filter/filter.ts';
import type { FrameMatcher } from '../wire/frame-matcher.ts';

const NOTHING: FrameMatcher = { matches: () => false };

/** Compiles a filter. It was checked where it was typed; one that cannot be compiled all the same means no frame. */
export function compileMatch(text: string): FrameMatcher {
  try {
    return compileFilter(text);
  } catch {
    return NOTHING;
  }
}
