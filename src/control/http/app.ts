// Routes -> one function from request to reply. In order: host and origin, path, route, method, token, then the operation.
// Everything that goes wrong on the way is a reply in JSON.

import { getRequestListener, type HttpBindings } from '@hono/node-server';
import { type Context, Hono } from 'hono';
import { TcpbridgeError } from '../../errors.ts';
import type { Api } from './api.ts';
import { describeError } from './error-reply.ts';
import { checkOrigin, checkToken, decodePath, type Policy, type Visitor } from './guard.ts';
import { describeApi } from './openapi.ts';
import { json, type Transport } from './operation.ts';
import { ROUTES, type Route } from './routes.ts';

/** What comes with a request; in a test, without a socket, only the transport. */
export type Bindings = Partial<HttpBindings> & { readonly transport: Transport };

type Env = { Bindings: Bindings };

/** The API as a function that can be called without a server. */
export function createApp(api: Api, policy: Policy): Hono<Env> {
  const app = new Hono<Env>();
  const document = describeApi(api.version);
  app.onError((error) => replyError(error, api));
  app.notFound((c) => {
    throw new TcpbridgeError('route_unknown', { method: c.req.method, path: c.req.path });
  });
  app.use(async (c, next) => {
    checkOrigin(visitorOf(c), policy);
    decodePath(new URL(c.req.url).pathname);
    await next();
  });
  for (const path of new Set(ROUTES.map((route) => route.path))) {
    const routes = ROUTES.filter((route) => route.path === path);
    const pattern = path.replace(/\{(\w+)\}/g, ':$1');
    for (const route of routes) app.on(route.method.toUpperCase(), pattern, (c) => answer(c, route, api, policy));
    forbidOthers(app, pattern, allowedMethods(routes));
  }
  app.get('/openapi.json', (c) => {
    checkToken(visitorOf(c), policy);
    return json(200, document);
  });
  forbidOthers(app, '/openapi.json', ['GET', 'HEAD']);
  return app;
}

/** The API as a listener of node's HTTP server. */
export function createListener(api: Api, policy: Policy, transport: Transport) {
  const app = createApp(api, policy);
  return getRequestListener((request, bindings) => app.fetch(request, { ...bindings, transport }), {
    overrideGlobalObjects: false,
    errorHandler: (error) => {
      const reason = error instanceof Error ? error.message : String(error);
      return replyError(new TcpbridgeError('request_malformed', { reason }, { cause: error }), api);
    },
  });
}

async function answer(c: Context<Env>, route: Route, api: Api, policy: Policy): Promise<Response> {
  const visitor = visitorOf(c);
  const { operation } = route;
  const isTrusted = !operation.isPublic || isKnown(visitor, policy);
  if (!operation.isPublic) checkToken(visitor, policy);
  const url = new URL(c.req.url);
  return await operation.answer({
    api,
    params: readParams(route.path, decodePath(url.pathname)),
    query: url.searchParams,
    body: undefined,
    request: c.req.raw,
    isTrusted,
    cutOff: () => c.env.outgoing?.destroy(),
  });
}

function isKnown(visitor: Visitor, policy: Policy): boolean {
  try {
    checkToken(visitor, policy);
    return true;
  } catch {
    return false;
  }
}

function forbidOthers(app: Hono<Env>, pattern: string, allowed: readonly string[]): void {
  app.all(pattern, (c) => {
    throw new TcpbridgeError('method_not_allowed', { method: c.req.method, path: c.req.path, allowed });
  });
}

function allowedMethods(routes: readonly Route[]): string[] {
  return routes.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()]));
}

function visitorOf(c: Context<Env>): Visitor {
  const header = (name: string) => c.req.raw.headers.get(name);
  return {
    transport: c.env.transport,
    host: header('host'),
    origin: header('origin'),
    authorization: header('authorization'),
  };
}

// The router decodes leniently; a name must mean one link only.
function readParams(path: string, parts: readonly string[]): Record<string, string> {
  const entries = path.split('/').flatMap((part, index) => {
    const [, name] = /^\{(\w+)\}$/.exec(part) ?? [];
    return name === undefined ? [] : [[name, parts[index] ?? ''] as const];
  });
  return Object.fromEntries(entries);
}

function replyError(error: unknown, api: Api): Response {
  const { status, headers, body } = describeError(error);
  if (body.error.code === 'internal') api.onFailure(error);
  return json(status, body, headers);
}
