// TCP_INFO: what the kernel has measured on a TCP connection. Offsets as in struct tcp_info of linux/tcp.h, which only
// ever grows at its end.

import { IPPROTO_TCP, TCP_INFO } from './constants.ts';
import { getsockopt } from './libc.ts';
import { NativeMemory } from './memory.ts';

const RETRANSMITS_AT = 2;
const PROBES_AT = 3;
const LAST_ACK_RECV_AT = 56;
const RTT_AT = 68;
const RTT_VARIATION_AT = 72;
const TOTAL_RETRANS_AT = 100;
const BYTES_ACKED_AT = 120;
const MIN_RTT_AT = 148;
const SIZE = MIN_RTT_AT + 4;
// min_rtt is ~0 until there was a measurement (net/ipv4/tcp.c, tcp_get_info).
const NONE = 0xffff_ffff;

/** The numbers of the connection that was read last. */
export class TcpInfo {
  rttUs = 0;
  rttVariationUs = 0;
  rttMinUs = 0;
  /** Segments sent again so far. */
  retransmits = 0;
  /** The low half of the number of bytes acknowledged: enough to see that it changes. */
  ackedLow = 0;
  /** Segments and probes sent since the peer last answered, each later than the one before. */
  unanswered = 0;
  /** How long ago the last segment with an acknowledgement came. */
  silentMs = 0;
  private readonly memory = new NativeMemory(SIZE + 4);

  /** Reads a connection; false when it is none of TCP. */
  read(fd: number): boolean {
    const { view, address } = this.memory;
    view.setUint32(SIZE, SIZE, true);
    if (getsockopt(fd, IPPROTO_TCP, TCP_INFO, address, address + SIZE) < 0) return false;
    this.unanswered = view.getUint8(RETRANSMITS_AT) + view.getUint8(PROBES_AT);
    this.silentMs = view.getUint32(LAST_ACK_RECV_AT, true);
    this.rttUs = view.getUint32(RTT_AT, true);
    this.rttVariationUs = view.getUint32(RTT_VARIATION_AT, true);
    const rttMinUs = view.getUint32(MIN_RTT_AT, true);
    this.rttMinUs = rttMinUs === NONE ? 0 : rttMinUs;
    this.retransmits = view.getUint32(TOTAL_RETRANS_AT, true);
    this.ackedLow = view.getUint32(BYTES_ACKED_AT, true);
    return true;
  }
}
