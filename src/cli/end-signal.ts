// SIGTERM and SIGINT of whatever runs until it is told to stop: a bridge, a capture, a scenario, a drill. While the program loads, a
// signal just ends it (bin.ts, main.ts); then there is something to bring to an end. In between none may be lost.

const SIGNALS = ['SIGTERM', 'SIGINT'] as const;

/** How a program ends that a signal has ended: 128 and the number of the signal, as a shell has it. */
export const SIGNAL_EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** Calls back for each signal that asks for the end, in place of whoever listened so far. */
export function onEndSignal(onSignal: (signal: (typeof SIGNALS)[number]) => void): void {
  for (const signal of SIGNALS) {
    const earlier = process.rawListeners(signal) as NodeJS.SignalsListener[];
    // Ours first: with its last listener a signal's watch ends, and what came since the event loop last turned is
    // forgotten. Loading the program is one such turn, of a hundred milliseconds and more.
    process.on(signal, () => onSignal(signal));
    for (const listener of earlier) process.off(signal, listener);
  }
}
