// Switches by the API: made, set up port by port, joined and left, and the addresses they learn from frames, shown and
// forgotten. Every reply is checked against the OpenAPI document.
import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import type { LinkStatus } from '../../src/control/http/schemas.ts';
import type { Macs } from '../../src/control/http/switch-schemas.ts';
import { type ApiDocument, ReplyJudge } from '../support/api-document.ts';
import { type Answer, ControlledBridge, codeOf } from '../support/control.ts';
import { ListeningPeer } from '../support/listening-peer.ts';

const A = 'unix:/nowhere/a.sock';
const B = 'unix:/nowhere/b.sock';
const C = 'unix:/nowhere/c.sock';
const D = 'unix:/nowhere/d.sock';
const LINK = '/v1/links/{name}';
const MEMBERS = '/v1/links/{name}/members';
const MACS = '/v1/links/{name}/macs';
const TOPOLOGY = {
  links: [{ name: 'west', endpoints: ['unix:/nowhere/1', 'unix:/nowhere/2'] }],
  hubs: { lan: ['unix:/nowhere/3', 'unix:/nowhere/4'] },
  switches: { core: [{ endpoint: A, vlan: 10 }, B, C] },
};

async function start(t: TestContext, topology: unknown = TOPOLOGY) {
  const api = await ControlledBridge.start(t, { topology });
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  const ask = async (method: string, path: string, values: readonly string[] = [], body?: unknown, query = '') => {
    const left = [...values];
    const url = path.replace(/\{\w+\}/g, () => encodeURIComponent(left.shift() ?? '')) + query;
    const answer = body === undefined ? await api.ask(method, url) : await api.askJson(method, url, body);
    judge.check(method, path, answer);
    return answer;
  };
  /** The ports of a switch as the API tells them: endpoint -> settings. */
  const portsOf = async (name: string) => {
    const { ends } = (await ask('GET', LINK, [name])).json as LinkStatus;
    return Object.fromEntries(ends.map(({ endpoint, port }) => [endpoint, port]));
  };
  return { api, ask, portsOf };
}

function actionsOf({ json }: Answer): string[] {
  return (json as { steps: { action: string }[] }).steps.map(({ action }) => action);
}

test('PUT makes a switch with settings and ports, and tells them', async (t) => {
  const { ask, api } = await start(t, { links: [] });
  const wanted = {
    kind: 'switch',
    endpoints: [A, B],
    switch: { ageing: '1m', reserved: 'filter', storm: { broadcast: 100 } },
    ports: { [A]: { vlan: 10 }, [B]: { trunk: ['20-30', 10], native: 1, isolated: false } },
  };
  assert.equal((await ask('PUT', LINK, ['core'], wanted)).status, 201);
  assert.deepEqual((await ask('PUT', LINK, ['core'], wanted)).json, { changed: false, steps: [] });
  const status = (await ask('GET', LINK, ['core'])).json as LinkStatus;
  assert.deepEqual(
    [status.kind, status.switch],
    ['switch', { ageing: '1m', 'mac-limit': 16_384, reserved: 'filter', storm: { broadcast: 100 } }],
  );
  assert.deepEqual(
    status.ends.map(({ port }) => port),
    [{ vlan: 10 }, { trunk: [10, '20-30'], native: 1 }],
  );
  const { json } = await ask('GET', '/v1/topology');
  assert.deepEqual((json as { switches: unknown }).switches, [
    {
      name: 'core',
      endpoints: [
        { endpoint: A, vlan: 10 },
        { endpoint: B, trunk: [10, '20-30'], native: 1 },
      ],
      ageing: '1m',
      reserved: 'filter',
      storm: { broadcast: 100 },
    },
  ]);
  assert.deepEqual((await ask('PUT', '/v1/topology', [], json)).json, { changed: false, steps: [] });
  assert.deepEqual(actionsOf(await ask('PUT', LINK, ['core'], { kind: 'switch', endpoints: [A, B] })), ['configure']);
  assert.ok(!('ports' in api.bridge.topology.segments[0]!));
});

test('PUT and PATCH refuse what cannot be about a switch, and say where', async (t) => {
  const { ask, api } = await start(t);
  const before = api.bridge.topology;
  const ends = { kind: 'switch', endpoints: [D, 'unix:/nowhere/e.sock'] };
  const puts: [unknown, code: string, path: string | undefined][] = [
    [{ kind: 'switch', endpoints: [D] }, 'hub_too_small', undefined],
    [{ ...ends, ports: { [D]: { vlan: 4095 } } }, 'request_invalid', `ports.${D}.vlan`],
    [{ ...ends, ports: { [D]: { vlan: '10' } } }, 'request_invalid', `ports.${D}.vlan`],
    [{ ...ends, ports: { [D]: { native: 1 } } }, 'port_setting_invalid', `ports.${D}`],
    [{ ...ends, ports: { [D]: { trunk: 'some' } } }, 'port_setting_invalid', `ports.${D}`],
    [{ ...ends, ports: { [A]: { vlan: 1 } } }, 'request_invalid', `ports.${A}`],
    [{ ...ends, ports: { [D]: { colour: 1 } } }, 'request_invalid', `ports.${D}`],
    [{ ...ends, switch: { ageing: 'soon' } }, 'duration_invalid', 'switch'],
    [{ ...ends, switch: { 'mac-limit': 0 } }, 'request_invalid', 'switch.mac-limit'],
    [{ ...ends, switch: { storm: { brodcast: 1 } } }, 'request_invalid', 'switch.storm'],
    [{ ...ends, kind: 'hub', ports: { [D]: { vlan: 1 } } }, 'not_a_switch', undefined],
    [{ ...ends, kind: 'link', switch: { ageing: 5 } }, 'not_a_switch', undefined],
  ];
  for (const [body, code, path] of puts) {
    const { json } = await ask('PUT', LINK, ['new'], body);
    const { error } = json as { error: { code: string; path?: string } };
    assert.deepEqual([error.code, error.path], [code, path], JSON.stringify(body));
  }
  const patches: [name: string, body: unknown, code: string][] = [
    ['core', { ports: { [D]: { vlan: 1 } } }, 'member_unknown'],
    ['core', { ports: { [A]: { tunnel: true } } }, 'port_setting_invalid'],
    ['core', { switch: { reserved: 'drop' } }, 'request_invalid'],
    ['core', { a: D }, 'not_a_link'],
    ['lan', { ports: {} }, 'not_a_switch'],
    ['west', { switch: {} }, 'not_a_switch'],
  ];
  for (const [name, body, code] of patches) {
    assert.equal(codeOf(await ask('PATCH', LINK, [name], body)), code, JSON.stringify(body));
  }
  assert.equal(api.bridge.topology, before);
});

test('PATCH changes settings one by one, and ports as a whole', async (t) => {
  const { ask, api, portsOf } = await start(t);
  const patch = (body: unknown) => ask('PATCH', LINK, ['core'], body);
  const settings = () => api.bridge.topology.segments.find(({ name }) => name === 'core')?.switch;
  assert.deepEqual(actionsOf(await patch({ switch: { ageing: 60, storm: { broadcast: 5, unknown: 6 } } })), [
    'configure',
  ]);
  await patch({ switch: { storm: { unknown: null }, 'mac-limit': 7 } });
  assert.deepEqual(settings(), { ageingSeconds: 60, macLimit: 7, stormBroadcast: 5 });
  await patch({ switch: { storm: null, ageing: null, 'mac-limit': null } });
  assert.equal(settings(), undefined);
  assert.deepEqual((await patch({ switch: { ageing: null } })).json, { changed: false, steps: [] });

  const change = await patch({ ports: { [A]: { trunk: 'all', isolated: true }, [B]: { vlan: 20 } } });
  const changes = [`port ${A} vlan 10 -> trunk all isolated`, `port ${B} plain -> vlan 20`];
  assert.deepEqual(change.json, { changed: true, steps: [{ action: 'configure', link: 'core', changes }] });
  assert.deepEqual(await portsOf('core'), { [A]: { trunk: 'all', isolated: true }, [B]: { vlan: 20 }, [C]: undefined });
  await patch({ ports: { [A]: null, [B]: {} } });
  assert.deepEqual(await portsOf('core'), { [A]: undefined, [B]: undefined, [C]: undefined });
  await patch({ ports: { [A]: { vlan: 1 }, [C]: { vlan: 2 } } });
  assert.deepEqual(actionsOf(await patch({ endpoints: [A, B, D] })), ['leave', 'join']);
  assert.deepEqual(await portsOf('core'), { [A]: { vlan: 1 }, [B]: undefined, [D]: undefined });
  assert.deepEqual(actionsOf(await patch({ state: 'down' })), ['down']);
});

test('members join a switch with their ports, and leave it', async (t) => {
  const { ask, portsOf } = await start(t);
  assert.deepEqual(actionsOf(await ask('POST', MEMBERS, ['core'], { endpoint: D, trunk: '10,20', native: 1 })), [
    'join',
  ]);
  assert.deepEqual((await portsOf('core'))[D], { trunk: [10, 20], native: 1 });
  // As it is already; with other settings; and with none, which says nothing about them.
  const again = await ask('POST', MEMBERS, ['core'], { endpoint: D, trunk: [20, 10], native: 1 });
  assert.deepEqual(again.json, { changed: false, steps: [] });
  assert.deepEqual(actionsOf(await ask('POST', MEMBERS, ['core'], { endpoint: D, vlan: 30 })), ['configure']);
  assert.deepEqual((await ask('POST', MEMBERS, ['core'], { endpoint: D })).json, { changed: false, steps: [] });
  assert.deepEqual((await portsOf('core'))[D], { vlan: 30 });
  assert.deepEqual(actionsOf(await ask('DELETE', `${MEMBERS}/{endpoint}`, ['core', A])), ['leave']);
  assert.deepEqual(actionsOf(await ask('POST', MEMBERS, ['core'], { endpoint: A })), ['join']);
  assert.equal((await portsOf('core'))[A], undefined, 'a port goes with its endpoint');
  assert.equal(codeOf(await ask('POST', MEMBERS, ['core'], { endpoint: A, native: 1 })), 'port_setting_invalid');
  assert.equal(codeOf(await ask('POST', MEMBERS, ['core'], { endpoint: A, vlan: 0 })), 'request_invalid');
  assert.equal(codeOf(await ask('POST', MEMBERS, ['lan'], { endpoint: 'unix:/x', vlan: 1 })), 'not_a_switch');
  assert.equal(codeOf(await ask('POST', MEMBERS, ['west'], { endpoint: 'unix:/x' })), 'not_a_hub');
  assert.equal(codeOf(await ask('DELETE', `${MEMBERS}/{endpoint}`, ['core', 'unix:/x'])), 'member_unknown');
});

/** A broadcast frame from this address. */
function frameFrom(mac: string): Buffer {
  return Buffer.from(`${'ff'.repeat(6)}${mac.replaceAll(':', '')}0806${'00'.repeat(46)}`, 'hex');
}

const MAC_1 = '02:00:00:00:00:01';
const MAC_2 = '02:00:00:00:00:02';

test('GET and DELETE of macs show what frames taught, and forget it', async (t) => {
  const peers = [await ListeningPeer.start(t), await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const [one, two, three] = peers as [ListeningPeer, ListeningPeer, ListeningPeer];
  const vlans = [{ vlan: 10 }, { vlan: 10 }, {}];
  const endpoints = peers.map(({ endpoint }, index) => ({ endpoint, ...vlans[index] }));
  const { ask, api } = await start(t, { ...TOPOLOGY, switches: { core: endpoints } });
  const teach = async (): Promise<void> => {
    one.send(frameFrom(MAC_1));
    await two.take(1);
    two.send(frameFrom(MAC_2));
    await one.take(1);
  };
  const told = (answer: Answer) => (answer.json as Macs).macs.map(({ mac, vlan, endpoint }) => [mac, vlan, endpoint]);
  const read = async (query = '') => told(await ask('GET', MACS, ['core'], undefined, query));
  const flush = async (query = '') => told(await ask('DELETE', MACS, ['core'], undefined, query));
  for (const peer of peers) await peer.attached();
  assert.deepEqual(await read(), []);
  await teach();
  const first = [MAC_1, 10, one.endpoint];
  const second = [MAC_2, 10, two.endpoint];
  assert.deepEqual(await read(), [first, second]);
  assert.deepEqual(await read(`?mac=0200.0000.0001`), [first]);
  assert.deepEqual(await read(`?mac=${MAC_2.replaceAll(':', '-').toUpperCase()}&vlan=10`), [second]);
  assert.deepEqual(await read('?vlan=11'), []);
  assert.deepEqual(await read(`?endpoint=${encodeURIComponent(two.endpoint)}`), [second]);
  assert.deepEqual(await read(`?endpoint=${encodeURIComponent(three.endpoint)}`), []);
  assert.deepEqual(await flush('?vlan=20'), []);
  assert.deepEqual(await flush(`?mac=${MAC_1}`), [first]);
  assert.deepEqual(await read(), [second]);
  await teach();
  assert.deepEqual(await flush(`?endpoint=${encodeURIComponent(one.endpoint)}`), [first]);
  assert.deepEqual(await flush(), [second]);
  assert.deepEqual(await read(), []);
  await teach();
  assert.equal((await api.client.macs('core', { vlan: 10 })).macs.length, 2);
  assert.equal((await api.client.flushMacs('core', { endpoint: one.endpoint, mac: MAC_1 })).macs.length, 1);
  await teach();
  const { macs, total } = await api.client.macs('core', { limit: 1 });
  assert.deepEqual([macs.map(({ mac }) => mac), total], [[MAC_1], 2]);
  assert.deepEqual(await read(`?after=10/${MAC_1}`), [second]);
  assert.deepEqual(await read(`?after=9/${MAC_2}`), [first, second]);
  assert.deepEqual(await read(`?after=10/${MAC_2}`), []);
});

test('macs refuse what has none, and what cannot be read', async (t) => {
  const { ask } = await start(t);
  const cases: [name: string, query: string, code: string][] = [
    ['nothing', '', 'link_unknown'],
    ['west', '', 'not_a_switch'],
    ['lan', '', 'not_a_switch'],
    ['core', '?vlan=x', 'request_invalid'],
    ['core', '?mac=02:00', 'option_invalid'],
    ['core', '?mac=02:00-00:00-00:01', 'option_invalid'],
    ['core', '?colour=red', 'request_invalid'],
    ['core', '?limit=0', 'request_invalid'],
    ['core', '?after=10', 'request_invalid'],
    ['core', '?endpoint=vr1', 'interface_missing'],
    ['core', '?endpoint=vr1/1', 'member_unknown'],
  ];
  for (const method of ['GET', 'DELETE']) {
    for (const [name, query, code] of cases) {
      assert.equal(codeOf(await ask(method, MACS, [name], undefined, query)), code, `${method} ${name} ${query}`);
    }
  }
});

test('a notice of a switch is an event', async (t) => {
  const [one, two] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const { api, ask } = await start(t, { switches: { core: [one.endpoint, two.endpoint] } });
  const document = (await ask('GET', '/openapi.json')).json as ApiDocument;
  await one.attached();
  await two.attached();
  const notice = new Promise<string>((resolve) => {
    const ending = new AbortController();
    void api.client.stream(
      '/v1/events',
      ({ type, data }) => {
        if (type !== 'notice') return;
        ending.abort();
        resolve(data);
      },
      ending.signal,
      '-0',
    );
  });
  one.send(frameFrom(MAC_1));
  await two.take(1);
  two.send(frameFrom(MAC_1));
  await one.take(1);
  const data: unknown = JSON.parse(await notice);
  new ReplyJudge(document).checkComponent('EventNotice', data);
  const { link, code, text } = data as Record<string, string>;
  assert.deepEqual([link, code], ['core', 'mac_moved']);
  assert.match(text!, new RegExp(`^${MAC_1} moved from ${one.endpoint} to ${two.endpoint}`));
});
