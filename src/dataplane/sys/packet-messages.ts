// What recvmmsg(2) and sendmmsg(2) are told about frames on a packet socket: where each goes or comes from, with its
// virtio_net_hdr (linux/virtio_net.h) in front. All of it stands in native memory that is made once.
//
//   struct mmsghdr, 64 bytes each:  name 0, its size 8, pieces 16, their number 24, control 32, its size 40, flags 48,
//   (64-bit Linux, sys/socket.h)    and behind the msghdr the number of bytes, 56

import { NativeMemory } from './memory.ts';
import {
  PACKET_AUXDATA,
  PACKET_OUTGOING,
  SOL_PACKET,
  TP_STATUS_VLAN_TPID_VALID,
  TP_STATUS_VLAN_VALID,
} from './packet-socket.ts';

/** Bytes of a virtio_net_hdr without its optional ending. */
export const VNET_HEADER_BYTES = 10;

const MESSAGE_BYTES = 64;
const PIECE_BYTES = 16;
const FLAGS_AT = 48;
const LENGTH_AT = 56;
const MSG_TRUNC = 0x20;
// struct sockaddr_ll has 20 bytes, sll_pkttype at 10.
const NAME_BYTES = 32;
const NAME_SIZE = 20;
const PACKET_TYPE_AT = 10;
// struct cmsghdr is 16 bytes: size, level, type. Then struct tpacket_auxdata of 20: status, …, tag at 16, its type at 18.
const CONTROL_BYTES = 64;
const CONTROL_SIZE = 40;
const AUX_AT = 16;
const AUX_END = AUX_AT + 20;
const ETH_P_8021Q = 0x8100;

/** Messages that frames are received into, each in a slot of its own. */
export class IncomingPackets {
  /** For recvmmsg(2). */
  readonly address: number;
  private readonly memory: NativeMemory;
  private readonly names: number;
  private readonly controls: number;

  /**
   * @param slotsAddress where the first slot starts
   * @param offsetBytes how far behind the start of its slot a message goes
   */
  constructor(count: number, slotsAddress: number, slotBytes: number, offsetBytes: number) {
    const pieces = count * MESSAGE_BYTES;
    this.names = pieces + count * PIECE_BYTES;
    this.controls = this.names + count * NAME_BYTES;
    this.memory = new NativeMemory(this.controls + count * CONTROL_BYTES);
    this.address = this.memory.address;
    for (let i = 0; i < count; i++) {
      const at = i * MESSAGE_BYTES;
      const piece = pieces + i * PIECE_BYTES;
      setWord(this.memory, at, this.address + this.names + i * NAME_BYTES);
      setWord(this.memory, at + 16, this.address + piece);
      setWord(this.memory, at + 24, 1);
      setWord(this.memory, at + 32, this.address + this.controls + i * CONTROL_BYTES);
      setWord(this.memory, piece, slotsAddress + i * slotBytes + offsetBytes);
      setWord(this.memory, piece + 8, slotBytes - offsetBytes);
    }
  }

  /** Says anew how much room there is for what comes with the first `count` messages: the kernel overwrites it. */
  reset(count: number): void {
    const { view } = this.memory;
    for (let at = 0; at < count * MESSAGE_BYTES; at += MESSAGE_BYTES) {
      view.setUint32(at + 8, NAME_SIZE, true);
      view.setUint32(at + 40, CONTROL_SIZE, true);
    }
  }

  /** Bytes of message `i`, its virtio_net_hdr among them. */
  length(i: number): number {
    return this.memory.view.getUint32(i * MESSAGE_BYTES + LENGTH_AT, true);
  }

  /** Whether message `i` was larger than its slot. */
  isCut(i: number): boolean {
    return (this.memory.view.getUint32(i * MESSAGE_BYTES + FLAGS_AT, true) & MSG_TRUNC) !== 0;
  }

  /** Whether message `i` is something that this host sent. */
  isOutgoing(i: number): boolean {
    return this.memory.bytes[this.names + i * NAME_BYTES + PACKET_TYPE_AT] === PACKET_OUTGOING;
  }

  /** The VLAN tag that was taken out of message `i`, type and contents in one number; 0 when there was none. */
  tag(i: number): number {
    const { view } = this.memory;
    const at = this.controls + i * CONTROL_BYTES;
    if (view.getUint32(i * MESSAGE_BYTES + 40, true) < AUX_END) return 0;
    if (view.getInt32(at + 8, true) !== SOL_PACKET || view.getInt32(at + 12, true) !== PACKET_AUXDATA) return 0;
    const status = view.getUint32(at + AUX_AT, true);
    if ((status & TP_STATUS_VLAN_VALID) === 0) return 0;
    const type = (status & TP_STATUS_VLAN_TPID_VALID) === 0 ? ETH_P_8021Q : view.getUint16(at + AUX_AT + 18, true);
    return type * 0x1_0000 + view.getUint16(at + AUX_AT + 16, true);
  }
}

/** Messages that frames are sent from, wherever they are in memory, each behind an empty virtio_net_hdr. */
export class OutgoingPackets {
  readonly capacity: number;
  private readonly memory: NativeMemory;
  private readonly pieces: number;

  constructor(capacity: number) {
    this.capacity = capacity;
    this.pieces = capacity * MESSAGE_BYTES;
    const header = this.pieces + capacity * 2 * PIECE_BYTES;
    this.memory = new NativeMemory(header + VNET_HEADER_BYTES);
    const { address } = this.memory;
    for (let i = 0; i < capacity; i++) {
      const piece = this.pieces + i * 2 * PIECE_BYTES;
      setWord(this.memory, i * MESSAGE_BYTES + 16, address + piece);
      setWord(this.memory, i * MESSAGE_BYTES + 24, 2);
      setWord(this.memory, piece, address + header);
      setWord(this.memory, piece + 8, VNET_HEADER_BYTES);
    }
  }

  /** For sendmmsg(2), from message `i` on. */
  addressOf(i: number): number {
    return this.memory.address + i * MESSAGE_BYTES;
  }

  /** Makes message `i` the frame of these bytes. */
  set(i: number, address: number, length: number): void {
    const piece = this.pieces + (2 * i + 1) * PIECE_BYTES;
    setWord(this.memory, piece, address);
    setWord(this.memory, piece + 8, length);
  }

  /** The length of frame `i`. */
  length(i: number): number {
    return this.memory.view.getUint32(this.pieces + (2 * i + 1) * PIECE_BYTES + 8, true);
  }
}

// Two halves, because a 64-bit store would need a BigInt, which is an allocation.
function setWord({ view }: NativeMemory, at: number, value: number): void {
  view.setUint32(at, value, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}
