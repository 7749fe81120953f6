// What schemas say when a value does not fit: "Found the number 1; write text, such as …", and where. Turns the issues
// of zod into problems with places. Used by the schemas of all formats.

import type { z } from 'zod';
import { quote } from '../../errors.ts';
import type { Findings, Path } from './findings.ts';

interface FoundIssue {
  readonly code?: string | undefined;
  readonly input?: unknown;
}

/** An error text for a schema: what was found, and what would be right. */
export function expecting(right: string): (issue: FoundIssue) => string {
  return (issue) => `${describe(issue.input)}; write ${right}`;
}

// For unknown keys, the "message" of the schema is the list of those it knows; see unknownKey().
/** An error text for a schema of a map that takes no other keys. */
export function expectingMap(keys: readonly string[], right: string): (issue: FoundIssue) => string {
  return (issue) => (issue.code === 'unrecognized_keys' ? keys.join(' ') : `${describe(issue.input)}; write ${right}`);
}

/** Checks a value; gives it back if it fits, else adds problems. */
export function validate<S extends z.ZodType>(
  schema: S,
  value: unknown,
  path: Path,
  findings: Findings,
): z.input<S> | undefined {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return value as z.input<S>;
  for (const issue of result.error.issues) addIssue(issue, path, findings);
  return undefined;
}

function addIssue(issue: z.core.$ZodIssue, base: Path, findings: Findings): void {
  const path: Path = [...base, ...(issue.path as (string | number)[])];
  if (issue.code === 'invalid_union') {
    // The branch that is meant is the one that has the right type at the top.
    const branch = issue.errors.find((issues) => issues.every((inner) => inner.path.length > 0 || !isWrongType(inner)));
    if (branch !== undefined && branch.length > 0) {
      for (const inner of branch) addIssue(inner, path, findings);
      return;
    }
  }
  if (issue.code === 'unrecognized_keys') {
    const known = issue.message.split(' ');
    for (const key of issue.keys) findings.problem([...path, key], unknownKey(key, known), 'key');
    return;
  }
  findings.problem(path, issue.message);
}

function isWrongType(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_union';
}

function unknownKey(key: string, known: readonly string[]): string {
  // Of all that is written, only hubs and switches have endpoints and not this.
  if (key === 'impairments' && known.includes('endpoints')) {
    return 'Only links can have "impairments"; put a link between the machine and the hub or switch, and impair that';
  }
  const list = known.map((name) => `"${name}"`).join(', ');
  const near = known.find((name) => isNear(name, key.toLowerCase()));
  return `Unknown key ${quote(key)}; write one of ${list}${near === undefined ? '' : `; perhaps you mean "${near}"`}`;
}

// Letters left out or added ("endpont", "node"), or two letters in the middle wrong or swapped ("hots").
function isNear(known: string, key: string): boolean {
  if (key.length < 3) return false;
  if (isWithin(key, known) || isWithin(known, key)) return true;
  let head = 0;
  while (head < known.length && known[head] === key[head]) head++;
  let tail = 0;
  while (tail < known.length - head && known.at(-1 - tail) === key.at(-1 - tail)) tail++;
  return head >= 2 && Math.max(known.length, key.length) - head - tail <= 2;
}

function isWithin(part: string, whole: string): boolean {
  if (whole.length - part.length > 3) return false;
  let at = 0;
  for (const letter of whole) if (letter === part[at]) at++;
  return at === part.length;
}

function describe(found: unknown): string {
  if (found === undefined) return 'Missing';
  if (found === null) return 'Found nothing';
  if (Array.isArray(found)) return found.length === 0 ? 'Found an empty list' : `Found a list of ${found.length}`;
  if (typeof found === 'string') return `Found ${quote(found)}`;
  if (typeof found === 'number') return `Found the number ${found}`;
  if (typeof found === 'boolean') return `Found ${found}`;
  return found instanceof Date ? 'Found a date' : 'Found a map';
}
