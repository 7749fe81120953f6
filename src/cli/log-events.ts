// What happens to a bridge, said to people: one sentence per event.

import type { Bridge } from '../control/bridge.ts';
import type { Logger } from '../log/logger.ts';

/** Writes a record for every event of `bridge`. */
export function logBridgeEvents(bridge: Bridge, log: Logger): void {
  bridge.on('listening', ({ link, endpoint, address }) =>
    log.record('info', 'listening', `${endpoint} listening on ${address}`, { link, endpoint, address }),
  );
  bridge.on('waiting', ({ link, endpoint, reason }) =>
    log.record('info', 'waiting', `${endpoint} waiting: ${reason}; trying until it is there`, {
      link,
      endpoint,
      reason,
    }),
  );
  bridge.on('attached', ({ link, endpoint, peer }) =>
    log.record('info', 'attached', `${endpoint} attached (${peer})`, { link, endpoint, peer }),
  );
  bridge.on('detached', ({ link, endpoint, reason }) =>
    log.record('warn', 'detached', `${endpoint} detached: ${reason}`, { link, endpoint, reason }),
  );
  bridge.on('streamBroken', ({ link, endpoint, length }) =>
    log.record(
      'warn',
      'stream_broken',
      `${endpoint} sent a frame length of ${length}, which cannot be (1 to 69632): its connection is reset`,
      { link, endpoint, length },
    ),
  );
  bridge.on('notice', ({ link, endpoint, code, text }) =>
    log.record('warn', code, `${endpoint ?? link}: ${text}`, { link, ...(endpoint && { endpoint }) }),
  );
  bridge.on('lint', ({ link, endpoint, code, text, state }) =>
    log.record(
      state === 'found' ? 'warn' : 'info',
      state === 'found' ? code : 'cleared',
      `${link}: ${state === 'found' ? '' : 'no more: '}${text}`,
      {
        link,
        ...(endpoint && { endpoint }),
        ...(state === 'cleared' && { code }),
      },
    ),
  );
  bridge.on('busy', ({ link, endpoint }) =>
    log.record('warn', 'busy', `${endpoint} is served already: another client waits until the first one leaves`, {
      link,
      endpoint,
    }),
  );
}
