// Pauses between attempts: 50 ms at first, longer each time, varied so that many endpoints do not knock together.

import { RETRY_ABSENT_NS, RETRY_FIRST_NS, RETRY_GROWTH, RETRY_JITTER, RETRY_REFUSED_NS } from '../limits.ts';

/** A growing pause. Chance is an argument so that a test can replay it. */
export class Retry {
  private pauseNs = RETRY_FIRST_NS;
  private readonly random: () => number;

  constructor(random: () => number) {
    this.random = random;
  }

  /** Starts again with the shortest pause. */
  reset(): void {
    this.pauseNs = RETRY_FIRST_NS;
  }

  /** The next pause; `answered`: somebody refused, so the host is there and the machine may listen any moment. */
  nextNs(answered: boolean): number {
    const pauseNs = Math.min(this.pauseNs, answered ? RETRY_REFUSED_NS : RETRY_ABSENT_NS);
    this.pauseNs = Math.min(pauseNs * RETRY_GROWTH, RETRY_ABSENT_NS);
    return pauseNs * (1 + RETRY_JITTER * (2 * this.random() - 1));
  }
}
