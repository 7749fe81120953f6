// Talks to a running bridge, for the commands: over its control socket, or over TCP with a token.

import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { ERRORS, TcpbridgeError } from '../../errors.ts';
import type { TopologyDocument } from '../../topology/file/schema.ts';
import { EventReader, type ServerEvent } from './event-reader.ts';
import type { LinkImpairments } from './impairment-schemas.ts';
import type { ChangeReply, ErrorReply, LinkPatch, LinkStatus, LinkWanted, Status } from './schemas.ts';
import type { Macs, PortRequest } from './switch-schemas.ts';

/** Where a bridge is reached. */
export type ControlTarget =
  | { readonly socketPath: string }
  | { readonly host: string; readonly port: number; readonly token: string };

/** What is sent along with a request. */
export interface RequestBody {
  readonly text: string;
  readonly type: 'application/json' | 'application/yaml';
}

/** How to make a change. */
export interface ChangeRequest {
  readonly dryRun?: boolean;
}

/** Which addresses of a switch are meant; what is undefined fits all. */
export interface MacFilter {
  readonly mac?: string | undefined;
  readonly vlan?: number | undefined;
  readonly endpoint?: string | undefined;
}

/** Which of them are told: so many, behind VLAN/ADDRESS. */
export interface MacPage {
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
}

type Method = 'GET' | 'PUT' | 'POST' | 'PATCH' | 'DELETE';

const TIMEOUT_MS = 30_000;

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket',
  ECONNREFUSED: 'nobody listens there',
  EACCES: 'this account may not use it',
  ENOTFOUND: 'the name of the host is not known',
  ECONNRESET: 'it hung up',
};

/** An error that the bridge answered with. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError';
  readonly status: number;
  readonly code: string;
  /** Exit code of a command that ends with this error. */
  readonly exitCode: number;
  readonly reply: ErrorReply['error'];

  constructor(status: number, reply: ErrorReply['error']) {
    super(reply.message);
    this.status = status;
    this.code = reply.code;
    this.reply = reply;
    this.exitCode = Object.hasOwn(ERRORS, reply.code) ? ERRORS[reply.code as keyof typeof ERRORS].exitCode : 1;
  }
}

/** The path of a link, hub or switch, or of something below it. */
export function linkPath(name: string, ...below: readonly string[]): string {
  return ['/v1/links', ...[name, ...below].map(encodeURIComponent)].join('/');
}

/** Asks one bridge. */
export class ControlClient {
  readonly #target: ControlTarget;
  readonly #timeoutMs: number;

  constructor(target: ControlTarget, { timeoutMs = TIMEOUT_MS }: { timeoutMs?: number } = {}) {
    this.#target = target;
    this.#timeoutMs = timeoutMs;
  }

  /** What runs, and how it fares. */
  async status(): Promise<Status> {
    return await this.request('GET', '/v1/status');
  }

  /** The topology that runs. */
  async topology(): Promise<TopologyDocument> {
    return await this.request('GET', '/v1/topology');
  }

  /** Makes the running topology this one. */
  async putTopology(body: RequestBody, change: ChangeRequest = {}): Promise<ChangeReply> {
    return await this.request('PUT', `/v1/topology${queryOf(change)}`, body);
  }

  /** One link, hub or switch. */
  async link(name: string): Promise<LinkStatus> {
    return await this.request('GET', linkPath(name));
  }

  /** Makes a link, hub or switch. */
  async putLink(name: string, link: LinkWanted, change: ChangeRequest = {}): Promise<ChangeReply> {
    return await this.request('PUT', linkPath(name) + queryOf(change), jsonText(link));
  }

  /** Changes a link, hub or switch. */
  async patchLink(name: string, patch: LinkPatch, change: ChangeRequest = {}): Promise<ChangeReply> {
    return await this.request('PATCH', linkPath(name) + queryOf(change), jsonText(patch));
  }

  /** Removes a link, hub or switch. */
  async deleteLink(name: string, change: ChangeRequest = {}): Promise<ChangeReply> {
    return await this.request('DELETE', linkPath(name) + queryOf(change));
  }

  /** What a link does to frames. */
  async impairments(name: string): Promise<LinkImpairments> {
    return await this.request('GET', linkPath(name, 'impairments'));
  }

  /** Makes a link do this to frames, and nothing else. */
  async putImpairments(name: string, wanted: unknown, change: ChangeRequest = {}): Promise<ChangeReply> {
    return await this.request('PUT', linkPath(name, 'impairments') + queryOf(change), jsonText(wanted));
  }

  /** Changes some of what a link does to frames. */
  async patchImpairments(name: string, patch: unknown, change: ChangeRequest = {}): Promise<ChangeReply> {
    return await this.request('PATCH', linkPath(name, 'impairments') + queryOf(change), jsonText(patch));
  }

  /** Makes a link, or all of them, do nothing to frames. */
  async resetImpairments(name: string | undefined, change: ChangeRequest = {}): Promise<ChangeReply> {
    const path = name === undefined ? '/v1/impairments' : linkPath(name, 'impairments');
    return await this.request('DELETE', path + queryOf(change));
  }

  /** Adds a member to a hub or switch; of a switch with settings of its port. */
  async addMember(
    hub: string,
    endpoint: string,
    { port, ...change }: ChangeRequest & { readonly port?: PortRequest | undefined } = {},
  ): Promise<ChangeReply> {
    return await this.request('POST', linkPath(hub, 'members') + queryOf(change), jsonText({ endpoint, ...port }));
  }

  /** The addresses that a switch has learned, at most 10,000 at once. */
  async macs(name: string, filter: MacFilter & MacPage = {}): Promise<Macs> {
    return await this.request('GET', linkPath(name, 'macs') + filterOf(filter));
  }

  /** Makes a switch forget addresses; gives those that it knew. */
  async flushMacs(name: string, filter: MacFilter = {}): Promise<Macs> {
    return await this.request('DELETE', linkPath(name, 'macs') + filterOf(filter));
  }

  /** Removes a member from a hub or switch. */
  async deleteMember(hub: string, endpoint: string, change: ChangeRequest = {}): Promise<ChangeReply> {
    return await this.request('DELETE', linkPath(hub, 'members', endpoint) + queryOf(change));
  }

  /** Ends the bridge. */
  async stop(): Promise<void> {
    await this.request('POST', '/v1/stop');
  }

  /** Any request; a reply that is an error becomes a RemoteError. */
  async request<T>(method: Method, path: string, body?: RequestBody): Promise<T> {
    const response = await this.#send({ method, path, timeout: this.#timeoutMs }, body);
    const text = await this.#readAll(response);
    if ((response.statusCode ?? 500) >= 400) throw this.#errorOf(response, text);
    return JSON.parse(text) as T;
  }

  /**
   * Reads an event stream until the bridge or `signal` ends it.
   *
   * @param lastEventId goes on behind this event
   * @param body what is asked for by POST
   */
  async stream(
    path: string,
    onEvent: (event: ServerEvent) => void,
    signal: AbortSignal,
    lastEventId?: string,
    body?: RequestBody,
  ): Promise<void> {
    const headers = {
      accept: 'text/event-stream',
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    };
    try {
      const method = body === undefined ? 'GET' : 'POST';
      const response = await this.#send({ method, path, headers, signal }, body);
      if (response.statusCode !== 200) throw this.#errorOf(response, await this.#readAll(response));
      const reader = new EventReader();
      response.setEncoding('utf8');
      for await (const text of response as AsyncIterable<string>) for (const event of reader.push(text)) onEvent(event);
    } catch (error) {
      if (signal.aborted) return;
      throw error instanceof RemoteError || error instanceof TcpbridgeError ? error : this.#unreachable(error as Error);
    }
  }

  /** Opens a stream of bytes; its reader ends it by destroying it. */
  async download(path: string): Promise<IncomingMessage> {
    const response = await this.#send({ method: 'GET', path });
    if (response.statusCode !== 200) throw this.#errorOf(response, await this.#readAll(response));
    return response;
  }

  #send(options: RequestOptions, body?: RequestBody): Promise<IncomingMessage> {
    const target = this.#target;
    const headers: Record<string, string | number> = { host: 'localhost', ...(options.headers as object) };
    if ('token' in target) {
      headers.authorization = `Bearer ${target.token}`;
      headers.host = `${target.host.includes(':') ? `[${target.host}]` : target.host}:${target.port}`;
    }
    if (body !== undefined) {
      headers['content-type'] = body.type;
      headers['content-length'] = Buffer.byteLength(body.text);
    }
    const where = 'socketPath' in target ? { socketPath: target.socketPath } : { host: target.host, port: target.port };
    return new Promise((resolve, reject) => {
      // No agent: a command asks once and ends.
      const sent = request({ ...where, ...options, headers, agent: false }, resolve);
      sent.on('timeout', () => sent.destroy(new Error(`no answer within ${this.#timeoutMs / 1000} s`)));
      sent.on('error', (error) => reject(this.#unreachable(error)));
      sent.end(body?.text);
    });
  }

  async #readAll(response: IncomingMessage): Promise<string> {
    let text = '';
    response.setEncoding('utf8');
    try {
      for await (const chunk of response as AsyncIterable<string>) text += chunk;
    } catch (error) {
      throw this.#unreachable(error as Error);
    }
    return text;
  }

  #errorOf(response: IncomingMessage, text: string): Error {
    try {
      return new RemoteError(response.statusCode ?? 500, (JSON.parse(text) as ErrorReply).error);
    } catch {
      return this.#unreachable(new Error(`it answers "${response.statusCode} ${response.statusMessage}"`));
    }
  }

  #unreachable(cause: NodeJS.ErrnoException): TcpbridgeError {
    const target = this.#target;
    const name = 'socketPath' in target ? target.socketPath : `http://${target.host}:${target.port}`;
    const reason = REASONS[cause.code ?? ''] ?? cause.message;
    return new TcpbridgeError('bridge_unreachable', { target: name, reason }, { cause });
  }
}

function queryOf({ dryRun = false }: ChangeRequest): string {
  return dryRun ? '?dryRun=true' : '';
}

function filterOf({ mac, vlan, endpoint, limit, after }: MacFilter & MacPage): string {
  const query = new URLSearchParams();
  if (mac !== undefined) query.set('mac', mac);
  if (vlan !== undefined) query.set('vlan', String(vlan));
  if (endpoint !== undefined) query.set('endpoint', endpoint);
  if (limit !== undefined) query.set('limit', String(limit));
  if (after !== undefined) query.set('after', after);
  return query.size === 0 ? '' : `?${query}`;
}

function jsonText(value: unknown): RequestBody {
  return { text: JSON.stringify(value), type: 'application/json' };
}
