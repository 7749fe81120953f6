// The settings of a switch as people write them (ageing: 300s, mac-limit: 16384, reserved: forward, storm: {broadcast:
// 1000}) <-> plain data. Pure. The words of its ports stand in port-words.ts.

import { TcpbridgeError } from '../errors.ts';
import { formatDurationMs, parseDurationMs } from './duration.ts';
import { DEFAULT_SWITCH, type SwitchSettings } from './switch-settings.ts';

/** The words for a switch. */
export interface SwitchWords {
  /** A duration such as "300s", or a number of seconds. */
  readonly ageing?: string | number | undefined;
  readonly 'mac-limit'?: number | undefined;
  readonly reserved?: 'forward' | 'filter' | undefined;
  readonly storm?: StormWords | undefined;
}

/** The words for the storm guard: frames per second and port. */
export interface StormWords {
  readonly broadcast?: number | undefined;
  readonly unknown?: number | undefined;
}

/** What can be done with frames to a reserved address. */
export const RESERVED_CHOICES = ['forward', 'filter'] as const;
/** The largest table: what real switches have, and what is looked through in milliseconds while frames wait. */
export const MAX_MAC_LIMIT = 131_072;
/** More frames per second come from no port. */
export const MAX_STORM_RATE = 100_000_000;

// IEEE 802.1Q, table 8-7: 10 to 1,000,000 s. Less is good for looking at how a table ages.
const AGEING_LIMITS = { minMs: 1000, maxMs: 1_000_000_000 };

/** Reads the settings of a switch: those that are said, and no others. */
export function readSwitch(words: SwitchWords): Partial<SwitchSettings> {
  const { ageing, 'mac-limit': macLimit, reserved, storm = {} } = words;
  const settings = {
    ...(macLimit === undefined ? {} : { macLimit }),
    ...(ageing === undefined ? {} : { ageingSeconds: parseDurationMs(String(ageing), AGEING_LIMITS) / 1000 }),
    ...(reserved === undefined ? {} : { reserved }),
    ...(storm.broadcast === undefined ? {} : { stormBroadcast: storm.broadcast }),
    ...(storm.unknown === undefined ? {} : { stormUnknown: storm.unknown }),
  };
  checkNumber(macLimit, 'mac-limit', MAX_MAC_LIMIT);
  checkNumber(storm.broadcast, 'storm.broadcast', MAX_STORM_RATE);
  checkNumber(storm.unknown, 'storm.unknown', MAX_STORM_RATE);
  return settings;
}

/** Writes settings in words: the way back from readSwitch(). */
export function writeSwitch(settings: Partial<SwitchSettings>): SwitchWords {
  const { macLimit, ageingSeconds, reserved, stormBroadcast, stormUnknown } = settings;
  const storm = {
    ...(stormBroadcast === undefined ? {} : { broadcast: stormBroadcast }),
    ...(stormUnknown === undefined ? {} : { unknown: stormUnknown }),
  };
  return {
    ...(ageingSeconds === undefined ? {} : { ageing: formatDurationMs(ageingSeconds * 1000) }),
    ...(macLimit === undefined ? {} : { 'mac-limit': macLimit }),
    ...(reserved === undefined ? {} : { reserved }),
    ...(Object.keys(storm).length === 0 ? {} : { storm }),
  };
}

/** All settings in a few words each, such as "ageing" -> "5m"; what is not said is as in DEFAULT_SWITCH. */
export function switchTexts(settings: Partial<SwitchSettings>): Map<string, string> {
  const all: SwitchSettings = { ...DEFAULT_SWITCH, ...settings };
  const rate = (limit: number | undefined) => (limit === undefined ? 'none' : String(limit));
  return new Map([
    ['ageing', formatDurationMs(all.ageingSeconds * 1000)],
    ['mac-limit', String(all.macLimit)],
    ['reserved', all.reserved],
    ['storm-broadcast', rate(all.stormBroadcast)],
    ['storm-unknown', rate(all.stormUnknown)],
  ]);
}

function checkNumber(value: number | undefined, word: string, max: number): void {
  if (value === undefined || (Number.isInteger(value) && value >= 1 && value <= max)) return;
  const expected = `a whole number from 1 to ${max} as "${word}" of a switch`;
  throw new TcpbridgeError('option_invalid', { text: String(value), expected });
}
