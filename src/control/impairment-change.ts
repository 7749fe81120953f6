// What is different about the impairments of a link, in words: "none -> 20ms 0.1%". Pure; part of reconcile.ts. Delays are
// one-way, and who shows this says so.

import { isDeepStrictEqual } from 'node:util';
import { DIRECTIONS, type Impairments } from '../topology/impairment.ts';
import { FORM_KEYS, type FormKey, formatForm } from '../topology/impairment-form.ts';
import { summarizeImpairments } from '../topology/impairment-summary.ts';

/** The old and the new impairments in short, and the words that differ: not all of them are in what is short. */
export interface ImpairmentChange {
  readonly from: string;
  readonly to: string;
  readonly words: readonly FormKey[];
}

/** Tells what is different; undefined when nothing is. */
export function impairmentChange(
  old: Impairments | undefined,
  wanted: Impairments | undefined,
): ImpairmentChange | undefined {
  if (isDeepStrictEqual(old, wanted)) return undefined;
  const differs = (key: FormKey): boolean =>
    DIRECTIONS.some((direction) => {
      const [before, after] = [old, wanted].map((all) => formatForm(all?.[direction] ?? {})[key]);
      return !isDeepStrictEqual(before, after);
    });
  return { from: inWords(old), to: inWords(wanted), words: FORM_KEYS.filter(differs) };
}

function inWords(impairments: Impairments | undefined): string {
  return summarizeImpairments(impairments).replaceAll(/(?<=^|\/ )-(?=$| \/)/g, 'none');
}
