// The far end of a wire: a machine that listens as QEMU's `-netdev socket,listen=` does, says nothing, and notes when each
// frame came.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { addWitness, Condition } from '../support/condition.ts';
import { FrameReader } from '../support/frame-reader.ts';
import type { Scope } from '../support/qemu.ts';

/** A frame, and when it came. */
export interface Arrival {
  readonly frame: Buffer;
  readonly atMs: number;
}

/** A machine that only receives. */
export class Arrivals {
  /** How the bridge calls it. */
  readonly endpoint: string;
  readonly #condition = new Condition();
  #waiting: Arrival[] = [];

  private constructor(endpoint: string) {
    this.endpoint = endpoint;
  }

  /** Listens until the end of the scope. */
  static async listen(scope: Scope): Promise<Arrivals> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('No port');
    const arrivals = new Arrivals(`tcp:127.0.0.1:${address.port}`);
    const withdraw = addWitness(() => `${arrivals.endpoint}: ${arrivals.#waiting.length} frames have arrived`);
    server.on('connection', (socket) => {
      const reader = new FrameReader();
      socket.on('error', () => {});
      socket.on('data', (chunk) => {
        const atMs = performance.now();
        for (const frame of reader.push(chunk)) arrivals.#waiting.push({ frame, atMs });
        arrivals.#condition.changed();
      });
      scope.after(async () => {
        socket.destroy();
      });
    });
    scope.after(async () => {
      withdraw();
      server.close();
    });
    return arrivals;
  }

  /** Waits for so many frames, and takes them. */
  async take(count: number): Promise<Arrival[]> {
    await this.#condition.until(
      () => this.#waiting.length >= count,
      () => `${count} frames at ${this.endpoint}`,
    );
    return this.#waiting.splice(0, count);
  }
}
