// The ways in which a result is written (-o): tables for people, documents and columns for programs. Columns have a
// fixed order; JSON is one document, or one line each in a stream.

import { stripVTControlCharacters, styleText } from 'node:util';
import { formatTable } from './format.ts';
import type { OutputOptions } from './options.ts';
import type { World } from './world.ts';

/** All ways. */
export const OUTPUT_FORMATS = ['table', 'wide', 'json', 'yaml', 'csv', 'name'] as const;
/** One of {@link OUTPUT_FORMATS}. */
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** A value of a cell. */
export type Cell = string | number | boolean;

/** A column of a table, for a row of type T. */
export interface Column<T> {
  /** In capitals, for people; in CSV in small letters with "_". */
  readonly title: string;
  /** What programs get. */
  readonly value: (row: T) => Cell;
  /** What people get, where that is something else. */
  readonly text?: (row: T) => string;
  /** Only with -o wide and -o csv. */
  readonly isWide?: boolean;
  readonly colour?: (row: T) => Colour | undefined;
}

/** A colour that means something. */
export type Colour = 'green' | 'yellow' | 'red' | 'gray';

/** A result in all its forms. */
export interface Result<T> {
  /** What JSON and YAML say. */
  readonly document: unknown;
  readonly columns: readonly Column<T>[];
  readonly rows: readonly T[];
  /** What -o name says. */
  readonly names: readonly string[];
}

/** How a result is to be written. */
export interface Style {
  readonly format: OutputFormat;
  readonly headers: boolean;
  readonly colour: boolean;
  /** One of a series: JSON on one line, YAML with its separator. */
  readonly isStream: boolean;
}

/** The style that options ask for. */
export function styleOf({ output, format, headers, color }: OutputOptions, world: World, isStream = false): Style {
  return { format: output ?? format ?? 'table', headers, colour: color && world.hasColour, isStream };
}

/** Writes a result. */
export async function writeResult<T>(result: Result<T>, style: Style, world: Pick<World, 'out'>): Promise<void> {
  world.out(await formatResult(result, style));
}

/** The text of a result, with its line ends. */
export async function formatResult<T>({ document, columns, rows, names }: Result<T>, style: Style): Promise<string> {
  switch (style.format) {
    case 'json':
      return `${JSON.stringify(document, undefined, style.isStream ? 0 : 2)}\n`;
    case 'yaml':
      return await formatYaml(document, style.isStream);
    case 'csv':
      return lines(formatCsv(columns, rows, style.headers));
    case 'name':
      return lines(names.map(harmless));
    default:
      return lines(formatColumns(columns, rows, style));
  }
}

/** Text that does nothing to a terminal: a name in a topology file may hold anything. */
export function harmless(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, '\ufffd');
}

async function formatYaml(document: unknown, isStream: boolean): Promise<string> {
  const { yamlText } = await import('./yaml-text.ts');
  const text = yamlText(document);
  return isStream ? `---\n${text}` : text;
}

function formatColumns<T>(columns: readonly Column<T>[], rows: readonly T[], style: Style): string[] {
  const shown = columns.filter(({ isWide = false }) => style.format === 'wide' || !isWide);
  const body = rows.map((row) =>
    shown.map(({ value, text, colour }) => {
      const cell = harmless(text === undefined ? String(value(row)) : text(row));
      const chosen = style.colour && cell !== '' ? colour?.(row) : undefined;
      return chosen === undefined ? cell : styleText(chosen, cell, { validateStream: false });
    }),
  );
  return formatTable(
    style.headers ? [shown.map(({ title }) => title), ...body] : body,
    (cell) => stripVTControlCharacters(cell).length,
  );
}

// RFC 4180, with the line end of this system.
function formatCsv<T>(columns: readonly Column<T>[], rows: readonly T[], headers: boolean): string[] {
  const quoted = (cell: Cell): string => {
    const text = String(cell);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  const titles = columns.map(
    ({ title }) =>
      title
        .toLowerCase()
        .match(/[a-z0-9]+/g)
        ?.join('_') ?? '',
  );
  const body = rows.map((row) => columns.map(({ value }) => quoted(value(row))).join(','));
  return headers ? [titles.join(','), ...body] : body;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}
