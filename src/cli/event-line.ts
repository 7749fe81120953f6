// One event of a running bridge in a line: "TIME TYPE LINK ENDPOINT (what else there is to say)". Pure.

import { harmless } from './output.ts';
import { describeStep, type StepReply } from './step-lines.ts';

/** An event as the API sends it. */
export interface BridgeEvent {
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

const SHOWN_FIRST = new Set(['time', 'link', 'endpoint']);
const QUIET = /^[\w./:@%+[\]-]+$/;

/** Writes an event for people. */
export function eventLine({ type, data }: BridgeEvent): string {
  const parts = [String(data.time ?? '-'), type];
  if (type === 'changed') parts.push(describeStep(data as StepReply & Record<string, unknown>));
  else {
    for (const key of ['link', 'endpoint']) if (typeof data[key] === 'string') parts.push(quoteIfNeeded(data[key]));
    const rest = Object.entries(data).filter(([key]) => !SHOWN_FIRST.has(key));
    if (rest.length > 0)
      parts.push(`(${rest.map(([key, value]) => `${key}=${quoteIfNeeded(String(value))}`).join(', ')})`);
  }
  return harmless(parts.join(' '));
}

/** The event as one JSON object. */
export function eventJson({ type, data }: BridgeEvent): string {
  const { time, ...rest } = data;
  return JSON.stringify({ time, type, ...rest });
}

function quoteIfNeeded(text: string): string {
  return QUIET.test(text) ? text : JSON.stringify(text);
}
