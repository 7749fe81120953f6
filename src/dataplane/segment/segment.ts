// A segment joins endpoints: a link, a hub, a switch. Its ends are ports, into which endpoints are plugged and from which
// they are taken while frames flow.

import type { CounterBlock } from '../../channel/counters.ts';
import type { NoticeCode } from '../../channel/messages.ts';
import type { Endpoint, Port } from '../endpoint/endpoint.ts';
import type { FrameTap } from '../tap.ts';

/** What a segment tells people about itself. */
export interface SegmentReporter {
  /**
   * Something about the wire that a person should know; said seldom, however many frames show it. Names of ends are not
   * known here: "{0}" in the text stands for that of the first of `endIds`. A notice about one end is told under its name.
   */
  onNotice(segmentId: number, code: NoticeCode, text: string, endIds?: readonly number[]): void;
}

/** A port, as those who plug see it. */
export interface PluggablePort extends Port {
  /** What is plugged in; a capture puts itself in between. */
  endpoint: Endpoint | null;
}

/** What the loop's commands do to a segment. */
export interface Segment {
  readonly id: number;
  /** Down: no frame passes, each is counted `link_down`. */
  isUp: boolean;
  /** Copies every frame to the tap, or to none. */
  tap: FrameTap | null;
  /** Of a link that is captured: what became of the frames of the batch in hand, as bits of FATE. */
  marks?: Uint16Array | null;
  /** Makes room for an end. A link has exactly two, made in the order a, b. */
  addPort(endId: number, counters: CounterBlock): PluggablePort;
  /** Plugs an endpoint in; the endpoint's own `port` is set by the caller. */
  plug(port: Port, endpoint: Endpoint): void;
  /** Takes the endpoint out. A link does not read its other end until something is plugged in again. */
  unplug(port: Port): void;
  /** Takes the port away for good; nothing is plugged in. */
  removePort(port: Port): void;
}
