// How the decoders word a line: joining the parts that are there, naming numbers and flags, and text out of a frame
// that is safe on a terminal. Pure functions on plain values; nothing here knows a protocol.

const MAX_TEXT = 48;
const MAX_NAME = 64;
const utf8 = new TextDecoder('utf-8');

/** Joins the parts that are present with single spaces. */
export function words(...parts: (string | undefined | false)[]): string {
  return parts.filter((part) => part !== undefined && part !== false && part !== '').join(' ');
}

/** The name of a number, or `word` and the number if it has none. */
export function nameOf(names: Readonly<Record<number, string>>, value: number, word: string): string {
  return names[value] ?? `${word} ${value}`;
}

/** The names of the bits that are set, lowest bit first, in brackets; a bit without a name is left out. */
export function flagNames(value: number, names: readonly string[]): string {
  return `[${names.filter((name, bit) => name !== '' && ((value >> bit) & 1) === 1).join(',')}]`;
}

/** A number as hex with its full width, `0x0800` for two bytes. */
export function hexNumber(value: number, byteCount: number): string {
  return `0x${value.toString(16).padStart(byteCount * 2, '0')}`;
}

/** "1 route", "2 routes". */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

/** The first of a list and how many follow it. */
export function firstOf(items: readonly string[]): string {
  if (items.length === 0) return '';
  return items.length === 1 ? items[0]! : `${items[0]!} (+${items.length - 1})`;
}

/** Bytes as UTF-8 text of at most 48 characters, without anything that moves a cursor, ends or turns a line. */
export function printable(bytes: Uint8Array): string {
  // Four bytes a character is the most UTF-8 takes, so the rest cannot be seen anyway.
  const text = [...utf8.decode(bytes.subarray(0, (MAX_TEXT + 1) * 4)).replace(/\0+$/, '')];
  const shown = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT).join('')}…` : text.join('');
  return shown.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '.');
}

/** Labels of a domain name joined by dots, cut at 64 characters; the root is ".". */
export function printableName(labels: readonly string[]): string {
  const name = labels.join('.') || '.';
  return name.length > MAX_NAME ? `${name.slice(0, MAX_NAME)}…` : name;
}
