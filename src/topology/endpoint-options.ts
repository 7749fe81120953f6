// The options behind an endpoint: "tap:lab0,address=198.18.0.1/24,mtu=9000" -> the part before the first comma, and its
// options by name. Pure; what a value may be is said by the kind that has the option.

import { TcpbridgeError } from '../errors.ts';

/** Options of an endpoint, each with all its values in the order as typed. */
export type Options = ReadonlyMap<string, readonly string[]>;

/**
 * Splits what follows the colon of an endpoint.
 *
 * @param known the options that this kind has; true for those that may be given more than once
 */
export function splitOptions(
  rest: string,
  text: string,
  known: Readonly<Record<string, boolean>>,
): { readonly target: string; readonly options: Options } {
  const [target = '', ...pieces] = rest.split(',');
  const options = new Map<string, string[]>();
  for (const piece of pieces) {
    const [, name = '', value = ''] = /^([^=]*)=(.*)$/s.exec(piece) ?? [];
    if (!Object.hasOwn(known, name) || value === '') {
      const names = Object.keys(known).map((key) => `${key}=…`);
      const expected =
        names.length === 0
          ? 'this kind of endpoint has no options; leave it out'
          : `options of this endpoint are ${names.join(', ')}`;
      throw new TcpbridgeError('endpoint_option_invalid', { text, option: piece, expected });
    }
    const values = options.get(name) ?? [];
    if (values.length > 0 && !known[name]) {
      throw new TcpbridgeError('endpoint_option_invalid', { text, option: piece, expected: `write ${name}=… once` });
    }
    options.set(name, [...values, value]);
  }
  return { target, options };
}

/** The only value of an option. */
export function single(options: Options, name: string): string | undefined {
  return options.get(name)?.[0];
}

/** An option that is a whole number in a range. */
export function numberOption(
  options: Options,
  name: string,
  text: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const value = single(options, name);
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new TcpbridgeError('endpoint_option_invalid', {
    text,
    option: `${name}=${value}`,
    expected: `${name} is a number from ${min} to ${max}`,
  });
}

/** Complains about the value of an option. */
export function wrongOption(text: string, name: string, value: string, expected: string): never {
  throw new TcpbridgeError('endpoint_option_invalid', { text, option: `${name}=${value}`, expected });
}
