// Many datagrams in one system call: recvmmsg(2) and sendmmsg(2) with lists of headers that are built once and of which a
// call changes only what differs. Addresses are written as two halves, because a 64-bit store would need a BigInt.

import { AF_INET, MSG_NOSIGNAL } from './constants.ts';
import { recvmmsg, sendmmsg } from './libc.ts';
import { NativeMemory } from './memory.ts';
import type { SocketAddress } from './socket-address.ts';

// struct mmsghdr of a 64-bit Linux, sys/socket.h: a msghdr (msg_name at 0, msg_namelen at 8, msg_iov at 16, msg_iovlen at
// 24), then the length of the datagram. musl has other types in it, but the same bytes on little-endian processors.
const MESSAGE_BYTES = 64;
const NAME = 0;
const NAME_BYTES = 8;
const PIECES = 16;
const PIECE_COUNT = 24;
const LENGTH = 56;
// struct iovec, sys/uio.h: address and size.
const PIECE_BYTES = 16;
/** struct sockaddr_in6, netinet/in.h, with some space to the next. */
const NAME_STRIDE = 32;
const SOCKADDR_IN6_BYTES = 28;

/** Receives datagrams, each into a slot of its own. */
export class ReceiveList {
  private readonly slots: { readonly start: number; readonly bytes: number };
  private readonly list: NativeMemory;
  private readonly names: NativeMemory;
  /** Messages whose name length the last call has overwritten. */
  private used = 0;

  /** Slots of `slotBytes` each, one behind the other in `memory` from `start` on. */
  constructor(memory: NativeMemory, start: number, { slots, slotBytes }: { slots: number; slotBytes: number }) {
    this.slots = { start, bytes: slotBytes };
    this.list = new NativeMemory(slots * (MESSAGE_BYTES + PIECE_BYTES));
    this.names = new NativeMemory(slots * NAME_STRIDE);
    const { view, address } = this.list;
    for (let i = 0; i < slots; i++) {
      const piece = slots * MESSAGE_BYTES + i * PIECE_BYTES;
      setWord(view, piece, memory.address + start + i * slotBytes);
      setWord(view, piece + 8, slotBytes);
      setWord(view, i * MESSAGE_BYTES + NAME, this.names.address + i * NAME_STRIDE);
      setWord(view, i * MESSAGE_BYTES + PIECES, address + piece);
      setWord(view, i * MESSAGE_BYTES + PIECE_COUNT, 1);
    }
    this.used = slots;
  }

  /** Takes up to `most` datagrams that are there; returns how many, or -errno. */
  receive(fd: number, most: number): number {
    const { view, address } = this.list;
    for (let i = 0; i < this.used; i++) view.setUint32(i * MESSAGE_BYTES + NAME_BYTES, SOCKADDR_IN6_BYTES, true);
    const result = recvmmsg(fd, address, most, 0, 0);
    this.used = Math.max(result, 0);
    return result;
  }

  /** Where datagram `index` of the last call starts in the memory. */
  start(index: number): number {
    return this.slots.start + index * this.slots.bytes;
  }

  /** Its length. */
  size(index: number): number {
    return this.list.view.getUint32(index * MESSAGE_BYTES + LENGTH, true);
  }

  /** Whether datagram `index` came from this host. */
  isFromHost(index: number, { family, memory: { view } }: SocketAddress): boolean {
    const name = this.names.view;
    const at = index * NAME_STRIDE;
    if (name.getUint16(at, true) !== family) return false;
    // ip(7): the port at 2, the address at 4. ipv6(7): the address at 8, its scope at 24.
    if (family === AF_INET) return name.getUint32(at + 4, true) === view.getUint32(4, true);
    return (
      name.getUint32(at + 8, true) === view.getUint32(8, true) &&
      name.getUint32(at + 12, true) === view.getUint32(12, true) &&
      name.getUint32(at + 16, true) === view.getUint32(16, true) &&
      name.getUint32(at + 20, true) === view.getUint32(20, true)
    );
  }

  /** Whether datagram `index` came from this host and port. */
  isFrom(index: number, address: SocketAddress): boolean {
    const port = this.names.view.getUint16(index * NAME_STRIDE + 2, true);
    return port === address.memory.view.getUint16(2, true) && this.isFromHost(index, address);
  }
}

/** What goes around every datagram of one sender. Made anew, never changed, when something of it changes. */
export interface Envelope {
  /** Bytes in front of the frame; 0 bytes when there are none. */
  readonly headerAddress: number;
  readonly headerBytes: number;
  /** Whom it is for; 0 when the socket is connected. */
  readonly nameAddress: number;
  readonly nameBytes: number;
}

/** Sends datagrams, each gathered from an envelope's header and a fixed number of pieces, some of which may be empty. */
export class SendList {
  private readonly list: NativeMemory;
  private readonly pieces: number;
  private readonly firstPiece: number;
  private readonly pieceStride: number;
  private envelope: Envelope | undefined;
  /** Messages that have the envelope already. */
  private addressed = 0;

  constructor(messages: number, pieces: number) {
    this.pieces = pieces;
    this.firstPiece = messages * MESSAGE_BYTES;
    this.pieceStride = (1 + pieces) * PIECE_BYTES;
    this.list = new NativeMemory(messages * (MESSAGE_BYTES + this.pieceStride));
  }

  /** Sets a piece of message `index`. */
  set(index: number, piece: number, address: number, size: number): void {
    const at = this.firstPiece + index * this.pieceStride + (1 + piece) * PIECE_BYTES;
    setWord(this.list.view, at, address);
    this.list.view.setUint32(at + 8, size, true);
  }

  /** Sends the first `count` messages; returns how many were taken, or -errno of the first. */
  send(fd: number, envelope: Envelope, count: number): number {
    if (envelope !== this.envelope) {
      this.envelope = envelope;
      this.addressed = 0;
    }
    for (; this.addressed < count; this.addressed++) this.address(this.addressed, envelope);
    return sendmmsg(fd, this.list.address, count, MSG_NOSIGNAL);
  }

  private address(index: number, { headerAddress, headerBytes, nameAddress, nameBytes }: Envelope): void {
    const { view, address } = this.list;
    const at = index * MESSAGE_BYTES;
    const header = this.firstPiece + index * this.pieceStride;
    const skipped = headerBytes === 0 ? 1 : 0;
    setWord(view, header, headerAddress);
    view.setUint32(header + 8, headerBytes, true);
    setWord(view, at + NAME, nameAddress);
    view.setUint32(at + NAME_BYTES, nameBytes, true);
    setWord(view, at + PIECES, address + header + skipped * PIECE_BYTES);
    view.setUint32(at + PIECE_COUNT, 1 + this.pieces - skipped, true);
  }
}

function setWord(view: DataView, at: number, value: number): void {
  view.setUint32(at, value, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}
