// A bridge inside the test's own process with its HTTP API on a unix socket of its own, and a plain way to ask it.
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type IncomingHttpHeaders, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { Bridge } from '../../src/control/bridge.ts';
import { Changes } from '../../src/control/changes.ts';
import { ControlClient } from '../../src/control/http/client.ts';
import { type ControlOptions, serveControl } from '../../src/control/serve-control.ts';
import { StateFile } from '../../src/control/state-file.ts';
import type { Logger } from '../../src/log/logger.ts';
import { parseTopologyDocument } from '../../src/topology/file/parse.ts';

/** What a bridge answered. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body, when it is JSON. */
  readonly json: unknown;
}

/** One request. */
export interface Question {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

/** How to start. */
export interface ControlledOptions extends Partial<ControlOptions> {
  /** A topology document; the default has no links. */
  readonly topology?: unknown;
  readonly stateFile?: string;
}

/** A record of the log. */
export interface Recorded {
  readonly level: string;
  readonly event: string;
  readonly message: string;
}

/** A folder that goes with the test. */
export function makeFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'tcpbridge-api-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A bridge that can be asked. */
export class ControlledBridge {
  readonly bridge: Bridge;
  readonly changes: Changes;
  readonly client: ControlClient;
  readonly folder: string;
  readonly socketPath: string;
  readonly addresses: readonly string[];
  readonly records: Recorded[];
  stops = 0;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #close: () => Promise<void>;
  #isClosed = false;

  private constructor(
    parts: Pick<ControlledBridge, 'bridge' | 'changes' | 'folder' | 'socketPath' | 'addresses' | 'records'>,
    close: () => Promise<void>,
  ) {
    this.bridge = parts.bridge;
    this.changes = parts.changes;
    this.folder = parts.folder;
    this.socketPath = parts.socketPath;
    this.addresses = parts.addresses;
    this.records = parts.records;
    this.client = new ControlClient({ socketPath: this.socketPath });
    this.#close = close;
  }

  /** Starts a bridge that ends with the test. */
  static async start(t: TestContext, options: ControlledOptions = {}): Promise<ControlledBridge> {
    const folder = makeFolder(t);
    const { topology: document = { links: [] }, stateFile, ...control } = options;
    const { topology } = parseTopologyDocument(document, 'test');
    const bridge = Bridge.start(topology);
    const changes = new Changes(bridge, stateFile === undefined ? undefined : new StateFile(stateFile));
    const socketPath = join(folder, 'control.sock');
    const records: Recorded[] = [];
    const log: Logger = { record: (level, event, message) => records.push({ level, event, message }) };
    let self: ControlledBridge | undefined;
    const onStop = () => {
      if (self !== undefined) self.stops++;
    };
    try {
      const server = await serveControl({
        bridge,
        changes,
        log,
        options: { version: '1.2.3', workers: 1, control: socketPath, onStop, ...control },
      });
      const close = async () => {
        await server.close();
        await bridge.close();
      };
      const { addresses } = server;
      self = new ControlledBridge({ bridge, changes, folder, socketPath, addresses, records }, close);
    } catch (error) {
      await bridge.close();
      throw error;
    }
    t.after(() => self?.close());
    return self;
  }

  /** Ends it before the test ends. */
  async close(): Promise<void> {
    this.#agent.destroy();
    if (this.#isClosed) return;
    this.#isClosed = true;
    await this.#close();
  }

  /** Asks over the unix socket. */
  async ask(method: string, path: string, question: Question = {}): Promise<Answer> {
    return await ask({ socketPath: this.socketPath, agent: this.#agent }, method, path, question);
  }

  /** Asks with a body in JSON. */
  async askJson(method: string, path: string, body: unknown): Promise<Answer> {
    return await this.ask(method, path, {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Asks over TCP. */
  async askTcp(method: string, path: string, question: Question = {}): Promise<Answer> {
    const address = this.addresses.find((text) => text.startsWith('http://'));
    const { hostname, port } = new URL(address!);
    return await ask({ host: hostname, port: Number(port), agent: this.#agent }, method, path, question);
  }
}

type Place = { agent: Agent } & ({ socketPath: string } | { host: string; port: number });

function ask(place: Place, method: string, path: string, { headers = {}, body }: Question): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ ...place, method, path, headers: { host: 'localhost', ...headers } }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const isJson = response.headers['content-type'] === 'application/json' && text !== '';
        const json: unknown = isJson ? JSON.parse(text) : undefined;
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json });
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** The code of an answer that is an error. */
export function codeOf({ json }: Answer): string | undefined {
  return (json as { error?: { code?: string } } | undefined)?.error?.code;
}
