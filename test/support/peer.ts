// A machine as the bridge sees it: a stream of frames over a TCP or unix socket, with every way to misbehave.
// This is what listening and dialling peers share: one connection at a time, Nagle left on as QEMU leaves it, one write
// per frame. A frame that arrives waits to be taken; the half frame that a dead connection leaves behind is forgotten.
import assert from 'node:assert/strict';
import type { Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { addWitness, Condition } from './condition.ts';
import { FrameReader } from './frame-reader.ts';
import { encode } from './frame-source.ts';

/** How a connection ended: the bridge sent FIN, the bridge reset it, or this side ended it. */
export type Ending = 'fin' | 'reset' | 'own';

/** One scripted machine; `ListeningPeer` and `DiallingPeer` say how it comes by its connection. */
export abstract class Peer {
  /** How a bridge's command line names this machine's end. */
  readonly endpoint: string;
  /** The endings of all connections so far. */
  readonly endings: Ending[] = [];
  /** Connections so far. */
  connections = 0;
  /** Frames received so far, taken or not. */
  receivedFrames = 0;

  protected readonly condition = new Condition();
  readonly #sockets = new Set<Socket>();
  #socket: Socket | undefined;
  #frames: Buffer[] = [];
  #unsentWrites = 0;
  #paused = false;
  #fault: Error | undefined;

  protected constructor(t: TestContext, endpoint: string) {
    this.endpoint = endpoint;
    const withdraw = addWitness(() => this.#describe());
    t.after(async () => {
      withdraw();
      await this.stop();
      if (this.#fault !== undefined) throw this.#fault;
    });
  }

  /** Ends the connection and stops accepting or dialling. */
  abstract stop(): Promise<void>;

  /** Whether a connection is open now. */
  get isAttached(): boolean {
    return this.#socket !== undefined;
  }

  /** Waits until there have been this many connections. */
  async attached(connections = 1): Promise<void> {
    await this.#until(
      () => this.connections >= connections,
      () => `connection ${connections}`,
    );
  }

  /** Waits until a connection is open. */
  async untilAttached(): Promise<void> {
    await this.#until(
      () => this.isAttached,
      () => 'a connection',
    );
  }

  /** Waits until this many connections have ended, by default all so far, and returns how the last of them did. */
  async detached(endings = this.connections): Promise<Ending> {
    await this.#until(
      () => this.endings.length >= endings,
      () => `the end of connection ${endings}`,
    );
    return this.endings[endings - 1] as Ending;
  }

  /** Sends frames, each with its own write, as QEMU does. */
  send(...frames: readonly Buffer[]): void {
    for (const frame of frames) this.sendBytes(encode(frame));
  }

  /** Sends bytes that need not be frames. */
  sendBytes(bytes: Buffer): void {
    const socket = this.#socket;
    assert.ok(socket, `Peer "${this.endpoint}" has no connection to send on`);
    this.#unsentWrites += 1;
    socket.write(bytes, () => {
      this.#unsentWrites -= 1;
      this.condition.changed();
    });
  }

  /** Waits until the kernel has taken everything that was sent. */
  async flushed(): Promise<void> {
    await this.#until(
      () => this.#unsentWrites === 0,
      () => `the kernel to take ${this.#unsentWrites} more writes`,
    );
  }

  /** Waits for the next frames and takes them. */
  async take(count: number): Promise<Buffer[]> {
    await this.#until(
      () => this.#frames.length >= count,
      () => `${count} frames, ${this.#frames.length} of them have arrived`,
    );
    return this.#frames.splice(0, count);
  }

  /** Waits for a frame equal to this one, and takes it and all before it; returns those before it. */
  async takeUntil(last: Buffer): Promise<Buffer[]> {
    let searched = 0;
    await this.#until(
      () => {
        while (searched < this.#frames.length && !this.#frames[searched]?.equals(last)) searched += 1;
        return searched < this.#frames.length;
      },
      () => `a certain frame, after ${searched} others`,
    );
    return this.#frames.splice(0, searched + 1).slice(0, -1);
  }

  /** Stops reading, also on connections to come. */
  pause(): void {
    this.#paused = true;
    this.#socket?.pause();
  }

  /** Reads again. */
  resume(): void {
    this.#paused = false;
    this.#socket?.resume();
  }

  /** Ends the connection with a reset. */
  reset(): void {
    this.#part((socket) => socket.resetAndDestroy());
  }

  /** Ends the connection with FIN, behind everything sent so far. */
  leave(): void {
    this.#part((socket) => {
      // Whatever the bridge still sends is read and thrown away, so that the close does not turn into a reset.
      socket.removeAllListeners('data');
      socket.resume();
      socket.end();
    });
  }

  /** Makes this connection the machine's only one. */
  protected adopt(socket: Socket): void {
    const reader = new FrameReader();
    let ending: Ending = 'own';
    this.#socket = socket;
    this.#sockets.add(socket);
    this.connections += 1;
    if (this.#paused) socket.pause();
    socket.on('data', (chunk) => {
      try {
        const frames = reader.push(chunk);
        this.receivedFrames += frames.length;
        for (const frame of frames) this.#frames.push(frame);
      } catch (error) {
        this.#fault ??= error as Error;
        socket.destroy();
      }
      this.condition.changed();
    });
    socket.on('end', () => {
      if (this.#socket === socket) ending = 'fin';
    });
    socket.on('error', () => {
      if (this.#socket === socket) ending = 'reset';
    });
    socket.on('close', () => {
      if (this.#socket === socket) this.#socket = undefined;
      this.#sockets.delete(socket);
      this.endings.push(ending);
      this.condition.changed();
    });
    this.condition.changed();
  }

  /** Drops every connection without ceremony; for the end of a test. */
  protected destroyConnections(): void {
    this.#socket = undefined;
    for (const socket of this.#sockets) socket.destroy();
  }

  #part(how: (socket: Socket) => void): void {
    const socket = this.#socket;
    this.#socket = undefined;
    if (socket !== undefined) how(socket);
  }

  async #until(holds: () => boolean, what: () => string): Promise<void> {
    const holdsUnlessFault = (): boolean => {
      if (this.#fault !== undefined) throw this.#fault;
      return holds();
    };
    await this.condition.until(holdsUnlessFault, () => `${what()} at peer "${this.endpoint}"`);
  }

  #describe(): string {
    const state = this.isAttached ? 'attached' : 'not attached';
    const counts = `${this.connections} connections, ended: ${this.endings.join(' ') || 'none'}`;
    return `peer ${this.endpoint}: ${state}, ${counts}, ${this.receivedFrames} frames, ${this.#unsentWrites} writes pending`;
  }
}
