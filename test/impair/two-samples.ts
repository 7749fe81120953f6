// Do two samples come from the same distribution? Tests that ask for nothing but independent values, with a chance of one in
// a thousand million to say no where the answer is yes.

const FALSE_ALARM = 1e-9;
/** Two-sided quantile of the normal distribution for FALSE_ALARM. */
const NORMAL_LIMIT = 6.11;
/** Enough values in each that their sum is normal, enough of them that their spread is known. */
const BLOCKS = 100;

/** How far apart two samples are, and how far samples of one distribution may be. */
export interface Comparison {
  readonly distance: number;
  readonly limit: number;
}

/** Kolmogorov and Smirnov: the largest difference between the cumulative shares; with ties it is on the safe side. */
export function compareShapes(one: readonly number[], other: readonly number[]): Comparison {
  const [a, b] = [one, other].map((sample) => [...sample].sort((left, right) => left - right)) as [number[], number[]];
  let [i, j, distance] = [0, 0, 0];
  while (i < a.length && j < b.length) {
    const value = Math.min(a[i]!, b[j]!);
    while (a[i] === value) i++;
    while (b[j] === value) j++;
    distance = Math.max(distance, Math.abs(i / a.length - j / b.length));
  }
  const limit = Math.sqrt((Math.log(2 / FALSE_ALARM) / 2) * (1 / a.length + 1 / b.length));
  return { distance, limit };
}

/** Welch's test of how often something happens, over blocks: bursts that are short against a block do not matter. */
export function compareShares(one: readonly boolean[], other: readonly boolean[]): Comparison {
  const [a, b] = [one, other].map(blockMeans) as [number[], number[]];
  const limit = NORMAL_LIMIT * Math.sqrt((variance(a) + variance(b)) / BLOCKS);
  return { distance: Math.abs(mean(a) - mean(b)), limit };
}

/** The lengths of runs of `value`. */
export function runsOf(value: boolean, all: readonly boolean[]): number[] {
  const runs: number[] = [];
  let length = 0;
  for (const each of [...all, !value]) {
    if (each === value) length++;
    else if (length > 0) {
      runs.push(length);
      length = 0;
    }
  }
  return runs;
}

/** Values as differences from the one in the middle. */
export function aroundMedian(values: readonly number[]): number[] {
  const median = values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
  return values.map((value) => value - median);
}

/** The mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function blockMeans(all: readonly boolean[]): number[] {
  const size = Math.floor(all.length / BLOCKS);
  return Array.from({ length: BLOCKS }, (_, block) => mean(all.slice(block * size, (block + 1) * size).map(Number)));
}

function variance(values: readonly number[]): number {
  const middle = mean(values);
  return values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1);
}
