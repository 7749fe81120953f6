// A VXLAN tunnel to one host (RFC 7348), entirely in userspace: the other end may be the Linux kernel, Open vSwitch,
// containerlab's "tools vxlan" or another tcpbridge. The socket is shared (vxlan-socket.ts); frames leave by the outbox,
// each behind the same eight bytes. Nothing ever tells whether the other end is there, so the tunnel is attached as soon as
// the host's address is known and the socket open.

import type { EndpointState } from '../../channel/messages.ts';
import type { VxlanSpec } from '../../topology/datagram-endpoint.ts';
import { AF_INET } from '../sys/constants.ts';
import { maxDatagramBytes } from '../sys/datagram-socket.ts';
import { describeErrno } from '../sys/errno.ts';
import { NativeMemory } from '../sys/memory.ts';
import { SocketAddress } from '../sys/socket-address.ts';
import type { Batch } from '../wire/framing.ts';
import { describeBindFailure } from './bind-failure.ts';
import { type DatagramContext, DatagramEndpoint } from './datagram.ts';
import { VXLAN_FLAG_I, VXLAN_HEADER_BYTES, type VxlanMember, VxlanSocket } from './vxlan-socket.ts';

/** An endpoint of kind "vxlan". */
export class VxlanEndpoint extends DatagramEndpoint implements VxlanMember {
  readonly text: string;
  readonly vni: number;
  /** The tunnel's other end; of no family while it is not known. */
  remote = new SocketAddress();
  private readonly header = new NativeMemory(VXLAN_HEADER_BYTES);
  private socket: VxlanSocket | undefined;
  private addresses: readonly string[] = [];

  constructor(id: number, spec: VxlanSpec, context: DatagramContext) {
    super(id, spec, context);
    this.text = spec.text;
    this.vni = spec.vni;
    this.header.bytes[0] = VXLAN_FLAG_I;
    this.header.view.setUint32(4, spec.vni * 2 ** 8, false);
  }

  start(state: EndpointState | undefined): void {
    if (state !== undefined) {
      this.takeUp(state);
      if (state.fd >= 0) {
        this.enter(VxlanSocket.adopt(this.loop, state.fd));
        const remote = this.readPeer(state.peer);
        if (remote !== undefined) this.aim(remote);
      }
    }
    this.watch.start(this.remote.family !== 0);
  }

  release(): EndpointState {
    const fd = this.socket?.surrender(this) ?? -1;
    this.socket = undefined;
    return this.letGo(fd, this.remote.toString());
  }

  onHost(addresses: readonly string[]): void {
    this.addresses = addresses;
    this.open();
  }

  onSendError(result: number): void {
    this.detach(describeErrno(result));
    this.watch.doubt();
  }

  onSendRecovered(): void {
    this.attach(this.remote.toString());
  }

  onQueueChanged(): void {
    this.socket?.update();
  }

  onFrames(batch: Batch): void {
    this.deliver(batch, this.remote);
  }

  onWritable(): void {
    if (this.queuedBytes > 0) this.outbox.flush();
  }

  protected onReadingChanged(): void {
    this.socket?.update();
  }

  protected closeSocket(): void {
    this.socket?.leave(this);
    this.socket = undefined;
  }

  protected retryOpening(): void {
    this.open();
  }

  protected describeLimit(): string {
    const { family } = this.remote;
    const bytes = maxDatagramBytes(family);
    const version = family === AF_INET ? 'IPv4' : 'IPv6';
    const most = bytes - VXLAN_HEADER_BYTES;
    return `a VXLAN tunnel carries ${most}, which are the ${bytes} of a UDP datagram over ${version} less its own header`;
  }

  /** Where the tunnel led before: the name may take a while to be found again. */
  private readPeer(peer: string): SocketAddress | undefined {
    const host = peer.slice(0, Math.max(peer.lastIndexOf(':'), 0)).replace(/^\[|\]$/g, '');
    // As it is written first: the text of a peer has no zone.
    return this.resolve(this.spec.host) ?? this.resolve(host);
  }

  private open(): void {
    const usable = this.addresses.map((text) => this.resolve(text)).filter((address) => address !== undefined);
    const before = this.remote.toString();
    const remote = usable.find((address) => address.toString() === before) ?? usable[0];
    if (remote === undefined) {
      this.wait(this.explainUnusable(this.addresses[0]!));
      return;
    }
    const now = remote.toString();
    if (now === before && this.socket !== undefined) return;
    if (now !== before) this.detach(`the host has the address ${now} now`);
    const local = new SocketAddress();
    local.setInternet(this.spec.localAddress ?? (remote.family === AF_INET ? '0.0.0.0' : '::'), this.spec.localPort);
    const socket = VxlanSocket.open(this.loop, local);
    if (typeof socket === 'number') {
      this.waitAndRetry(`cannot use ${local.toString()}: ${describeBindFailure(socket, this.spec.localPort)}`);
      return;
    }
    const twin = socket.memberFor(this.vni, remote, this);
    if (twin !== undefined) {
      this.closeSocket();
      this.remote = new SocketAddress();
      this.outbox.use(-1);
      this.waitAndRetry(
        `this is the same tunnel as "${twin.text}", to ${now} with VNI ${this.vni}: remove one of them`,
      );
      return;
    }
    this.enter(socket);
    this.aim(remote);
    this.attach(now);
  }

  private enter(socket: VxlanSocket): void {
    if (socket === this.socket) return;
    this.closeSocket();
    this.socket = socket;
    socket.join(this);
  }

  private aim(remote: SocketAddress): void {
    this.remote = remote;
    const envelope = {
      headerAddress: this.header.address,
      headerBytes: VXLAN_HEADER_BYTES,
      nameAddress: remote.memory.address,
      nameBytes: remote.size,
    };
    this.outbox.use(this.socket!.fd, envelope, maxDatagramBytes(remote.family) - VXLAN_HEADER_BYTES);
  }
}
