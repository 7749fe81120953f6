// Who is let in: Host, Origin and token, on a unix socket and over TCP; what is refused before it starts; and rubbish
// instead of HTTP.
import assert from 'node:assert/strict';
import { chmodSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { ControlClient } from '../../src/control/http/client.ts';
import { ROUTES } from '../../src/control/http/routes.ts';
import { DEADLINE_MS } from '../support/condition.ts';
import { ControlledBridge, codeOf, makeFolder } from '../support/control.ts';
import { withDeadline } from '../support/deadline.ts';
import { chooseSeed, Random } from '../support/random.ts';

const TOKEN = 'a-token-of-more-than-16-characters';

async function startTcp(t: TestContext, mode = 0o600) {
  const tokenFile = join(makeFolder(t), 'token');
  writeFileSync(tokenFile, `${TOKEN}\n`);
  chmodSync(tokenFile, mode);
  return await ControlledBridge.start(t, {
    topology: { links: ['unix:/nowhere/a--unix:/nowhere/b'] },
    listen: '127.0.0.1:0',
    tokenFile,
  });
}

/** Sends bytes as they are and gives back all that comes until the other side hangs up. */
async function sendRaw(socketPath: string, bytes: string | Buffer): Promise<string> {
  const socket = connect(socketPath);
  let text = '';
  const closed = new Promise<void>((resolve, reject) => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
    });
    socket.on('close', () => resolve());
    socket.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? resolve() : reject(error),
    );
  });
  socket.end(bytes);
  await withDeadline(closed, DEADLINE_MS, 'the end of a connection');
  return text;
}

test('over TCP every route but the probes needs the token', async (t) => {
  const api = await startTcp(t);
  const paths = [...ROUTES.map(({ method, path }) => [method, path] as const), ['get', '/openapi.json'] as const];
  for (const [method, path] of paths) {
    const url = path.replace(/\{\w+\}/g, 'x');
    const without = await api.askTcp(method.toUpperCase(), url);
    if (path === '/healthz' || path === '/readyz') {
      assert.equal(codeOf(without), undefined);
      continue;
    }
    assert.deepEqual([path, without.status, codeOf(without)], [path, 401, 'token_missing']);
    assert.match(String(without.headers['www-authenticate']), /^Bearer/);
    for (const authorization of ['Bearer wrong', `Basic ${TOKEN}`, `Bearer ${TOKEN}x`, `Bearer ${TOKEN.slice(1)}`]) {
      const wrong = await api.askTcp(method.toUpperCase(), url, { headers: { authorization } });
      assert.deepEqual([path, authorization, wrong.status], [path, authorization, 401]);
    }
  }
  const headers = { authorization: `Bearer ${TOKEN}` };
  assert.equal((await api.askTcp('GET', '/v1/status', { headers })).status, 200);
  assert.equal((await api.askTcp('GET', '/v1/status', { headers: { authorization: `bearer  ${TOKEN}` } })).status, 200);
  assert.equal(api.stops, 0);
});

test('without a token, readiness counts endpoints and does not name them', async (t) => {
  const api = await startTcp(t);
  assert.deepEqual((await api.askTcp('GET', '/readyz')).json, { health: '1 waiting for 2 endpoints' });
  const known = await api.askTcp('GET', '/readyz', { headers: { authorization: `Bearer ${TOKEN}` } });
  assert.match(known.text, /nowhere/);
});

test('the client brings the token', async (t) => {
  const api = await startTcp(t);
  const { port } = new URL(api.addresses[1]!);
  const place = { host: '127.0.0.1', port: Number(port) };
  assert.equal((await new ControlClient({ ...place, token: TOKEN }).status()).pid, process.pid);
  await assert.rejects(new ControlClient({ ...place, token: 'x' }).status(), { code: 'token_wrong' });
});

test('Host must name this machine, and Origin must be the same', async (t) => {
  const api = await startTcp(t);
  const authorization = `Bearer ${TOKEN}`;
  const ways = [
    (headers: Record<string, string>) => api.ask('GET', '/v1/status', { headers }),
    (headers: Record<string, string>) => api.askTcp('GET', '/v1/status', { headers: { authorization, ...headers } }),
  ];
  for (const ask of ways) {
    for (const host of ['localhost', 'LOCALHOST:80', '127.0.0.1:7000', '192.0.2.1', '[::1]:7000', hostname()]) {
      assert.deepEqual([host, (await ask({ host })).status], [host, 200]);
    }
    for (const host of ['evil.example', 'localhost.evil.example:80', '127.0.0.1.nip.io', 'x@localhost', '[::1']) {
      const answer = await ask({ host });
      assert.ok(answer.status === 403 || answer.status === 400, `${host}: ${answer.status}`);
      assert.match(codeOf(answer) ?? '', /^host_forbidden$|^request_malformed$/);
    }
    assert.equal((await ask({ host: 'localhost:7000', origin: 'http://localhost:7000' })).status, 200);
    for (const origin of ['http://evil.example', 'null', 'http://localhost', 'http://localhost:7001']) {
      const answer = await ask({ host: 'localhost:7000', origin });
      assert.deepEqual([origin, answer.status, codeOf(answer)], [origin, 403, 'origin_forbidden']);
    }
  }
  assert.equal((await api.ask('GET', '/healthz', { headers: { host: 'evil.example' } })).status, 403);
  assert.equal(codeOf(await api.ask('GET', '/no', { headers: { host: 'evil.example' } })), 'host_forbidden');
});

test('further names of this machine can be given', async (t) => {
  const api = await ControlledBridge.start(t, { hostNames: ['lab.example'] });
  assert.equal((await api.ask('GET', '/v1/status', { headers: { host: 'Lab.example:80' } })).status, 200);
});

test('it does not listen over TCP without a token, on loopback or beyond', async (t) => {
  for (const listen of ['127.0.0.1:0', '0.0.0.0:0', '[::]:0', '8080']) {
    await assert.rejects(ControlledBridge.start(t, { listen }), { code: 'listen_without_token', exitCode: 2 });
  }
  for (const listen of ['nonsense', '127.0.0.1', '127.0.0.1:99999', ':80', '127.0.0.1:x']) {
    await assert.rejects(ControlledBridge.start(t, { listen }), { code: 'listen_invalid' });
  }
});

test('a token file that is no good is refused, and one that others may read is pointed out', async (t) => {
  const folder = makeFolder(t);
  const file = (name: string, text: string) => {
    const path = join(folder, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  for (const tokenFile of [
    join(folder, 'missing'),
    folder,
    file('empty', '\n'),
    file('short', 'abc'),
    file('spaces', 'sixteen characters and more'),
  ]) {
    await assert.rejects(ControlledBridge.start(t, { listen: '127.0.0.1:0', tokenFile }), {
      code: 'token_file_unusable',
    });
  }
  const open = await startTcp(t, 0o644);
  assert.deepEqual(
    open.records.map(({ event }) => event),
    ['token_file_open'],
  );
  assert.match(open.records[0]!.message, /mode 0644/);
});

test('an address in use is an error that says so', async (t) => {
  const api = await startTcp(t);
  const tokenFile = join(makeFolder(t), 'token');
  writeFileSync(tokenFile, TOKEN, { mode: 0o600 });
  const { host } = new URL(api.addresses[1]!);
  await assert.rejects(ControlledBridge.start(t, { listen: host, tokenFile }), { code: 'listen_failed' });
});

test('the control socket is for its owner only', async (t) => {
  const api = await ControlledBridge.start(t);
  assert.equal(statSync(api.socketPath).mode & 0o777, 0o600);
  assert.deepEqual(readdirSync(api.folder), ['control.sock']);
  await api.close();
  assert.deepEqual(readdirSync(api.folder), []);
});

const GARBAGE: readonly (string | Buffer)[] = [
  'hello\r\n\r\n',
  'GET\r\n\r\n',
  'GET / HTTP/9.9\r\n\r\n',
  'GET /v1/status HTTP/1.1\r\n\r\n',
  'GET /v1/status HTTP/1.1\r\nHost: \r\n\r\n',
  'GET /v1/status HTTP/1.0\r\n\r\n',
  'GET /v1/status HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n',
  'GET http://evil.example/v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'GET * HTTP/1.1\r\nHost: localhost\r\n\r\n',
  'POST /v1/stop HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  'PUT /v1/links/x HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab',
  'PUT /v1/links/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
  'PUT /v1/links/x HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: xchunked\r\n\r\n',
  'GET /v1/status HTTP/1.1\r\nHost : localhost\r\n\r\n',
  'GET /v1/status HTTP/1.1\nHost: localhost\n\n',
  'GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX: a\0b\r\n\r\n',
  `GET /v1/status HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`,
  `GET /${'x'.repeat(20_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
  'GET /v1/takeover HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n',
  'GET /v1/status HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
  'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  Buffer.from('160301020001000', 'hex'),
];

test('rubbish is answered with an error in JSON or hung up on, and nothing else', async (t) => {
  const api = await ControlledBridge.start(t, { topology: { links: ['unix:/nowhere/1--unix:/nowhere/2'] } });
  const before = api.bridge.topology;
  for (const bytes of GARBAGE) {
    const text = await sendRaw(api.socketPath, bytes);
    const name = JSON.stringify(String(bytes).slice(0, 60));
    assert.match(text, /^HTTP\/1\.1 4\d\d /, name);
    const body = text.slice(text.indexOf('\r\n\r\n') + 4);
    assert.match((JSON.parse(body) as { error: { code: string } }).error.code, /^[a-z_]+$/, name);
  }
  assert.equal(codeOf(await api.ask('GET', '/v1/status')), undefined);
  assert.deepEqual([api.stops, api.bridge.topology], [0, before]);
  assert.deepEqual(api.records, []);
});

test('requests with random damage never change anything they should not', async (t) => {
  const api = await ControlledBridge.start(t, { topology: { links: ['unix:/nowhere/1--unix:/nowhere/2'] } });
  const before = api.bridge.topology;
  const random = new Random(chooseSeed(t));
  const body = '{"endpoints":["vr1/2","vr2/2"]}';
  const whole = `PUT /v1/links/x?dryRun=true HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`;
  for (let round = 0; round < 300; round++) {
    const bytes = Buffer.from(whole);
    for (let i = random.between(0, 3); i >= 0; i--) {
      // The query stays: without it the request is a change that was asked for.
      const at = random.between(0, 1) === 0 ? random.between(0, 3) : random.between(29, bytes.length - 1);
      bytes[at] = random.between(0, 255);
    }
    const text = await sendRaw(api.socketPath, bytes.subarray(0, random.between(1, bytes.length)));
    assert.match(text, /^$|^HTTP\/1\.1 [24]\d\d /, JSON.stringify(bytes.toString('latin1')));
  }
  assert.equal(api.bridge.topology, before);
  assert.deepEqual(api.records, []);
});
