// A table of delays as tc has them (/usr/lib/tc/*.dist, made by maketable of iproute2): whole numbers, 8192 of which are
// one standard deviation, in any order, with "#" before what is not read. Pure: text -> samples in units of the jitter.

import { unfit } from './impairment-text.ts';

// NETEM_DIST_SCALE, include/uapi/linux/pkt_sched.h.
const SCALE = 8192;

/** Reads the text of such a file; `name` is what messages call it. */
export function parseDistributionFile(text: string, name: string): { readonly table: readonly number[] } {
  const words = text
    .split('\n')
    .flatMap((line) => line.replace(/#.*/, '').split(/\s+/))
    .filter((word) => word !== '');
  const wrong = words.find((word) => !/^-?\d{1,9}$/.test(word));
  if (wrong !== undefined || words.length < 2) {
    const expected = 'the name of a file with a table of tc: whole numbers, 8192 for the jitter';
    throw unfit('distribution', wrong === undefined ? name : `${name}: ${wrong}`, expected);
  }
  return { table: words.map((word) => Number(word) / SCALE).toSorted((a, b) => a - b) };
}
