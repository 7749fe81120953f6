// Sizes as people write them: "64M", "500k", "1G", or a number of bytes.
import { InvalidArgumentError } from 'commander';

const FACTORS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Reads a size in bytes. */
export function parseSize(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,9}(?:\.\d{1,6})?)([kmg]?)(?:i?b)?$/i.exec(text) ?? [];
  const bytes = Math.round(Number(number) * FACTORS[unit.toLowerCase()]!);
  if (number === '' || bytes < 1) throw new InvalidArgumentError(`Cannot use "${text}": write a size such as "64M"`);
  return bytes;
}
