// The rows of the error table (errors.ts): what each says besides its text, by the kind of what went wrong.

/** HTTP status, exit code and text of one error. */
export interface ErrorRow<D> {
  readonly status: number;
  readonly exitCode: number;
  readonly text: (details: D) => string;
}

/** What argparse and getopt programs end with for "you typed something wrong". */
export const USAGE_EXIT_CODE = 2;
/** No running tcpbridge answers. */
export const UNREACHABLE_EXIT_CODE = 3;

/** Something that was typed or sent cannot be. */
export function usage<D>(text: (details: D) => string): ErrorRow<D> {
  return { status: 400, exitCode: USAGE_EXIT_CODE, text };
}

/** Something does not go together with what is there. */
export function conflict<D>(text: (details: D) => string): ErrorRow<D> {
  return { status: 409, exitCode: USAGE_EXIT_CODE, text };
}

/** Something could not be done. */
export function failure<D>(status: number, text: (details: D) => string): ErrorRow<D> {
  return { status, exitCode: 1, text };
}
