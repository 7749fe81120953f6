// Event streams: what they say, how a reader comes back, and that a reader who does not read holds nothing up.
import assert from 'node:assert/strict';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { type TestContext, test } from 'node:test';
import { EventReader, type ServerEvent } from '../../src/control/http/event-reader.ts';
import { type ApiDocument, ReplyJudge } from '../support/api-document.ts';
import { Condition } from '../support/condition.ts';
import { ControlledBridge, codeOf } from '../support/control.ts';
import { ListeningPeer } from '../support/listening-peer.ts';

const LINK = 'unix:/nowhere/a--unix:/nowhere/b';

/** A reader of one stream that remembers what it read. */
class Follower {
  readonly events: ServerEvent[] = [];
  isEnded = false;
  comments = 0;
  readonly #condition = new Condition();
  readonly #sent;

  constructor(t: TestContext, api: ControlledBridge, path: string, headers: Record<string, string> = {}) {
    const reader = new EventReader();
    this.#sent = request({ socketPath: api.socketPath, path, headers: { host: 'localhost', ...headers } });
    this.#sent.on('response', (response: IncomingMessage) => {
      assert.equal(response.statusCode, 200);
      assert.match(String(response.headers['content-type']), /^text\/event-stream/);
      response.setEncoding('utf8');
      response.on('data', (text: string) => {
        this.comments += text.match(/^:/gm)?.length ?? 0;
        this.events.push(...reader.push(text));
        this.#condition.changed();
      });
      response.on('close', () => this.#end());
      response.on('error', () => this.#end());
    });
    this.#sent.on('error', () => this.#end());
    this.#sent.end();
    t.after(() => this.stop());
  }

  async until(holds: () => boolean, what: string): Promise<void> {
    await this.#condition.until(holds, () => what);
  }

  async event(type: string): Promise<ServerEvent> {
    await this.until(() => this.events.some((event) => event.type === type), `an event of type ${type}`);
    return this.events.find((event) => event.type === type)!;
  }

  stop(): void {
    this.#sent.destroy();
  }

  #end(): void {
    this.isEnded = true;
    this.#condition.changed();
  }
}

async function toggle(api: ControlledBridge, times: number): Promise<void> {
  for (let i = 0; i < times; i++) {
    await api.changes.apply((actual) => ({
      ...actual,
      segments: actual.segments.map((segment) => ({ ...segment, isUp: !segment.isUp })),
    }));
  }
}

/** A client that asks for a stream and then takes nothing. */
async function openStalled(t: TestContext, api: ControlledBridge, path: string): Promise<Socket> {
  const socket = connect(api.socketPath);
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  const condition = new Condition();
  let head = '';
  socket.on('data', (chunk: Buffer) => {
    head += chunk.toString();
    condition.changed();
  });
  socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
  await condition.until(
    () => head.includes(': connected'),
    () => 'the beginning of a stream',
  );
  socket.pause();
  return socket;
}

test('GET /v1/events tells what happens, in the form that the document gives', async (t) => {
  const peer = await ListeningPeer.start(t);
  const api = await ControlledBridge.start(t, { topology: { links: [] } });
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  const follower = new Follower(t, api, '/v1/events');
  await follower.until(() => follower.comments > 0, 'the beginning');
  const endpoints = [peer.endpoint, 'unix:/nowhere/b'];
  await api.askJson('PUT', '/v1/links/x', { endpoints });
  const attached = await follower.event('attached');
  const waiting = await follower.event('waiting');
  const changed = await follower.event('changed');
  peer.reset();
  const detached = await follower.event('detached');
  for (const [id, { data }] of [
    ['EventAttached', attached],
    ['EventWaiting', waiting],
    ['EventDetached', detached],
  ] as const) {
    judge.checkComponent(id, JSON.parse(data));
  }
  const { time, ...step } = JSON.parse(changed.data) as Record<string, unknown>;
  assert.ok(!Number.isNaN(Date.parse(String(time))));
  assert.deepEqual(step, { action: 'add', link: 'x', kind: 'link', endpoints });
  assert.equal(JSON.parse(attached.data).endpoint, peer.endpoint);
});

test('a reader who comes back with Last-Event-ID misses nothing', async (t) => {
  const api = await ControlledBridge.start(t, { topology: { links: [LINK] } });
  const first = new Follower(t, api, '/v1/events');
  await first.until(() => first.comments > 0, 'the beginning');
  await toggle(api, 3);
  await first.until(() => first.events.filter(({ type }) => type === 'changed').length === 3, 'three changes');
  first.stop();
  const last = first.events.at(-1)!;
  await toggle(api, 4);
  const second = new Follower(t, api, '/v1/events', { 'last-event-id': last.id });
  await second.until(() => second.events.length >= 4, 'what was missed');
  const all = [...first.events, ...second.events].filter(({ type }) => type === 'changed');
  assert.equal(all.length, 7);
  assert.equal(new Set(all.map(({ id }) => id)).size, 7);
});

test('a reader who was away for too long is told how much is missing', async (t) => {
  const api = await ControlledBridge.start(t, { topology: { links: [LINK] } });
  const first = new Follower(t, api, '/v1/events');
  await first.until(() => first.comments > 0, 'the beginning');
  await toggle(api, 1);
  const { id } = await first.event('changed');
  first.stop();
  await toggle(api, 1500);
  const late = new Follower(t, api, '/v1/events', { 'last-event-id': id });
  await late.until(() => late.events.length >= 1001, 'the last thousand');
  const [missed, ...rest] = late.events;
  assert.equal(missed?.type, 'missed');
  assert.equal(rest.length, 1000);
  // The two "waiting" of the start may have come before or after the first change.
  const count = (JSON.parse(missed!.data) as { missed: number }).missed;
  assert.ok(count >= 500 && count <= 502, `${count} missed`);

  const stranger = new Follower(t, api, '/v1/events', { 'last-event-id': 'another-process-7' });
  assert.deepEqual(JSON.parse((await stranger.event('missed')).data), { missed: null });
});

test('GET /v1/rates tells what flows, and stops counting when nobody listens', async (t) => {
  const [one, two] = [await ListeningPeer.start(t), await ListeningPeer.start(t)];
  const api = await ControlledBridge.start(t, { topology: { links: [`${one.endpoint}--${two.endpoint}`] } });
  const judge = new ReplyJudge((await api.ask('GET', '/openapi.json')).json as ApiDocument);
  await Promise.all([one.attached(), two.attached()]);
  let reads = 0;
  const read = api.bridge.status.bind(api.bridge);
  api.bridge.status = () => {
    reads++;
    return read();
  };
  const followers = Array.from({ length: 5 }, () => new Follower(t, api, '/v1/rates?intervalMs=100'));
  for (const follower of followers) await follower.event('rates');
  one.send(Buffer.alloc(1000));
  await two.take(1);
  type Rates = { links: { link: string; ends: { rxFramesPerSecond: number; txBitsPerSecond: number }[] }[] };
  const parsed = () => followers[0]!.events.map(({ data }) => JSON.parse(data) as Rates);
  await followers[0]!.until(
    () => parsed().some(({ links }) => links[0]!.ends[0]!.rxFramesPerSecond > 0),
    'a frame in the rates',
  );
  const busy = parsed().find(({ links }) => links[0]!.ends[0]!.rxFramesPerSecond > 0)!;
  assert.ok(busy.links[0]!.ends[1]!.txBitsPerSecond > 0);
  for (const rates of parsed()) judge.checkComponent('Rates', rates);
  const records = Math.max(...followers.map(({ events }) => events.length));
  assert.ok(reads <= records + followers.length + 1, `${reads} readings for ${records} records`);

  for (const follower of followers) follower.stop();
  const condition = new Condition();
  const poll = setInterval(() => condition.changed(), 20);
  t.after(() => clearInterval(poll));
  let last = -1;
  await condition.until(
    () => {
      const isQuiet = reads === last;
      last = reads;
      return isQuiet;
    },
    () => 'the end of readings',
  );
});

test('a reader who takes nothing holds nothing up, and is told what it missed', async (t) => {
  const api = await ControlledBridge.start(t, {
    topology: { links: [LINK] },
    streams: { bufferBytes: 4096 },
  });
  const stalled = await openStalled(t, api, '/v1/events');
  const follower = new Follower(t, api, '/v1/events');
  await follower.until(() => follower.comments > 0, 'the beginning');
  // More than the sockets and the buffer take.
  const changes = 6000;
  await toggle(api, changes);
  await follower.until(
    () => follower.events.filter(({ type }) => type === 'changed').length + missedBy(follower) >= changes,
    'every change to reach the reader who reads',
  );
  assert.equal((await api.ask('GET', '/v1/status')).status, 200);

  const reader = new EventReader();
  const events: ServerEvent[] = [];
  const condition = new Condition();
  stalled.removeAllListeners('data');
  stalled.on('data', (chunk: Buffer) => {
    // Chunk lengths of the transfer coding stand on lines of their own, which are no fields of an event.
    events.push(...reader.push(chunk.toString().replace(/\r\n[0-9a-f]*(\r\n)?/g, '')));
    condition.changed();
  });
  stalled.resume();
  await condition.until(
    () => events.some(({ type }) => type === 'missed'),
    () => 'to be told what is missing',
  );
  const missed = JSON.parse(events.find(({ type }) => type === 'missed')!.data) as { missed: number };
  assert.ok(missed.missed > 0 && missed.missed < changes);
});

function missedBy({ events }: Follower): number {
  return events
    .filter(({ type }) => type === 'missed')
    .reduce((sum, { data }) => sum + (JSON.parse(data) as { missed: number }).missed, 0);
}

test('idle streams get heartbeats, and a reader who takes nothing is cut off in the end', async (t) => {
  const api = await ControlledBridge.start(t, {
    topology: { links: [LINK] },
    streams: { bufferBytes: 64 * 1024, heartbeatMs: 50 },
  });
  const idle = new Follower(t, api, '/v1/events');
  await idle.until(() => idle.comments > 5, 'heartbeats');
  const stalled = await openStalled(t, api, '/v1/events');
  const condition = new Condition();
  const closed = new Promise<void>((resolve) => stalled.on('close', () => resolve()));
  // Fill the sockets, so that records have to wait.
  await toggle(api, 4000);
  const poll = setInterval(() => condition.changed(), 20);
  t.after(() => clearInterval(poll));
  await idle.until(() => idle.events.length > 0, 'events for the reader who reads');
  const before = idle.comments;
  await idle.until(() => idle.comments > before + 8, 'more heartbeats');
  stalled.resume();
  await closed;
  assert.equal(idle.isEnded, false);
});

test('there is a bound to the number of streams, and room again when one ends', async (t) => {
  const api = await ControlledBridge.start(t, { topology: { links: [LINK] } });
  const followers = Array.from({ length: 100 }, () => new Follower(t, api, '/v1/events'));
  for (const follower of followers) await follower.until(() => follower.comments > 0, 'the beginning');
  const refused = await api.ask('GET', '/v1/events');
  assert.deepEqual([refused.status, codeOf(refused)], [503, 'too_many_streams']);
  assert.equal((await api.ask('GET', '/v1/status')).status, 200);
  followers[0]!.stop();
  for (;;) {
    const answer = await api.ask('HEAD', '/v1/events');
    assert.equal(answer.status, 200);
    const again = new Promise<number>((resolve, reject) => {
      const sent = request({ socketPath: api.socketPath, path: '/v1/events', headers: { host: 'localhost' } });
      sent.on('response', (response) => {
        resolve(response.statusCode ?? 0);
        response.destroy();
      });
      sent.on('error', reject).end();
    });
    if ((await again) === 200) break;
  }
});

test('streams end when the bridge ends', async (t) => {
  const api = await ControlledBridge.start(t, { topology: { links: [LINK] } });
  const followers = [new Follower(t, api, '/v1/events'), new Follower(t, api, '/v1/rates')];
  for (const follower of followers) await follower.until(() => follower.comments > 0, 'the beginning');
  await api.close();
  for (const follower of followers) await follower.until(() => follower.isEnded, 'the end');
});

test('the client follows a stream until it is told to stop', async (t) => {
  const api = await ControlledBridge.start(t, { topology: { links: [LINK] } });
  const controller = new AbortController();
  const types: string[] = [];
  const done = api.client.stream(
    '/v1/rates?intervalMs=100',
    ({ type }) => {
      types.push(type);
      if (types.length === 2) controller.abort();
    },
    controller.signal,
  );
  await done;
  assert.deepEqual(types.slice(0, 2), ['rates', 'rates']);
  await assert.rejects(
    api.client.stream('/v1/rates?intervalMs=1', () => {}, new AbortController().signal),
    {
      code: 'request_invalid',
    },
  );
});
