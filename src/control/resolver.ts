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

/** Asks the host's resolver (/etc/hosts, then DNS), anew each time. */
export class Resolver {
  readonly #underWay = new Map<string, OnResolved[]>();

  resolve(host: string, onResolved: OnResolved): void {
    const waiting = this.#underWay.get(host);
    if (waiting !== undefined) {
      waiting.push(onResolved);
      return;
    }
    this.#underWay.set(host, [onResolved]);
    lookup(host, { all: true, order: 'verbatim' }, (error, found) => {
      const askers = this.#underWay.get(host) ?? [];
      this.#underWay.delete(host);
      const reason = error === null ? undefined : (WORDS[error.code ?? ''] ?? error.code ?? 'name lookup failed');
      const addresses = error === null ? found.map(({ address }) => address) : [];
      for (const answer of askers) answer(addresses, reason);
    });
  }
}
