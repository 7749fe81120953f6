// "impairments" of a document in our own format -> Impairments, with each mistake at its place. Tables of delays that stand
// in files of their own are read here, where the format allows that: not for what a client sends.

import { parseDistributionFile } from '../distribution-file.ts';
import type { Impairments } from '../impairment.ts';
import { unfit } from '../impairment-text.ts';
import { type ImpairmentsForm, readImpairments } from '../impairments-form.ts';
import { fileFault } from './file-fault.ts';
import { type Findings, isPlainMap, type Path } from './findings.ts';
import type { ImpairmentsDocument } from './impairment-schema.ts';

/** Reads the impairments at `path`; undefined when there are none, or when they have problems. */
export function readImpairmentsDocument(
  document: ImpairmentsDocument | undefined,
  path: Path,
  findings: Findings,
): Impairments | undefined {
  if (document === undefined || findings.isBroken(path)) return undefined;
  const { impairments, faults } = readImpairments(withTables(document, path, findings) as ImpairmentsForm);
  for (const fault of faults) findings.problem([...path, ...fault.path], fault.error.message);
  return faults.length === 0 ? impairments : undefined;
}

// {file: NAME} -> {table: [...]}, of delays and of slots.
function withTables(document: ImpairmentsDocument, path: Path, findings: Findings): unknown {
  if (!isPlainMap(document)) return document;
  const directions = Object.entries(document).map(([direction, words]) => {
    if (!isPlainMap(words)) return [direction, words];
    const place = [...path, direction];
    const { slot } = words;
    const slots = isPlainMap(slot) ? { slot: withTable(slot, [...place, 'slot'], findings) } : {};
    return [direction, { ...withTable(words, place, findings), ...slots }];
  });
  return Object.fromEntries(directions);
}

function withTable(words: Record<string, unknown>, path: Path, findings: Findings): Record<string, unknown> {
  const { distribution } = words;
  if (!isPlainMap(distribution) || typeof distribution.file !== 'string') return words;
  const { file } = distribution;
  const table = findings.attempt([...path, 'distribution'], () =>
    parseDistributionFile(readTable(file, findings), file),
  );
  // A table that cannot be read has its problem already.
  return { ...words, distribution: table ?? 'uniform' };
}

function readTable(file: string, { readFile }: Findings): string {
  if (readFile === undefined) {
    throw unfit('distribution', file, 'the samples themselves, as a list: files are not read here');
  }
  try {
    return readFile(file);
  } catch (error) {
    throw unfit('distribution', file, `the name of a file that can be read (${fileFault(error)})`);
  }
}
