// The form of an operation of the API: what it takes, what it answers, what the document says about it, and the function
// that does it. routes.ts gives each a method and a path.

import { z } from 'zod';
import { TcpbridgeError } from '../../errors.ts';
import type { Api } from './api.ts';
import { issueText, leafIssues } from './issue-text.ts';
import { type MediaType, readText } from './request-body.ts';

/** How a request came in: the file mode of the socket protects one, a token the other. */
export type Transport = 'unix' | 'tcp';

/** What a handler gets. */
export interface Call<Query, Body> {
  readonly api: Api;
  /** Values from the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly body: Body;
  readonly request: Request;
  /** Whether the caller may see more than that the bridge is alive. */
  readonly isTrusted: boolean;
  /** Ends the connection at once. */
  readonly cutOff: () => void;
}

/** What a body may be. */
export interface BodyForm<Body> {
  readonly description: string;
  readonly content: Partial<Record<MediaType, z.ZodType>>;
  readonly example: unknown;
  readonly parse: (text: string, type: MediaType) => Body;
}

/** What a status code means, and what comes with it. */
export interface ReplyForm {
  readonly description: string;
  readonly schema?: z.ZodType;
  /** The default is JSON. */
  readonly type?: string;
}

/** What the document says about an operation. */
export interface OperationForm {
  readonly summary: string;
  readonly description?: string;
  /** Name in the path -> what it is. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: z.ZodObject;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Omit<BodyForm<unknown>, 'parse'>;
  readonly replies: Readonly<Record<number, ReplyForm>>;
  /** Codes of errors beyond those that every operation may answer with. */
  readonly errors?: readonly number[];
  /** Whether it answers without a token. */
  readonly isPublic?: boolean;
}

/** An operation that can be called. */
export interface Operation extends OperationForm {
  readonly answer: (call: Call<URLSearchParams, undefined>) => Promise<Response>;
}

interface Definition<Q extends z.ZodObject, Body> extends OperationForm {
  readonly query?: Q;
  readonly body?: BodyForm<Body>;
  readonly handle: (call: Call<z.infer<Q>, Body>) => Response | Promise<Response>;
}

/** Defines an operation: its query and body are checked before its handler sees them. */
export function operation<Q extends z.ZodObject, Body = undefined>(definition: Definition<Q, Body>): Operation {
  return {
    ...definition,
    answer: async (call) => {
      const query = readQuery(call.query, definition.query) as z.infer<Q>;
      const body = (definition.body === undefined ? undefined : await readBody(call.request, definition.body)) as Body;
      return await definition.handle({ ...call, query, body });
    },
  };
}

/** A body in JSON of this form. */
export function jsonBody<S extends z.ZodType>(description: string, schema: S, example: z.infer<S>) {
  return {
    description,
    content: { 'application/json': schema },
    example,
    parse: (text: string) => check(schema, parseJson(text)),
  };
}

/** A reply in JSON. */
export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Response {
  return new Response(`${JSON.stringify(value)}\n`, {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
  });
}

/** The value, if it has the form of the schema. */
export function check<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value, { reportInput: true });
  if (result.success) return result.data;
  const problems = result.error.issues
    .flatMap((issue) => leafIssues(issue))
    .map((issue) => ({ path: formatPath(issue.path), message: issueText(issue) }));
  throw new TcpbridgeError('request_invalid', { problems });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new TcpbridgeError('request_malformed', { reason: `its body is not JSON (${(cause as Error).message})` });
  }
}

async function readBody<Body>(request: Request, form: BodyForm<Body>): Promise<Body> {
  const { text, type } = await readText(request, Object.keys(form.content) as MediaType[]);
  return form.parse(text, type);
}

function readQuery(query: URLSearchParams, schema: z.ZodObject | undefined): Record<string, unknown> {
  const values: Record<string, string | string[]> = {};
  for (const [name, value] of query) {
    if (isList(schema?.shape[name])) {
      values[name] = query.getAll(name);
      continue;
    }
    if (Object.hasOwn(values, name)) {
      throw new TcpbridgeError('request_invalid', { problems: [{ path: name, message: 'Write it once' }] });
    }
    values[name] = value;
  }
  // A query that nothing reads does no harm; proxies and pages add their own.
  return schema === undefined ? {} : checkQuery(schema, values);
}

// A strict schema is that of an operation which an unknown word would make do more than was meant.
function checkQuery(schema: z.ZodObject, values: Record<string, string | string[]>): Record<string, unknown> {
  const known = Object.keys(schema.shape);
  if (schema.def.catchall instanceof z.ZodNever) {
    const expected = known.length === 0 ? 'leave it out' : `known are ${known.join(', ')}`;
    const problems = Object.keys(values)
      .filter((name) => !known.includes(name))
      .map((name) => ({ path: name, message: `Nothing is called "${name}" here; ${expected}` }));
    if (problems.length > 0) throw new TcpbridgeError('request_invalid', { problems });
  }
  return check(schema, values);
}

/** Whether a name of the query may be written several times. */
function isList(schema: z.core.$ZodType | undefined): boolean {
  return schema instanceof z.ZodOptional && schema.unwrap() instanceof z.ZodArray;
}

function formatPath(path: readonly PropertyKey[]): string {
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}
