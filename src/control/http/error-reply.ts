// Errors as replies: {"error": {"code", "message", "path", "errors"}} with the status of the code.

import { TcpbridgeError, type TopologyProblem } from '../../errors.ts';
import type { ErrorReply } from './schemas.ts';

type Body = ErrorReply['error'];

/** An error, and the place in the request that it is about. */
export class PlacedError extends Error {
  override readonly name = 'PlacedError';
  readonly error: TcpbridgeError;
  readonly path: string;

  constructor(error: TcpbridgeError, path: string) {
    super(error.message);
    this.error = error;
    this.path = path;
  }
}

/** Runs a reader of one part of a request; its error says where that part is. */
export function at<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof TcpbridgeError ? new PlacedError(error, path) : error;
  }
}

/** What is said about an error, and with which status and headers. */
export function describeError(thrown: unknown): {
  status: number;
  headers: Record<string, string>;
  body: ErrorReply;
} {
  const error = thrown instanceof PlacedError ? thrown.error : thrown;
  const known = error instanceof TcpbridgeError ? error : internal(error);
  const { code, message, status } = known;
  const path = thrown instanceof PlacedError ? { path: thrown.path } : {};
  return { status, headers: headersOf(known), body: { error: { code, message, ...path, ...problemsOf(known) } } };
}

function internal(error: unknown): TcpbridgeError {
  const reason = error instanceof Error ? error.message : String(error);
  return new TcpbridgeError('internal', { reason }, { cause: error });
}

function headersOf(error: TcpbridgeError): Record<string, string> {
  const headers: Record<string, string> = { 'content-type': 'application/json', 'cache-control': 'no-store' };
  if (isCode(error, 'method_not_allowed')) headers.allow = error.details.allowed.join(', ');
  // RFC 6750 section 3.
  if (error.status === 401) headers['www-authenticate'] = 'Bearer realm="tcpbridge"';
  // What is left of the request is not read.
  if (error.code === 'body_too_large') headers.connection = 'close';
  return headers;
}

function problemsOf(error: TcpbridgeError): Pick<Body, 'path' | 'errors'> {
  if (isCode(error, 'request_invalid')) {
    const errors = error.details.problems.map(({ path, message }) => ({ message, ...named(path) }));
    return { ...named(error.details.problems[0]?.path ?? ''), errors };
  }
  if (isCode(error, 'topology_invalid') || isCode(error, 'scenario_invalid')) {
    const errors = error.details.problems.map(describeProblem);
    return { ...named(error.details.problems[0]?.path ?? ''), errors };
  }
  return {};
}

/** What the API says about a place in a topology document. */
export function describeProblem({ path, message, line, column }: TopologyProblem) {
  return { message, ...named(path), ...(line === 0 ? {} : { line, column }) };
}

function named(path: string): { path?: string } {
  return path === '' ? {} : { path };
}

function isCode<C extends TcpbridgeError['code']>(error: TcpbridgeError, code: C): error is TcpbridgeError<C> {
  return error.code === code;
}
