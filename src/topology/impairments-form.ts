// Both directions of a link as files, the API and the command line write them: "both", "a-to-b", "b-to-a", each a map of
// words or the name of a preset <-> Impairments. Pure.

import { isDeepStrictEqual } from 'node:util';
import { TcpbridgeError } from '../errors.ts';
import { DIRECTIONS, type Direction, type Impairments } from './impairment.ts';
import {
  FORM_KEYS,
  type FormKey,
  type FormValue,
  formatForm,
  type ImpairmentForm,
  mergeForms,
  readForm,
} from './impairment-form.ts';
import { findPreset } from './impairment-presets.ts';

/** One direction as written: the name of a preset, or words, which count more than those of the preset in it. */
export type DirectionForm =
  | string
  | ({ readonly preset?: string | undefined } & Readonly<Partial<Record<FormKey, FormValue | null | undefined>>>);

/** A link as written: the name of a preset for both directions, or directions; what one says goes before "both". */
export type ImpairmentsForm = string | Readonly<Partial<Record<Direction | 'both', DirectionForm | null | undefined>>>;

/** A mistake, and where it is: below the form. */
export interface PlacedFault {
  readonly path: readonly string[];
  readonly error: TcpbridgeError;
}

/** Both directions, each with its words. */
export type DirectionForms = Readonly<Partial<Record<Direction, ImpairmentForm>>>;

/** Reads the impairments of a link; undefined when nothing is said. */
export function readImpairments(form: ImpairmentsForm): {
  impairments: Impairments | undefined;
  faults: PlacedFault[];
} {
  return patchImpairments(undefined, form);
}

/** Says some words about the directions of a link anew; null takes back a word, or a whole direction. */
export function patchImpairments(
  old: Impairments | undefined,
  patch: ImpairmentsForm,
): { impairments: Impairments | undefined; faults: PlacedFault[] } {
  const faults: PlacedFault[] = [];
  const impairments: Partial<Record<Direction, Impairments[Direction]>> = {};
  for (const direction of DIRECTIONS) {
    const { form, places } = layOver(direction, formatForm(old?.[direction] ?? {}), patch, faults);
    const { spec, faults: own } = readForm(form);
    for (const { key, error } of own) {
      const path = places.get(key) ?? [...(places.values().next().value ?? []).slice(0, 1)];
      if (!faults.some((other) => isDeepStrictEqual(other.path, path) && other.error.message === error.message)) {
        faults.push({ path, error });
      }
    }
    if (Object.keys(spec).length > 0) impairments[direction] = spec;
  }
  return { impairments: Object.keys(impairments).length === 0 ? undefined : (impairments as Impairments), faults };
}

/** As {@link patchImpairments}, with the first mistake as an error. */
export function changeImpairments(old: Impairments | undefined, patch: ImpairmentsForm): Impairments | undefined {
  const { impairments, faults } = patchImpairments(old, patch);
  if (faults[0] !== undefined) throw faults[0].error;
  return impairments;
}

/** The words of each direction. */
export function formatDirections(impairments: Impairments): DirectionForms {
  return Object.fromEntries(
    DIRECTIONS.flatMap((direction) => {
      const spec = impairments[direction];
      return spec === undefined ? [] : [[direction, formatForm(spec)]];
    }),
  );
}

/** The same, with what both directions have in common said once. */
export function formatImpairments(impairments: Impairments): DirectionForms & { readonly both?: ImpairmentForm } {
  const { 'a-to-b': there, 'b-to-a': back } = formatDirections(impairments);
  if (there === undefined || back === undefined)
    return { ...(there && { 'a-to-b': there }), ...(back && { 'b-to-a': back }) };
  const common = FORM_KEYS.filter((key) => there[key] !== undefined && isDeepStrictEqual(there[key], back[key]));
  const pick = (form: ImpairmentForm, isCommon: boolean): ImpairmentForm =>
    Object.fromEntries(Object.entries(form).filter(([key]) => common.includes(key as FormKey) === isCommon));
  const parts = { both: pick(there, true), 'a-to-b': pick(there, false), 'b-to-a': pick(back, false) };
  return Object.fromEntries(Object.entries(parts).filter(([, form]) => Object.keys(form).length > 0));
}

// What is said about a direction: first of the link as a whole, then of both directions, then of this one.
function layOver(
  direction: Direction,
  old: ImpairmentForm,
  written: ImpairmentsForm,
  faults: PlacedFault[],
): { form: ImpairmentForm; places: Map<string, string[]> } {
  const places = new Map<string, string[]>();
  let form = old;
  const add = (part: DirectionForm | null | undefined, path: string[]): void => {
    if (part === undefined) return;
    if (part === null) {
      form = {};
      return;
    }
    const { preset, ...words } = typeof part === 'string' ? { preset: part } : part;
    if (preset !== undefined) {
      const found = findPreset(preset);
      // A name and words in one map: the fault is at the name.
      if (found === undefined) {
        const place = typeof part === 'string' ? path : [...path, 'preset'];
        if (!faults.some((fault) => isDeepStrictEqual(fault.path, place))) {
          faults.push({ path: place, error: new TcpbridgeError('preset_unknown', { name: preset }) });
        }
      } else {
        form = { ...found[direction], ...(form.seed === undefined ? {} : { seed: form.seed }) };
        for (const key of FORM_KEYS) if (form[key] !== undefined) places.set(key, path);
      }
    }
    const said = Object.fromEntries(Object.entries(words).filter(([, value]) => value !== undefined));
    form = mergeForms(form, said as Partial<Record<FormKey, FormValue | null>>);
    for (const key of Object.keys(said)) places.set(key, [...path, key]);
  };
  if (typeof written === 'string') add(written, []);
  else {
    add(written.both, ['both']);
    add(written[direction], [direction]);
  }
  return { form, places };
}
