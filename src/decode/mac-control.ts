// MAC control frames, EtherType 0x8808: pause (IEEE 802.3 annex 31B) and priority flow control (IEEE 802.1Q clause 36).
import { dataBytes } from './context.ts';
import type { View } from './view.ts';
import { hexNumber } from './wording.ts';

/** Decodes a MAC control frame. */
export function decodeMacControl(view: View): string {
  if (!view.has(4)) return view.short('MAC control', 4);
  const opcode = view.u16(0);
  if (opcode === 0x0001) return `pause ${view.u16(2)} quanta`;
  if (opcode !== 0x0101) return `MAC control opcode ${hexNumber(opcode, 2)}, ${dataBytes(view.at(2))}`;
  if (!view.has(20)) return view.short('PFC', 20);
  const enabled = view.u8(3);
  const times: string[] = [];
  for (let priority = 0; priority < 8; priority += 1) {
    if ((enabled >> priority) & 1) times.push(`prio ${priority} ${view.u16(4 + priority * 2)} quanta`);
  }
  return `PFC ${times.length > 0 ? times.join(', ') : 'no priority'}`;
}
