// Text of a server-sent event stream -> events. Pure; text may be cut anywhere.
// https://html.spec.whatwg.org/multipage/server-sent-events.html#event-stream-interpretation

/** One event. */
export interface ServerEvent {
  readonly type: string;
  readonly data: string;
  /** The last id seen; to be sent as Last-Event-ID after an interruption. */
  readonly id: string;
}

/** Reads one stream from its beginning. */
export class EventReader {
  #rest = '';
  #id = '';
  #type = '';
  #data: string[] = [];

  /** The events that this text completes. */
  push(text: string): ServerEvent[] {
    const lines = `${this.#rest}${text}`.split('\n');
    this.#rest = lines.pop() ?? '';
    const events: ServerEvent[] = [];
    for (const line of lines) {
      const event = this.#line(line.endsWith('\r') ? line.slice(0, -1) : line);
      if (event !== undefined) events.push(event);
    }
    return events;
  }

  #line(line: string): ServerEvent | undefined {
    if (line === '') return this.#dispatch();
    const [, field, value] = /^([^:]*)(?:: ?(.*))?$/s.exec(line) ?? [];
    if (field === 'event') this.#type = value ?? '';
    else if (field === 'data') this.#data.push(value ?? '');
    else if (field === 'id') this.#id = value ?? '';
    return undefined;
  }

  #dispatch(): ServerEvent | undefined {
    const type = this.#type === '' ? 'message' : this.#type;
    const data = this.#data;
    this.#type = '';
    this.#data = [];
    return data.length === 0 ? undefined : { type, data: data.join('\n'), id: this.#id };
  }
}
