// Ten thousand random requests, valid and hostile, several at once, leave a consistent bridge: it runs what its topology
// says, the state file says the same, every reply is one that the document promises, and nothing is left open.
import assert from 'node:assert/strict';
import { readdirSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { linkPath } from '../../src/control/http/client.ts';
import { StateFile } from '../../src/control/state-file.ts';
import { endpointKey, parseEndpoint } from '../../src/topology/endpoint-spec.ts';
import { topologyToDocument } from '../../src/topology/file/document.ts';
import { parseTopologyDocument } from '../../src/topology/file/parse.ts';
import { Chaos } from '../support/api-chaos.ts';
import { type ApiDocument, ReplyJudge } from '../support/api-document.ts';
import { Condition } from '../support/condition.ts';
import { ControlledBridge, codeOf, makeFolder } from '../support/control.ts';
import { findFreePort } from '../support/ports.ts';
import { chooseSeed, Random } from '../support/random.ts';

const REQUESTS = 10_000;

test(`${REQUESTS} random requests leave a bridge that is what it says`, async (t) => {
  const folder = makeFolder(t);
  const api = await ControlledBridge.start(t, { stateFile: join(folder, 'state.json') });
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  // What a thread opens once and keeps is open before the count.
  const every = {
    links: [
      `tcp:127.0.0.1:1--unix-listen:${folder}/l1`,
      `unix:${folder}/none--listen:127.0.0.1:${await findFreePort()}`,
    ],
  };
  await api.askJson('PUT', '/v1/topology', every);
  await api.askJson('PUT', '/v1/topology', { links: [] });
  const before = openFiles().length;
  const chaos = new Chaos(new Random(chooseSeed(t)), folder);
  const statuses = new Map<number, number>();
  for (let i = 0; i < REQUESTS; ) {
    // Several at once, as several clients would.
    const batch = Array.from({ length: Math.min(4, REQUESTS - i) }, () => chaos.next());
    i += batch.length;
    await Promise.all(
      batch.map(async ({ method, path, values, query, body }) => {
        const left = [...values];
        const url = path.replace(/\{\w+\}/g, () => encodeURIComponent(left.shift() ?? '')) + query;
        const question = body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body };
        const answer = await api.ask(method, url, question);
        if (codeOf(answer) !== 'route_unknown') judge.check(method, path, answer);
        assert.notEqual(answer.status, 500, answer.text);
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }),
    );
    if (i % 1000 === 0) assertConsistent(api);
  }
  t.diagnostic(`replies: ${JSON.stringify(Object.fromEntries(statuses))}`);
  for (const status of [200, 201, 400, 404, 409]) assert.ok((statuses.get(status) ?? 0) > 50, `few ${status}`);
  assertConsistent(api);
  assert.deepEqual(
    topologyToDocument(new StateFile(join(folder, 'state.json')).read()!),
    topologyToDocument(api.bridge.topology),
  );
  assert.deepEqual(api.records, []);

  for (const { name } of api.bridge.topology.segments)
    assert.equal((await api.ask('DELETE', linkPath(name))).status, 200);
  assert.deepEqual([api.bridge.status(), api.bridge.waiting()], [[], []]);
  await untilClosed(before);
});

/** The bridge runs what its topology says, and the topology is one that could be read from a file. */
function assertConsistent({ bridge }: ControlledBridge): void {
  const { topology } = bridge;
  const describe = (name: string, kind: string, isUp: boolean, endpoints: readonly string[]) =>
    JSON.stringify([name, kind, isUp, endpoints.map((text) => endpointKey(parseEndpoint(text)))]);
  // The members of a hub or switch have no order.
  const sorted = (kind: string, texts: string[]) => (kind === 'link' ? texts : texts.sort());
  const running = bridge.status().map(({ name, kind, isUp, ends }) =>
    describe(
      name,
      kind,
      isUp,
      sorted(
        kind,
        ends.map(({ endpoint }) => endpoint),
      ),
    ),
  );
  const wanted = topology.segments.map(({ name, kind, isUp, endpoints }) =>
    describe(
      name,
      kind,
      isUp,
      sorted(
        kind,
        endpoints.map(({ text }) => text),
      ),
    ),
  );
  assert.deepEqual(running.sort(), wanted.sort());
  const document = topologyToDocument(topology);
  assert.deepEqual(
    topologyToDocument(parseTopologyDocument(JSON.parse(JSON.stringify(document)), 'test').topology),
    document,
  );
}

function openFiles(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).replace(/\d+/g, '');
    } catch {
      // The descriptor by which the folder was read.
      return [];
    }
  });
}

/** Waits until no more descriptors are open than before. */
async function untilClosed(most: number): Promise<void> {
  const condition = new Condition();
  const poll = setInterval(() => condition.changed(), 50);
  try {
    await condition.until(
      () => openFiles().length <= most,
      () => `at most ${most} open files, there are ${openFiles().length}: ${openFiles().sort()}`,
    );
  } finally {
    clearInterval(poll);
  }
}
