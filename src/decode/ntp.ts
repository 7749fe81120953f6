// NTP (RFC 5905), UDP port 123.
import type { View } from './view.ts';
import { nameOf, words } from './wording.ts';

const MODES: Readonly<Record<number, string>> = {
  1: 'symmetric active',
  2: 'symmetric passive',
  3: 'client',
  4: 'server',
  5: 'broadcast',
  6: 'control',
  7: 'private',
};
const UNSYNCHRONIZED = 3;

/** Decodes an NTP message. */
export function decodeNtp(view: View): string {
  if (!view.has(1)) return view.short('NTP', 48);
  const mode = view.u8(0) & 7;
  const line = `NTPv${(view.u8(0) >> 3) & 7} ${nameOf(MODES, mode, 'mode')}`;
  if (mode >= 6) return line;
  if (!view.has(16)) return view.short(line, 48);
  const stratum = view.u8(1);
  // Section 7.3: text for the two lowest strata (a reason or a kind of clock), an address above.
  const reference = stratum <= 1 ? view.text(12, 4) : view.ipv4(12);
  return words(
    `${line} stratum ${stratum}`,
    mode !== 3 && reference !== '' && `ref ${reference}`,
    view.u8(0) >> 6 === UNSYNCHRONIZED && mode !== 3 && '[unsynchronized]',
  );
}
