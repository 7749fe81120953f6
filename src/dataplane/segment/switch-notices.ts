// What a switch tells people, in words, and seldom. "{0}" and "{1}" stand for the names of ends, which only the other side
// of the door knows; a notice about one end is told under its name.

import { formatMac, vlanOf } from '../../channel/mac-words.ts';
import type { NoticeCode } from '../../channel/messages.ts';
import { STORM_OVER_NS } from '../limits.ts';
import { MOVE, MoveWatch } from './move-watch.ts';
import { NoticeGate } from './notice-gate.ts';
import type { SegmentReporter } from './segment.ts';

/** The notices of one switch. */
export class SwitchNotices {
  private readonly segmentId: number;
  private readonly reporter: Pick<SegmentReporter, 'onNotice'>;
  private readonly moves = new MoveWatch();
  private readonly moveGate = new NoticeGate();
  private readonly loopGate = new NoticeGate();
  private readonly stormGate = new NoticeGate();
  private refusedNs = Number.NEGATIVE_INFINITY;

  constructor(segmentId: number, reporter: Pick<SegmentReporter, 'onNotice'>) {
    this.segmentId = segmentId;
    this.reporter = reporter;
  }

  /** An address was at end `from` and is at end `to` now. */
  onMoved(high: number, low: number, from: number, to: number, nowNs: number): void {
    const verdict = this.moves.note(high, low, nowNs);
    if (verdict === MOVE.nothing) return;
    const gate = verdict === MOVE.loop ? this.loopGate : this.moveGate;
    if (!gate.admits(nowNs)) return;
    const vlan = vlanOf(high);
    const who = formatMac(high, low) + (vlan === 0 ? '' : ` in VLAN ${vlan}`);
    if (verdict === MOVE.loop) {
      const text = `${who} comes from {0} and {1} in turn, many times a second: the networks behind them form a loop`;
      this.tell('loop', text, gate, [from, to]);
    } else if (verdict === MOVE.often) {
      const text = `${who} moves to and fro between {0} and {1}: two machines use this address, or there is a loop`;
      this.tell('mac_moved', text, gate, [from, to]);
    } else {
      this.tell('mac_moved', `${who} moved from {0} to {1}`, gate, [from, to]);
    }
  }

  /** The table is full, and a frame came from an address that is not in it. */
  onRefused(limit: number, endId: number, nowNs: number): void {
    const isFirst = nowNs - this.refusedNs > STORM_OVER_NS;
    this.refusedNs = nowNs;
    if (!isFirst) return;
    const text = `The address table is full (${limit} addresses): frames to others, such as one from here, go to all ports`;
    this.reporter.onNotice(this.segmentId, 'mac_table_full', text, [endId]);
  }

  /** The storm guard of an end began to drop frames. */
  onStorm(what: 'broadcast' | 'unknown unicast', rate: number, endId: number, nowNs: number): void {
    if (!this.stormGate.admits(nowNs)) return;
    const text = `More than ${rate} ${what} frames a second come in: the rest is dropped`;
    this.tell('storm', text, this.stormGate, [endId]);
  }

  private tell(code: NoticeCode, text: string, gate: NoticeGate, endIds: readonly number[]): void {
    const skipped = gate.takeSkipped();
    const more = skipped === 0 ? '' : ` (${skipped} more like this before)`;
    this.reporter.onNotice(this.segmentId, code, text + more, endIds);
  }
}
