// What the API and the tables of the command line say of carriers, with a real bridge and a scripted monitor.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { endColumns, endRows } from '../../src/cli/link-columns.ts';
import { Carrier } from '../../src/control/carrier.ts';
import type { LinkStatus, Status } from '../../src/control/http/schemas.ts';
import { formatMonitor } from '../../src/topology/carrier.ts';
import { type ApiDocument, ReplyJudge } from '../support/api-document.ts';
import { Condition } from '../support/condition.ts';
import { ControlledBridge } from '../support/control.ts';
import { ScriptedMonitor } from '../support/scripted-monitor.ts';

const A = 'unix:/nowhere/a.sock';
const B = 'unix:/nowhere/b.sock';

test('the API and the tables tell the carrier that was set last, of the ends whose carrier is looked after', async (t) => {
  const monitor = await ScriptedMonitor.start(t, 'qmp', { netdevs: ['p01'] });
  const end = { endpoint: A, monitor: formatMonitor(monitor.spec), netdev: 'p01' };
  const api = await ControlledBridge.start(t, { topology: { links: [{ name: 'l', endpoints: [end, B] }] } });
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  const linkOf = async (): Promise<LinkStatus> => {
    const answer = await api.ask('GET', '/v1/links/l');
    judge.check('GET', '/v1/links/{name}', answer);
    return answer.json as LinkStatus;
  };
  assert.deepEqual(
    (await linkOf()).ends.map((one) => 'carrier' in one),
    [false, false],
    'Nobody looks after carriers',
  );

  const told = new Condition();
  let isSet = false;
  const record = (_level: string, event: string): void => {
    isSet ||= event === 'carrier';
    told.changed();
  };
  const carrier = new Carrier(api.bridge, { log: { record } });
  t.after(() => carrier.close());
  api.bridge.carrierOf = (key) => carrier.stateOf(key);
  await told.until(
    () => isSet,
    () => 'a carrier that was set',
  );
  const link = await linkOf();
  assert.deepEqual(
    link.ends.map((one) => one.carrier),
    ['down', undefined],
  );
  const answer = await api.ask('GET', '/v1/status');
  judge.check('GET', '/v1/status', answer);
  assert.equal((answer.json as Status).segments[0]!.ends[0]!.carrier, 'down');
  const column = endColumns([link], 'table').find(({ title }) => title === 'CARRIER')!;
  assert.deepEqual(
    endRows([link]).map((row) => column.text?.(row)),
    ['down', '-'],
  );
});

test('an endpoint keeps its monitor while it is in no link, and when it comes back', async (t) => {
  const end = { endpoint: A, monitor: 'qmp:127.0.0.1:9', netdev: 'p01' };
  const api = await ControlledBridge.start(t, { topology: { links: [{ name: 'l', endpoints: [end, B] }] } });
  const before = (await api.ask('GET', '/v1/topology')).json;
  await api.ask('DELETE', '/v1/links/l');
  const between = (await api.ask('GET', '/v1/topology')).json;
  assert.deepEqual(between, { links: [], unplugged: [end] });
  const again = await api.askJson('PUT', '/v1/topology', between);
  assert.deepEqual(again.json, { changed: false, steps: [] });
  await api.askJson('PUT', '/v1/links/l', { endpoints: [A, B] });
  assert.deepEqual((await api.ask('GET', '/v1/topology')).json, before);
  const other = 'unix:/nowhere/c.sock';
  await api.askJson('PATCH', '/v1/links/l', { a: other });
  await api.askJson('PATCH', '/v1/links/l', { b: A });
  assert.deepEqual((await api.ask('GET', '/v1/topology')).json, { links: [{ name: 'l', endpoints: [other, end] }] });
});
