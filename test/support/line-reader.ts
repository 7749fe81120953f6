// Cuts what a process prints into lines.

/** Collects text and hands over each line once its end has arrived. */
export class LineReader {
  readonly #onLine: (line: string) => void;
  readonly #decoder = new TextDecoder();
  #kept = '';

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes what arrived; bound, so that it can be a listener. */
  readonly push = (chunk: Buffer): void => {
    const lines = (this.#kept + this.#decoder.decode(chunk, { stream: true })).split('\n');
    this.#kept = lines.pop() ?? '';
    for (const line of lines) this.#onLine(line);
  };
}
