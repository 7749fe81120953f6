// Keeps what a segment tells people to a few lines, however many frames give reason for one: so many in a while, and how
// many were left out with the next.

import { NOTICE_WINDOW_NS, NOTICES_PER_WINDOW } from '../limits.ts';

/** The gate for one kind of notice. */
export class NoticeGate {
  private openedNs = Number.NEGATIVE_INFINITY;
  private passed = 0;
  private skipped = 0;

  /** Whether a notice may be given now; if not, it is counted. */
  admits(nowNs: number): boolean {
    if (nowNs - this.openedNs > NOTICE_WINDOW_NS) {
      this.openedNs = nowNs;
      this.passed = 0;
    }
    if (this.passed < NOTICES_PER_WINDOW) {
      this.passed++;
      return true;
    }
    this.skipped++;
    return false;
  }

  /** How many were left out since this was asked last. */
  takeSkipped(): number {
    const { skipped } = this;
    this.skipped = 0;
    return skipped;
  }
}
