// Names to addresses, for the forwarding threads, which must not block. Many endpoints share a host, so one question is
// asked once while it is under way.

import { lookup } from 'node:dns';

const WORDS: Readonly<Record<string, string>> = {
  ENOTFOUND: 'name not known',
  EAI_AGAIN: 'name service does not answer',
  EAI_FAIL: 'name service failed',
};

/** The answer to a question for a name: addresses, or why there are none. */
export type OnResolved = (addresses: readonly string[], error: string | undefined) => void;

interface Lookup {
  readonly startedMs: number;
  readonly askers: OnResolved[];
}

// A resolver may take ten seconds to find out that a name server is silent. Whoever asks after this long gets a
// question of their own: the name may be there by now.
const FRESH_MS = 1000;
const MAX_LOOKUPS_PER_NAME = 4;

/** Asks the host's resolver (/etc/hosts, then DNS), anew each time. */
export class Resolver {
  readonly #underWay = new Map<string, Lookup[]>();

  resolve(host: string, onResolved: OnResolved): void {
    const lookups = this.#underWay.get(host) ?? [];
    const newest = lookups.at(-1);
    const nowMs = performance.now();
    if (newest !== undefined && (nowMs - newest.startedMs < FRESH_MS || lookups.length >= MAX_LOOKUPS_PER_NAME)) {
      newest.askers.push(onResolved);
      return;
    }
    const started: Lookup = { startedMs: nowMs, askers: [onResolved] };
    lookups.push(started);
    this.#underWay.set(host, lookups);
    lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
      lookups.splice(lookups.indexOf(started), 1);
      if (lookups.length === 0) this.#underWay.delete(host);
      const reason = error === null ? undefined : (WORDS[error.code ?? ''] ?? error.code ?? 'name lookup failed');
      const addresses = error === null ? found.map(({ address }) => address) : [];
      // A name that is found is found for everybody who waits for it.
      const answered = reason === undefined ? [started, ...lookups] : [started];
      for (const { askers } of answered) {
        for (const answer of askers.splice(0)) answer(addresses, reason);
      }
    });
  }
}
