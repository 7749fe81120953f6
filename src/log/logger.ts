// Log records for people or for machines, one line each, on a LineWriter.

import { styleText } from 'node:util';
import type { LineWriter } from './line-writer.ts';

/** How grave a record is. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Whatever a record says beyond its message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Takes records. `event` is a stable word that programs match on. */
export interface Logger {
  record(level: LogLevel, event: string, message: string, fields?: LogFields): void;
}

/** One JSON object per line. */
export function jsonLogger(writer: LineWriter): Logger {
  return {
    record: (level, event, message, fields) =>
      writer.line(JSON.stringify({ time: new Date().toISOString(), level, event, message, ...fields })),
  };
}

const COLOURS = { debug: 'gray', info: 'green', warn: 'yellow', error: 'red' } as const;

/** Time, level and message, for a terminal. */
export function textLogger(writer: LineWriter, { colour }: { colour: boolean }): Logger {
  return {
    record: (level, _event, message) => {
      const name = level.padEnd(5);
      writer.line(`${clockTime(Date.now())} ${colour ? styleText(COLOURS[level], name) : name} ${message}`);
    },
  };
}

/** The time of day in local time; with microseconds when `wallMs` has them and `digits` is 6. */
export function clockTime(wallMs: number, digits: 3 | 6 = 3): string {
  const date = new Date(wallMs);
  const two = (value: number) => String(value).padStart(2, '0');
  const fraction = Math.floor((wallMs - Math.floor(wallMs / 1000) * 1000) * 10 ** (digits - 3));
  const clock = `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`;
  return `${clock}.${String(fraction).padStart(digits, '0')}`;
}
