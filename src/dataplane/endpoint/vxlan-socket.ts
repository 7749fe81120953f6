// The UDP socket of tunnels: one per thread and local address, shared by all VXLAN endpoints there and told apart by their
// VXLAN network identifier and the host behind them. RFC 7348, section 5:
//
//    |R|R|R|R|I|R|R|R|    reserved (24 bits)     |     I: the identifier is valid
//    |     identifier (24 bits)     | reserved   |     then the Ethernet frame, without its checksum
//
// What comes in for nobody is counted where somebody will see it: at the endpoint it seems to be meant for, else at the
// first one of the socket. A member that is told to wait keeps its own frames (held-frames.ts), so that it never holds up
// the others; only when none of them may be read is the socket not read either.

import { DROP, FIELD } from '../../channel/counters.ts';
import type { Measured } from '../census.ts';
import { SOCKET_BUFFER_BYTES, SOCKET_MOVE_NS } from '../limits.ts';
import type { FdOwner, Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import { EPOLLERR, EPOLLIN, EPOLLOUT } from '../sys/constants.ts';
import { droppedDatagrams, openDatagramSocket, shareSocket } from '../sys/datagram-socket.ts';
import { close } from '../sys/libc.ts';
import { socketError } from '../sys/socket.ts';
import { localAddress, type SocketAddress } from '../sys/socket-address.ts';
import type { Batch } from '../wire/framing.ts';
import { GSO, OffloadHeader, Segmenter } from '../wire/offload.ts';
import { finishIfBegun, LEFT, SAFE_SEGMENT_BYTES } from '../wire/unfinished-checksum.ts';
import type { Port } from './endpoint.ts';
import { Appetite, inboxOf } from './inbox.ts';

/** Bytes in front of each frame. */
export const VXLAN_HEADER_BYTES = 8;
/** The flag that makes an identifier valid. */
export const VXLAN_FLAG_I = 0x08;
/** A frame without room for its two addresses and its type is none. */
const MIN_FRAME_BYTES = 14;

/** An endpoint that shares the socket. */
export interface VxlanMember {
  /** The endpoint as typed. */
  readonly text: string;
  readonly vni: number;
  readonly remote: SocketAddress;
  readonly port: Port;
  readonly isReading: boolean;
  readonly queuedBytes: number;
  /** Frames for this member, in the loop's batch. */
  onFrames(batch: Batch): void;
  /** There is room for what it has queued. */
  onWritable(): void;
}

/** By local address as text. */
const socketsByLoop = new WeakMap<Loop, Map<string, VxlanSocket>>();

function socketsOf(loop: Loop): Map<string, VxlanSocket> {
  const known = socketsByLoop.get(loop);
  if (known !== undefined) return known;
  const made = new Map<string, VxlanSocket>();
  socketsByLoop.set(loop, made);
  return made;
}

/** A socket with those who share it. It is closed when the last one leaves. */
export class VxlanSocket implements FdOwner, Measured {
  censusPlace = -1;
  readonly fd: number;
  private readonly loop: Loop;
  private readonly name: string;
  private readonly members: VxlanMember[] = [];
  private readonly byVni = new Map<number, VxlanMember[]>();
  private readonly token: number;
  private events = EPOLLIN;
  private dropsSeen: number;
  private readonly appetite = new Appetite();
  private readonly offload = new OffloadHeader();
  private readonly segmenter: Segmenter;
  /** Identifiers of members that are on their way to another place: nothing is read, lest their frames find nobody. */
  private awaited: number[] = [];
  private readonly patience = new Timer(() => this.stopWaiting());

  /** The socket bound to `local`, opened if there is none yet; -errno when that cannot be done. */
  static open(loop: Loop, local: SocketAddress): VxlanSocket | number {
    const known = socketsOf(loop).get(local.toString());
    if (known !== undefined) return known;
    const fd = openDatagramSocket(local, SOCKET_BUFFER_BYTES);
    return fd < 0 ? fd : new VxlanSocket(loop, fd, local.toString());
  }

  /** The socket that `fd` is a descriptor of. */
  static adopt(loop: Loop, fd: number): VxlanSocket {
    const name = localAddress(fd).toString();
    const known = socketsOf(loop).get(name);
    if (known === undefined) return new VxlanSocket(loop, fd, name);
    close(fd);
    return known;
  }

  private constructor(loop: Loop, fd: number, name: string) {
    this.loop = loop;
    this.fd = fd;
    this.name = name;
    this.dropsSeen = droppedDatagrams(fd);
    this.segmenter = new Segmenter(loop.batch.memory);
    this.token = loop.register(fd, this.events, this);
    socketsOf(loop).set(name, this);
    loop.census.add(this);
  }

  join(member: VxlanMember): void {
    this.members.push(member);
    const sharers = this.byVni.get(member.vni);
    if (sharers === undefined) this.byVni.set(member.vni, [member]);
    else sharers.push(member);
    const place = this.awaited.indexOf(member.vni);
    if (place >= 0) this.awaited.splice(place, 1);
    this.update();
  }

  /** The member is gone for good. */
  leave(member: VxlanMember): void {
    this.forget(member);
    if (this.members.length === 0) close(this.dismantle());
    else this.update();
  }

  /** The member goes elsewhere; returns a descriptor with which it goes on, -1 when there are no more descriptors. */
  surrender(member: VxlanMember): number {
    this.forget(member);
    if (this.members.length === 0) return this.dismantle();
    this.awaited.push(member.vni);
    this.loop.setTimer(this.patience, this.loop.nowNs + SOCKET_MOVE_NS);
    this.update();
    return Math.max(shareSocket(this.fd), -1);
  }

  /** A member's wishes have changed: to be read, or to be told when there is room. */
  update(): void {
    const { members } = this;
    let isWanted = false;
    let isQueued = false;
    for (let i = 0; i < members.length; i++) {
      isWanted ||= members[i]!.isReading;
      isQueued ||= members[i]!.queuedBytes > 0;
    }
    const events = (isWanted && this.awaited.length === 0 ? EPOLLIN : 0) | (isQueued ? EPOLLOUT : 0);
    if (events === this.events) return;
    this.events = events;
    this.loop.watch(this.fd, events, this.token);
  }

  onReady(events: number): void {
    const { members } = this;
    if ((events & EPOLLERR) !== 0) socketError(this.fd);
    if ((events & EPOLLOUT) !== 0) {
      for (let i = 0; i < members.length; i++) members[i]!.onWritable();
      // Who was first must not always be first.
      if (members.length > 1) members.push(members.shift()!);
    }
    if ((events & this.events & EPOLLIN) !== 0) this.receive();
  }

  /** Looks how many datagrams the kernel had to drop because they were not taken in time. */
  measure(): void {
    this.countDropped();
  }

  /** Who has this tunnel already: frames of the two could not be told apart. */
  memberFor(vni: number, remote: SocketAddress, except: VxlanMember): VxlanMember | undefined {
    return this.byVni.get(vni)?.find((member) => member !== except && member.remote.isSameHost(remote));
  }

  private receive(): void {
    const { batch } = this.loop;
    const { bytes } = batch;
    const inbox = inboxOf(this.loop);
    const { most } = this.appetite;
    const result = inbox.receive(this.fd, most);
    let member: VxlanMember | undefined;
    batch.clear();
    for (let i = 0; i < result; i++) {
      const start = inbox.start(i);
      const size = inbox.size(i) - VXLAN_HEADER_BYTES;
      if (size < 0 || (bytes[start]! & VXLAN_FLAG_I) === 0) {
        this.countMalformed(i);
        continue;
      }
      // RFC 7348, section 5: reserved bits are ignored.
      const vni = (bytes[start + 4]! << 16) | (bytes[start + 5]! << 8) | bytes[start + 6]!;
      const isSame = member !== undefined && member.vni === vni && inbox.isFromHost(i, member.remote);
      const found: VxlanMember | undefined = isSame ? member : this.find(vni, i);
      if (found === undefined) continue;
      if (size < MIN_FRAME_BYTES) {
        found.port.counters[FIELD.drops + (size === 0 ? DROP.empty : DROP.malformed)]!++;
        continue;
      }
      this.appetite.note(size);
      if (found !== member || !batch.hasRoom(size)) {
        if (member !== undefined) member.onFrames(batch);
        batch.clear();
        member = found;
      }
      const from = start + VXLAN_HEADER_BYTES;
      // The kernel's tunnels leave work to network cards, even where there is none on the way to us.
      const left = finishIfBegun(batch.memory, from, size);
      if (left >= LEFT.segmentsOfTcp4) {
        this.cut(member, from, size, left === LEFT.segmentsOfTcp4 ? GSO.tcp4 : GSO.tcp6);
        continue;
      }
      bytes.copyWithin(batch.next, from, from + size);
      batch.commit(size);
    }
    if (member !== undefined) member.onFrames(batch);
  }

  /** A packet that a network card was to cut up becomes frames of the batch. */
  private cut(member: VxlanMember, at: number, length: number, gsoType: number): void {
    const { batch } = this.loop;
    const { segmenter, offload } = this;
    offload.gsoType = gsoType;
    offload.gsoSize = SAFE_SEGMENT_BYTES;
    if (!segmenter.begin(at, length, offload)) {
      member.port.counters[FIELD.drops + DROP.malformed]!++;
      return;
    }
    for (let i = 0; i < segmenter.count; i++) {
      const size = segmenter.length(i);
      if (!batch.hasRoom(size)) {
        member.onFrames(batch);
        batch.clear();
      }
      segmenter.write(i, batch.next);
      batch.commit(size);
    }
  }

  /** Whose datagram `index` is. */
  private find(vni: number, index: number): VxlanMember | undefined {
    const inbox = inboxOf(this.loop);
    const sharers = this.byVni.get(vni);
    if (sharers !== undefined) {
      for (let i = 0; i < sharers.length; i++) {
        if (inbox.isFromHost(index, sharers[i]!.remote)) return sharers[i];
      }
    }
    const who = sharers?.length === 1 ? sharers[0]! : this.members[0]!;
    who.port.counters[FIELD.drops + DROP.foreign]!++;
    return undefined;
  }

  private countMalformed(index: number): void {
    const inbox = inboxOf(this.loop);
    let who = this.members[0]!;
    for (let i = 0; i < this.members.length; i++) {
      if (!inbox.isFromHost(index, this.members[i]!.remote)) continue;
      who = this.members[i]!;
      break;
    }
    who.port.counters[FIELD.drops + DROP.malformed]!++;
  }

  private countDropped(): void {
    if (this.members.length === 0) return;
    const drops = droppedDatagrams(this.fd);
    // The kernel does not say whose they were.
    this.members[0]!.port.counters[FIELD.drops + DROP.queueFull]! += (drops - this.dropsSeen) >>> 0;
    this.dropsSeen = drops;
  }

  private stopWaiting(): void {
    this.awaited = [];
    this.update();
  }

  private forget(member: VxlanMember): void {
    this.countDropped();
    this.members.splice(this.members.indexOf(member), 1);
    const sharers = this.byVni.get(member.vni)!;
    sharers.splice(sharers.indexOf(member), 1);
    if (sharers.length === 0) this.byVni.delete(member.vni);
  }

  /** Nobody is left: the descriptor is the caller's. */
  private dismantle(): number {
    this.loop.clearTimer(this.patience);
    this.loop.unregister(this.fd, this.token);
    this.loop.census.remove(this);
    socketsOf(this.loop).delete(this.name);
    return this.fd;
  }
}
