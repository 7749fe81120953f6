// The OpenAPI 3.1 document, made of the routes and of the schemas that check requests: it cannot say anything else than
// what the server does. https://spec.openapis.org/oas/v3.1.1.html

import { z } from 'zod';
import { COMPONENTS } from './component.ts';
import type { Operation, ReplyForm } from './operation.ts';
import { ROUTES, type Route } from './routes.ts';
import { ERROR, EVENTS, RATES } from './schemas.ts';

type Json = { readonly [key: string]: unknown };

// What can go wrong with a request before its operation sees it.
const ALWAYS_POSSIBLE = [400, 403] as const;
const ERROR_TEXTS: Readonly<Record<number, string>> = {
  400: 'The request cannot be read, or asks for what cannot be',
  401: 'Over TCP: the token is missing or wrong',
  403: 'Host or Origin is not one of this machine',
  404: 'There is no such link, hub, switch or member',
  409: 'It contradicts what is there',
  412: 'It was changed meanwhile',
  413: 'The body is too large',
  415: 'The body has a type that is not read here',
  500: 'The state file cannot be written, or something failed in tcpbridge',
  503: 'There are too many event streams, or the bridge is stopping',
};

/** The document for a server of this version. */
export function describeApi(version: string): Json {
  return {
    openapi: '3.1.1',
    info: {
      title: 'tcpbridge',
      version,
      summary: 'The patch panel for virtual network labs',
      description:
        'Reads and changes the topology of a running bridge. Served on a unix socket that only its owner may use, and ' +
        'over TCP, with a bearer token, when asked to.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'This server' }],
    // Over the unix socket no token is needed: an empty requirement (section 4.8.10).
    security: [{}, { token: [] }],
    paths: describePaths(),
    components: {
      schemas: describeComponents(),
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'The token of the token file; needed over TCP' },
      },
    },
  };
}

function describePaths(): Json {
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method]: describeOperation(route) };
  }
  return { ...paths, '/openapi.json': { get: THIS_DOCUMENT } };
}

function describeOperation({ name, path, operation }: Route): Json {
  const { summary, description, body, isPublic } = operation;
  const parameters = [
    ...Object.entries(operation.params ?? {}).map(([param, text]) =>
      parameter('path', param, text, { type: 'string' }),
    ),
    ...describeQuery(operation),
    ...Object.entries(operation.headers ?? {}).map(([header, text]) =>
      parameter('header', header, text, { type: 'string' }),
    ),
  ];
  return {
    operationId: name,
    summary,
    ...(description === undefined ? {} : { description }),
    tags: [tagOf(path)],
    ...(isPublic ? { security: [] } : {}),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: describeBody(body) }),
    responses: describeReplies(operation),
  };
}

function describeBody({ description, content, example }: NonNullable<Operation['body']>): Json {
  const types = Object.entries(content).map(([type, schema]) => [type, { schema: refer(schema), example }]);
  return { description, required: true, content: Object.fromEntries(types) };
}

function describeQuery({ query }: Operation): Json[] {
  if (query === undefined) return [];
  return Object.entries(query.shape).map(([name, schema]) => {
    const { $schema: _, description, ...form } = z.toJSONSchema(schema as z.ZodType, { io: 'input' });
    return parameter('query', name, description ?? '', form);
  });
}

function parameter(place: string, name: string, description: string, schema: Json): Json {
  return { name, in: place, description, ...(place === 'path' ? { required: true } : {}), schema };
}

function describeReplies({ replies, errors = [], body, isPublic }: Operation): Json {
  const own = Object.entries(replies).map(([status, reply]) => [status, describeReply(reply)]);
  const codes = [
    ...ALWAYS_POSSIBLE,
    ...(isPublic ? [] : [401]),
    ...(body === undefined ? [] : [413, 415]),
    ...errors,
    ...(isPublic ? [] : [500]),
  ];
  const content = { 'application/json': { schema: refer(ERROR) } };
  const failures = codes.map((status) => [String(status), { description: ERROR_TEXTS[status], content }]);
  return Object.fromEntries([...failures, ...own]);
}

function describeReply({ description, schema, type = 'application/json' }: ReplyForm): Json {
  if (type === 'text/event-stream') {
    const events = Object.entries({ ...EVENTS, rates: RATES }).map(([name, data]) => [name, refer(data)]);
    // Version 3.1 has no way to say what the events of a stream are.
    return { description, content: { [type]: { schema: { type: 'string' }, 'x-events': Object.fromEntries(events) } } };
  }
  return { description, content: { [type]: { schema: schema === undefined ? {} : refer(schema) } } };
}

function refer(schema: z.ZodType): Json {
  const id = COMPONENTS.get(schema)?.id;
  if (id === undefined) throw new Error('A schema of the API has no name');
  return { $ref: uriOf(id) };
}

function describeComponents(): Json {
  // Replies may grow, so objects are open (io: input) unless they are strict themselves.
  const { schemas } = z.toJSONSchema(COMPONENTS, { uri: uriOf, io: 'input' });
  return Object.fromEntries(
    Object.entries(schemas).map(([id, schema]) => {
      const { $schema: _dialect, $id: _id, ...rest } = schema as Record<string, unknown>;
      return [id, rest];
    }),
  );
}

function uriOf(id: string): string {
  return `#/components/schemas/${id}`;
}

function tagOf(path: string): string {
  return (
    /^\/(?:v1\/(\w+)|(metrics))/
      .exec(path)
      ?.slice(1)
      .find((tag) => tag !== undefined) ?? 'health'
  );
}

const THIS_DOCUMENT: Json = {
  operationId: 'readDocument',
  summary: 'This document',
  tags: ['document'],
  responses: {
    200: { description: 'OpenAPI 3.1', content: { 'application/json': { schema: { type: 'object' } } } },
    401: { description: ERROR_TEXTS[401], content: { 'application/json': { schema: { $ref: uriOf('Error') } } } },
    403: { description: ERROR_TEXTS[403], content: { 'application/json': { schema: { $ref: uriOf('Error') } } } },
  },
};
