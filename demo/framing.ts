// The stream format of QEMU's `-netdev socket` and `stream`: a length of 4 bytes, big-endian, then the frame
// (net/socket.c, net_socket_receive and net_fill_rstate). Written for the simulated routers alone, so that the
// demonstration checks tcpbridge against something that shares no code with it.

/** The longest frame that QEMU takes: NET_BUFSIZE in include/net/net.h. */
export const MAX_FRAME_BYTES = 69_632;

/** Puts the length in front of a frame, in one buffer, because QEMU hands both to the kernel in one call. */
export function encodeFrame(frame: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + frame.length);
  bytes.writeUInt32BE(frame.length, 0);
  frame.copy(bytes, 4);
  return bytes;
}

/** Cuts a stream into frames, wherever the stream's chunks happen to end. */
export class FrameSplitter {
  #kept: Buffer = Buffer.alloc(0);

  /** Takes the next chunk and returns the frames that it completes; throws when a length cannot be right. */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#kept.length === 0 ? chunk : Buffer.concat([this.#kept, chunk]);
    const frames: Buffer[] = [];
    let offset = 0;
    while (bytes.length - offset >= 4) {
      const length = bytes.readUInt32BE(offset);
      if (length === 0 || length > MAX_FRAME_BYTES) {
        throw new Error(`Received a frame length of "${length}", expected 1 to ${MAX_FRAME_BYTES}`);
      }
      if (bytes.length - offset - 4 < length) break;
      frames.push(bytes.subarray(offset + 4, offset + 4 + length));
      offset += 4 + length;
    }
    this.#kept = Buffer.from(bytes.subarray(offset));
    return frames;
  }
}
