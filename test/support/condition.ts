// Waiting in tests: for a condition that some event may have made true, never for time to pass.
// The deadline only ends a test that has failed already, so it is generous: the machine may be very slow.
// A deadline that passes reports what every witness (a bridge, a peer) has to say.

/** How long a test waits for something that must happen, in milliseconds. */
export const DEADLINE_MS = Number(process.env.TEST_DEADLINE_MS ?? 60_000);

const witnesses = new Set<() => string>();

/** Registers a description that is added to the error of every missed deadline; returns the call that withdraws it. */
export function addWitness(describe: () => string): () => void {
  witnesses.add(describe);
  return () => witnesses.delete(describe);
}

/** Something whose state changes: whoever changes it says so, and whoever waits looks again. */
export class Condition {
  readonly #waiters = new Set<() => void>();

  /** Makes every waiter look again. */
  changed(): void {
    for (const look of [...this.#waiters]) look();
  }

  /** Waits until `holds` returns true; rejects when it throws or when the deadline passes. */
  until(holds: () => boolean, what: () => string): Promise<void> {
    const missed = new Error('missed');
    return new Promise((resolve, reject) => {
      const look = (): void => {
        try {
          if (!holds()) return;
          settle();
          resolve();
        } catch (error) {
          settle();
          reject(error);
        }
      };
      const settle = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(look);
      };
      const timer = setTimeout(() => {
        settle();
        missed.message = [`Waited ${DEADLINE_MS} ms for ${what()}`, ...[...witnesses].map((say) => say())].join('\n');
        reject(missed);
      }, DEADLINE_MS);
      this.#waiters.add(look);
      look();
    });
  }
}
