// All captures of a bridge: those that are read as they go, and the one that keeps the last seconds in memory. Checks
// what is asked for, and lets captures keep up with changes of the topology.
import { setTimeout as pause } from 'node:timers/promises';
import { TcpbridgeError } from '../../errors.ts';
import { compileFilter } from '../../filter/filter.ts';
import type { Bridge } from '../bridge.ts';
import { ArmedCapture, type ArmedRequest } from './armed-capture.ts';
import { type CaptureLimits, type CaptureRequest, CaptureSession } from './capture-session.ts';

/** A process that was taken over does not wait longer for slow readers. */
const LEAVE_MS = 1000;
/** For bytes that are on their way when the last piece is given. */
const GRACE_MS = 20;
/** Each has a ring of 8 MiB per forwarding thread. */
const MAX_SESSIONS = 16;

/** The captures of a bridge. */
export class Captures {
  readonly #bridge: Bridge;
  readonly #version: string;
  readonly #sessions = new Map<number, CaptureSession>();
  #armed: ArmedCapture | undefined;
  #nextId = 1;
  #isClosed = false;
  readonly #onWired = () => {
    for (const session of this.#sessions.values()) session.update(this.#bridge.records);
    this.#armed?.update(this.#bridge.records);
  };

  constructor(bridge: Bridge, version: string) {
    this.#bridge = bridge;
    this.#version = version;
    bridge.on('wired', this.#onWired);
  }

  /** Captures that are read now. */
  get sessions(): Iterable<CaptureSession> {
    return this.#sessions.values();
  }

  /** The capture into memory. */
  get armed(): ArmedCapture | undefined {
    return this.#armed;
  }

  /** Starts a capture. The links are known to be there. */
  start(request: CaptureRequest, limits: CaptureLimits = {}): CaptureSession {
    compileFilter(request.filter);
    if (this.#isClosed) throw new TcpbridgeError('stopping', undefined);
    if (this.#sessions.size >= MAX_SESSIONS) throw new TcpbridgeError('too_many_captures', { max: MAX_SESSIONS });
    const id = this.#nextId++;
    const session = new CaptureSession(id, request, {
      version: this.#version,
      limits,
      onEnd: () => this.#sessions.delete(id),
    });
    this.#sessions.set(id, session);
    session.update(this.#bridge.records);
    return session;
  }

  /** Ends a capture; who reads it gets the rest. False when there is no such capture. */
  async stop(id: number): Promise<boolean> {
    const session = this.#sessions.get(id);
    await session?.stop();
    return session !== undefined;
  }

  /** Keeps the last seconds from now on; what was kept before is forgotten. */
  async arm(request: ArmedRequest): Promise<ArmedCapture> {
    compileFilter(request.filter);
    await this.disarm();
    if (this.#isClosed) throw new TcpbridgeError('stopping', undefined);
    const armed = new ArmedCapture(this.#nextId++, request, this.#version);
    this.#armed = armed;
    armed.update(this.#bridge.records);
    return armed;
  }

  /** Keeps nothing any more; false when nothing was kept. */
  async disarm(): Promise<boolean> {
    const armed = this.#armed;
    this.#armed = undefined;
    await armed?.disarm();
    return armed !== undefined;
  }

  /**
   * Another process has the links: readers get what was captured until then, but no end, by which they know that there
   * is more elsewhere.
   */
  async leave(): Promise<void> {
    this.#isClosed = true;
    this.#bridge.off('wired', this.#onWired);
    if (this.#sessions.size === 0) return;
    const left = Promise.all(Array.from(this.#sessions.values(), (session) => session.leave()));
    const inTime = new AbortController();
    await Promise.race([left, pause(LEAVE_MS, undefined, { signal: inTime.signal }).catch(() => {})]);
    inTime.abort();
    await pause(GRACE_MS);
  }

  /** Ends all captures, so that their readers get a whole file. */
  close(): void {
    this.#isClosed = true;
    this.#bridge.off('wired', this.#onWired);
    for (const session of this.#sessions.values()) void session.stop();
    void this.disarm();
  }
}
