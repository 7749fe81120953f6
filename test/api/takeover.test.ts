// Clients that ask for a takeover and leave at once.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { giveEstate } from '../../src/control/takeover/give.ts';
import { TAKEOVER_REQUEST } from '../../src/control/takeover/protocol.ts';
import { Condition } from '../support/condition.ts';
import { ControlledBridge } from '../support/control.ts';

const TIMES = 10;

test('a client that asks for a takeover and leaves at once is no error, and the bridge goes on', async (t) => {
  const given: boolean[] = [];
  const told = new Condition();
  const api: ControlledBridge = await ControlledBridge.start(t, {
    topology: { links: ['unix:/nowhere/a--unix:/nowhere/b'] },
    onTakeover: async (socket, armed) => {
      const isGiven = await giveEstate(api.bridge, socket, armed);
      given.push(isGiven);
      told.changed();
      return isGiven;
    },
  });
  for (let times = 1; times <= TIMES; times++) {
    const socket = connect(api.socketPath);
    await once(socket, 'connect');
    socket.write(TAKEOVER_REQUEST, () => socket.destroy());
    await told.until(
      () => given.length === times,
      () => `${given.length} of ${times} attempts`,
    );
  }
  assert.deepEqual(given, Array<boolean>(TIMES).fill(false));
  assert.deepEqual(
    api.records.filter(({ level }) => level === 'error'),
    [],
  );
  const answer = await api.askJson('PATCH', '/v1/links/unix:%2Fnowhere%2Fa--unix:%2Fnowhere%2Fb', { state: 'down' });
  assert.equal(answer.status, 200);
});
