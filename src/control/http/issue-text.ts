// What is wrong with a part of a request, in the words of people: an issue of zod -> what was found, and what would be
// right. Schemas that have words of their own keep them.

import type { z } from 'zod';
import { quote } from '../../errors.ts';

const WORDS: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map',
  record: 'a map',
};

/** Says what is wrong, and what would be right. */
export function issueText(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return /^Invalid input/.test(issue.message)
        ? `${found(issue.input)}; write ${WORDS[issue.expected] ?? issue.expected}`
        : issue.message;
    case 'invalid_value':
      return `${found(issue.input)}; write ${issue.values.map((value) => quote(String(value))).join(' or ')}`;
    case 'unrecognized_keys':
      return `Nothing is called ${issue.keys.map(quote).join(' or ')} here`;
    case 'too_small':
    case 'too_big':
      return `${issue.code === 'too_small' ? 'Too small or too short' : 'Too large or too long'}; ${limits(issue)}`;
    default:
      return /^Invalid input/.test(issue.message) ? `${found(issue.input)}, which does not fit here` : issue.message;
  }
}

/** The issues inside an issue about a choice of forms: those of the form that has the right type at the top. */
export function leafIssues(issue: z.core.$ZodIssue, base: readonly PropertyKey[] = []): z.core.$ZodIssue[] {
  const path = [...base, ...issue.path];
  const branch =
    issue.code === 'invalid_union'
      ? issue.errors.find((issues) => issues.every((inner) => inner.path.length > 0 || !isWrongType(inner)))
      : undefined;
  if (branch === undefined || branch.length === 0) return [{ ...issue, path }];
  return branch.flatMap((inner) => leafIssues(inner, path));
}

function isWrongType(issue: z.core.$ZodIssue): boolean {
  return issue.code === 'invalid_type' || issue.code === 'invalid_union';
}

function limits(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): string {
  const limit = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  const unit = issue.origin === 'string' ? ' characters' : issue.origin === 'array' ? ' entries' : '';
  return `write ${limit}${unit}`;
}

function found(input: unknown): string {
  if (input === undefined) return 'Missing';
  if (input === null) return 'Found null';
  if (Array.isArray(input)) return 'Found a list';
  if (typeof input === 'object') return 'Found a map';
  return typeof input === 'string' ? `Found the text ${quote(input)}` : `Found ${String(input)}`;
}
