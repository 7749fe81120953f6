// How delays are spread, as files, the API and the command line write it: the name of a shape, or a table of one's own <->
// Distribution. Pure. Part of impairment-form.ts and slot-form.ts.

import type { Distribution } from './impairment.ts';
import { isMap, unfit } from './impairment-text.ts';

/** The shapes of delays that have a name. */
export const SHAPES = ['uniform', 'normal', 'pareto', 'paretonormal'] as const;

// As NETEM_DIST_MAX of the kernel (include/uapi/linux/pkt_sched.h).
const MAX_TABLE = 16_384;

/** Reads a shape or a table: a list, or {table: list}. */
export function readDistribution(option: string, value: unknown): Distribution {
  const shape = SHAPES.find((name) => name === value);
  if (shape !== undefined) return shape;
  const { table, file } = isMap(value) ? value : { table: value };
  // Where files are read, a table has taken its place already.
  if (file !== undefined) throw unfit(option, file, 'the samples themselves, as a list: files are not read here');
  if (!Array.isArray(table)) {
    const expected = `${SHAPES.join(', ')}, or a list of samples in units of the jitter, such as [-1, 0, 1]`;
    throw unfit(option, value, expected);
  }
  const wrong: unknown = table.find((sample) => !Number.isFinite(sample));
  if (wrong !== undefined) throw unfit(option, wrong, 'a list of numbers, in units of the jitter, such as [-1, 0, 1]');
  if (table.length < 2 || table.length > MAX_TABLE) {
    throw unfit(option, table, `2 to ${MAX_TABLE} numbers, in units of the jitter`);
  }
  return { table: (table as number[]).toSorted((a, b) => a - b) };
}

/** Writes it; readDistribution() reads the same from it. */
export function formatDistribution(distribution: Distribution): string | { readonly table: readonly number[] } {
  return typeof distribution === 'string' ? distribution : { table: [...distribution.table] };
}
