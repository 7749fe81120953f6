// Reads a capture from a bridge until it ends, and goes on with it when another process has the bridge:
//
//   open ──▶ receive ──▶ end of the stream ──▶ done
//               ▲ └──▶ cut off ──▶ asked again until somebody answers ─┐
//               └──────────── what is left of the wish ◀───────────────┘
import type { IncomingMessage } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { type ControlClient, RemoteError } from '../../control/http/client.ts';
import { TcpbridgeError } from '../../errors.ts';
import { isCutOff } from '../remote.ts';
import { CaptureReceiver, type CaptureTarget, type Received } from './receiver.ts';

// How long a bridge may be away between two processes: longer than the new one waits for the port of the old one.
const RETURN_DEADLINE_MS = 20_000;
const RETURN_PAUSE_MS = 50;

/** What is to be captured. */
export interface CaptureWish {
  /** Links, filter, snap length and where frames are taken, as the API calls them. */
  readonly query: URLSearchParams;
  readonly frames?: number | undefined;
  readonly durationMs?: number | undefined;
}

/** A capture that is being read. */
export class FollowedCapture {
  readonly #client: ControlClient;
  readonly #wish: CaptureWish;
  readonly #startedAt = Date.now();
  readonly #startedMs = performance.now();
  /** None between two processes. */
  #stream: IncomingMessage | undefined;
  #isStopping = false;

  private constructor(client: ControlClient, wish: CaptureWish, stream: IncomingMessage) {
    this.#client = client;
    this.#wish = wish;
    this.#stream = stream;
  }

  /** Starts a capture. */
  static async open(client: ControlClient, wish: CaptureWish): Promise<FollowedCapture> {
    return new FollowedCapture(client, wish, await client.download(pathOf(wish)));
  }

  /** Ends it as it should end: what was captured until now still comes. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    this.#end();
  }

  #end(): void {
    const stream = this.#stream;
    if (stream === undefined) return;
    const id = String(stream.headers['capture-id']);
    this.#client.request('DELETE', `/v1/captures/${id}`).catch(() => stream.destroy());
  }

  /** Writes all of it; `onResume` is called when it goes on in another process. */
  async receive(target: CaptureTarget, onResume: () => void = () => {}): Promise<Received> {
    const receiver = new CaptureReceiver(target);
    try {
      while (!(await this.#takeAll(receiver))) {
        // Its number means nothing, or another capture, to the next process.
        this.#stream = undefined;
        this.#stream = await this.#reopen(receiver);
        if (this.#stream === undefined) break;
        if (this.#isStopping) this.#end();
        else onResume();
      }
    } finally {
      this.#stream?.destroy();
      await receiver.close();
    }
    return receiver.received;
  }

  /** False when the stream was cut off. */
  async #takeAll(receiver: CaptureReceiver): Promise<boolean> {
    try {
      await receiver.take(this.#stream!);
      return true;
    } catch (error) {
      if (!isCutOff(error)) throw error;
      return false;
    }
  }

  /** The rest of the capture from whoever has the bridge now; undefined when there is no rest. */
  async #reopen(receiver: CaptureReceiver): Promise<IncomingMessage | undefined> {
    const deadlineMs = performance.now() + RETURN_DEADLINE_MS;
    for (;;) {
      const rest = this.#restOf(receiver);
      if (this.#isStopping || rest === undefined) return undefined;
      try {
        return await this.#client.download(pathOf(rest));
      } catch (error) {
        if (!isAway(error)) throw receiver.cut(`another process has the bridge: ${(error as Error).message}`, error);
        if (performance.now() > deadlineMs) throw receiver.cut('the bridge ended', error);
      }
      await pause(RETURN_PAUSE_MS);
    }
  }

  #restOf({ received, lastMs }: CaptureReceiver): CaptureWish | undefined {
    const { query, frames, durationMs } = this.#wish;
    const left = frames === undefined ? undefined : frames - received.frames;
    const leftMs = durationMs === undefined ? undefined : this.#startedMs + durationMs - performance.now();
    if ((left !== undefined && left < 1) || (leftMs !== undefined && leftMs < 1)) return undefined;
    const resumed = new URLSearchParams(query);
    resumed.set('resumes', new Date(lastMs ?? this.#startedAt).toISOString());
    return { query: resumed, frames: left, durationMs: leftMs };
  }
}

function pathOf({ query, frames, durationMs }: CaptureWish): string {
  const asked = new URLSearchParams(query);
  if (frames !== undefined) asked.set('count', String(frames));
  if (durationMs !== undefined) asked.set('seconds', (durationMs / 1000).toFixed(3));
  return `/v1/capture?${asked}`;
}

// Nobody is there, or one that is about to leave.
function isAway(error: unknown): boolean {
  if (error instanceof RemoteError) return error.code === 'stopping';
  return error instanceof TcpbridgeError && error.code === 'bridge_unreachable';
}
