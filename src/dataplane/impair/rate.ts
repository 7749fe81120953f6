// How long a frame is on the wire at a rate: packet_time_ns() of netem. The length is that of the frame with its Ethernet
// header, without preamble and checksum; `overhead` adds those, or takes the header away.

import type { RateSpec } from '../../topology/impairment.ts';

/** Time on the wire by length. */
export class Rate {
  private readonly nsPerByte: number;
  private readonly overheadBytes: number;
  private readonly cellBytes: number;
  private readonly cellOverheadBytes: number;

  constructor({ bitsPerSecond, overheadBytes = 0, cellBytes = 0, cellOverheadBytes = 0 }: RateSpec) {
    this.nsPerByte = 8e9 / bitsPerSecond;
    this.overheadBytes = overheadBytes;
    this.cellBytes = cellBytes;
    this.cellOverheadBytes = cellOverheadBytes;
  }

  /** How long a frame of `length` bytes takes. */
  timeNs(length: number): number {
    const { cellBytes } = this;
    let bytes = Math.max(0, length + this.overheadBytes);
    if (cellBytes > 0) bytes = Math.ceil(bytes / cellBytes) * Math.max(0, cellBytes + this.cellOverheadBytes);
    return bytes * this.nsPerByte;
  }

  /** What is on the way when the wire is `ns` long, in bytes of frames as large as the overhead allows. */
  bytesIn(ns: number): number {
    return ns / this.nsPerByte;
  }
}
