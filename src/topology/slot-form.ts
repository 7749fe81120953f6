// The slots in which frames leave, as files, the API and the command line write them <-> SlotSpec. Pure. Part of
// impairment-form.ts.

import { formatDistribution, readDistribution } from './distribution-form.ts';
import type { SlotSpec } from './impairment.ts';
import {
  formatSize,
  formatTimeMs,
  isMap,
  MAX_COUNT,
  MAX_LIMIT_BYTES,
  readSize,
  readTimeMs,
  readWhole,
  unfit,
} from './impairment-text.ts';

const TIME = String.raw`[\d.]\S*`;
const PATTERN = new RegExp(
  String.raw`^(?:distribution\s+(?<distribution>\S+)\s+(?<delay>${TIME})\s+(?<jitter>${TIME})|(?<min>${TIME})(?:\s+(?<max>${TIME}))?)` +
    String.raw`(?:\s+packets\s+(?<packets>\S+))?(?:\s+bytes\s+(?<bytes>\S+))?$`,
);

/**
 * Reads "MIN [MAX] [packets N] [bytes N]" or "distribution SHAPE MEAN JITTER [packets N] [bytes N]", as netem writes
 * them, or a map.
 */
export function readSlot(value: unknown): SlotSpec {
  const map = isMap(value) ? value : slotMap(value);
  const { min, max = min, distribution, delay, jitter, packets, bytes } = map;
  const counts = {
    ...(packets === undefined ? {} : { frames: readWhole('slot', packets, 0, MAX_COUNT) }),
    ...(bytes === undefined ? {} : { bytes: readSize('slot', bytes, MAX_LIMIT_BYTES) }),
  };
  if ((min ?? max) !== undefined && (distribution ?? delay ?? jitter) !== undefined) {
    throw unfit('slot', value, 'either "min" and "max", or "distribution", "delay" and "jitter"');
  }
  if (distribution !== undefined) {
    if (delay === undefined) {
      throw unfit('slot', value, '"delay", too, such as {distribution: normal, delay: 1ms, jitter: 100us}');
    }
    const shape = readDistribution('distribution', distribution);
    const [meanMs, jitterMs] = [readTimeMs('slot', delay), readTimeMs('slot', jitter ?? 0)];
    return { minMs: 0, maxMs: 0, distribution: { shape, meanMs, jitterMs }, ...counts };
  }
  if (min === undefined) throw unfit('slot', value, '"min", too, such as {min: 800us, max: 1ms, packets: 32}');
  const [minMs, maxMs] = [readTimeMs('slot', min), readTimeMs('slot', max)];
  if (minMs > maxMs) throw unfit('slot', value, 'a minimum that is not larger than the maximum');
  return { minMs, maxMs, ...counts };
}

/** Writes slots; readSlot() reads the same from it. */
export function formatSlot({ minMs, maxMs, distribution, frames, bytes }: SlotSpec): Readonly<Record<string, unknown>> {
  const counts = {
    ...(frames === undefined ? {} : { packets: frames }),
    ...(bytes === undefined ? {} : { bytes: formatSize(bytes) }),
  };
  if (distribution === undefined) return { min: formatTimeMs(minMs), max: formatTimeMs(maxMs), ...counts };
  const { shape, meanMs, jitterMs } = distribution;
  const times = { delay: formatTimeMs(meanMs), jitter: formatTimeMs(jitterMs) };
  return { distribution: formatDistribution(shape), ...times, ...counts };
}

function slotMap(value: unknown): Readonly<Record<string, unknown>> {
  const found = typeof value === 'string' ? PATTERN.exec(value.trim()) : null;
  if (found === null) {
    throw unfit('slot', value, 'such as "800us 1ms packets 32 bytes 64kb" or "distribution normal 1ms 100us"');
  }
  return { ...found.groups };
}
