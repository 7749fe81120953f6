// Writes frames into a capture file of the classic format, for tools to read.

/** A file of link type 1 (Ethernet), in which each frame has its number as its time in seconds. */
export function pcapFile(frames: readonly Uint8Array[]): Buffer {
  // Little-endian: a 24-byte header, then 16 bytes in front of each frame.
  const header = Buffer.alloc(24);
  header.writeUInt32LE(0xa1b2c3d4, 0);
  header.writeUInt16LE(2, 4);
  header.writeUInt16LE(4, 6);
  header.writeUInt32LE(65535, 16);
  header.writeUInt32LE(1, 20);
  const records = frames.map((frame, seconds) => {
    const record = Buffer.alloc(16);
    record.writeUInt32LE(seconds, 0);
    record.writeUInt32LE(frame.length, 8);
    record.writeUInt32LE(frame.length, 12);
    return Buffer.concat([record, frame]);
  });
  return Buffer.concat([header, ...records]);
}
