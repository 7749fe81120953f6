// The few packets that a simulated router speaks: ARP (RFC 826), ICMP echo (RFC 792), BFD control packets (RFC 5880,
// RFC 5881) and a voice stream (RTP, RFC 3550) in Ethernet II frames. Pure: bytes in, meaning out, and back. Used by
// demo/router.ts.

/** Who a router is on its one interface. */
export interface Host {
  readonly mac: Buffer;
  readonly address: Buffer;
}

/** What a frame says, as far as a simulated router cares. */
export type Packet =
  | { kind: 'arp-request' | 'arp-reply'; from: Host; targetAddress: Buffer }
  | { kind: 'echo-request' | 'echo-reply'; from: Host; to: Host; id: number; sequence: number; data: Buffer }
  | { kind: 'bfd' | 'voice'; from: Host; to: Host };

const BROADCAST = Buffer.alloc(6, 0xff);
const UNKNOWN_MAC = Buffer.alloc(6);
const MINIMUM_FRAME_BYTES = 60; // IEEE 802.3, without the check sequence: what a guest's network card pads to.
const ETHERTYPE_IPV4 = 0x0800;
const ETHERTYPE_ARP = 0x0806;
const PROTOCOL_ICMP = 1;
const PROTOCOL_UDP = 17;
const BFD_PORT = 3784; // RFC 5881 section 4: single-hop control packets, TTL 255, source port 49152 and up.
const BFD_SOURCE_PORT = 49_152;
const RTP_PORT = 5004; // RFC 3551 section 8.
const PCMU_BYTES_PER_MS = 8; // RFC 3551 section 4.5.14: G.711, 8,000 samples of one byte a second.

/** Parses a MAC address in colon form. */
export function parseMac(text: string): Buffer {
  return Buffer.from(text.split(':').map((part) => Number.parseInt(part, 16)));
}

/** Parses an IPv4 address in dotted form. */
export function parseAddress(text: string): Buffer {
  return Buffer.from(text.split('.').map(Number));
}

/** Computes the Internet checksum (RFC 1071); over bytes that hold a right checksum it is 0. */
export function internetChecksum(bytes: Buffer): number {
  let sum = 0;
  for (let offset = 0; offset + 1 < bytes.length; offset += 2) sum += bytes.readUInt16BE(offset);
  if (bytes.length % 2 === 1) sum += bytes[bytes.length - 1]! << 8;
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** Builds the broadcast that asks who has an address. */
export function encodeArpRequest(from: Host, targetAddress: Buffer): Buffer {
  return ethernet(BROADCAST, from.mac, ETHERTYPE_ARP, arp(1, from, { mac: UNKNOWN_MAC, address: targetAddress }));
}

/** Builds the answer to an ARP request. */
export function encodeArpReply(from: Host, to: Host): Buffer {
  return ethernet(to.mac, from.mac, ETHERTYPE_ARP, arp(2, from, to));
}

/** Builds a ping, or the answer to one. */
export function encodeEcho(
  kind: 'echo-request' | 'echo-reply',
  from: Host,
  to: Host,
  echo: { id: number; sequence: number; data: Buffer },
): Buffer {
  const message = Buffer.alloc(8 + echo.data.length);
  message[0] = kind === 'echo-request' ? 8 : 0;
  message.writeUInt16BE(echo.id, 4);
  message.writeUInt16BE(echo.sequence, 6);
  echo.data.copy(message, 8);
  message.writeUInt16BE(internetChecksum(message), 2);
  return ethernet(to.mac, from.mac, ETHERTYPE_IPV4, ipv4(PROTOCOL_ICMP, 64, from, to, message));
}

/** Builds a BFD control packet of a session that is up (RFC 5880 section 4.1). */
export function encodeBfd(from: Host, to: Host, intervalMs: number): Buffer {
  const message = Buffer.alloc(24);
  message[0] = 1 << 5; // Version 1, no diagnostic.
  message[1] = 3 << 6; // State up.
  message[2] = 3; // Detection multiplier.
  message[3] = message.length;
  message.writeUInt32BE(from.address.readUInt32BE(0), 4); // Any non-zero discriminator will do.
  message.writeUInt32BE(to.address.readUInt32BE(0), 8);
  message.writeUInt32BE(intervalMs * 1000, 12);
  message.writeUInt32BE(intervalMs * 1000, 16);
  return udp(255, from, to, { sourcePort: BFD_SOURCE_PORT, targetPort: BFD_PORT }, message);
}

/** Builds one packet of a phone call: RTP with the given milliseconds of silence in G.711. */
export function encodeVoice(from: Host, to: Host, sequence: number, durationMs: number): Buffer {
  const samples = durationMs * PCMU_BYTES_PER_MS;
  const message = Buffer.alloc(12 + samples, 0xff); // 0xff is silence in the u-law of PCMU.
  message[0] = 2 << 6; // Version 2, no padding, extension or contributors.
  message[1] = 0; // Payload type PCMU.
  message.writeUInt16BE(sequence & 0xffff, 2);
  message.writeUInt32BE((sequence * samples) >>> 0, 4);
  message.writeUInt32BE(from.address.readUInt32BE(0), 8); // Any stream number will do.
  return udp(64, from, to, { sourcePort: RTP_PORT, targetPort: RTP_PORT }, message);
}

/** Says what a frame is; undefined when it is damaged or nothing that a router here understands. */
export function decodeFrame(frame: Buffer): Packet | undefined {
  if (frame.length < 14) return undefined;
  const payload = frame.subarray(14);
  const etherType = frame.readUInt16BE(12);
  if (etherType === ETHERTYPE_ARP) return decodeArp(payload);
  if (etherType === ETHERTYPE_IPV4) return decodeIpv4(frame, payload);
  return undefined;
}

function ethernet(to: Buffer, from: Buffer, etherType: number, payload: Buffer): Buffer {
  const frame = Buffer.alloc(Math.max(14 + payload.length, MINIMUM_FRAME_BYTES));
  to.copy(frame, 0);
  from.copy(frame, 6);
  frame.writeUInt16BE(etherType, 12);
  payload.copy(frame, 14);
  return frame;
}

function arp(operation: 1 | 2, sender: Host, target: Host): Buffer {
  // Ethernet, IPv4, addresses of 6 and 4 bytes.
  const head = Buffer.from([0, 1, 0x08, 0x00, 6, 4, 0, operation]);
  return Buffer.concat([head, sender.mac, sender.address, target.mac, target.address]);
}

function ipv4(protocol: number, ttl: number, from: Host, to: Host, payload: Buffer): Buffer {
  const packet = Buffer.alloc(20 + payload.length);
  packet[0] = 0x45;
  packet.writeUInt16BE(packet.length, 2);
  packet[8] = ttl;
  packet[9] = protocol;
  from.address.copy(packet, 12);
  to.address.copy(packet, 16);
  packet.writeUInt16BE(internetChecksum(packet.subarray(0, 20)), 10);
  payload.copy(packet, 20);
  return packet;
}

function udp(
  ttl: number,
  from: Host,
  to: Host,
  ports: { sourcePort: number; targetPort: number },
  message: Buffer,
): Buffer {
  const datagram = Buffer.alloc(8 + message.length);
  datagram.writeUInt16BE(ports.sourcePort, 0);
  datagram.writeUInt16BE(ports.targetPort, 2);
  datagram.writeUInt16BE(datagram.length, 4); // The checksum stays 0: none (RFC 768).
  message.copy(datagram, 8);
  return ethernet(to.mac, from.mac, ETHERTYPE_IPV4, ipv4(PROTOCOL_UDP, ttl, from, to, datagram));
}

function decodeArp(payload: Buffer): Packet | undefined {
  if (payload.length < 28 || payload.readUInt32BE(0) !== 0x0001_0800 || payload.readUInt16BE(4) !== 0x0604) {
    return undefined;
  }
  const operation = payload.readUInt16BE(6);
  if (operation !== 1 && operation !== 2) return undefined;
  const from = { mac: payload.subarray(8, 14), address: payload.subarray(14, 18) };
  return { kind: operation === 1 ? 'arp-request' : 'arp-reply', from, targetAddress: payload.subarray(24, 28) };
}

function decodeIpv4(frame: Buffer, payload: Buffer): Packet | undefined {
  if (payload.length < 20 || payload[0]! >> 4 !== 4) return undefined;
  const headerBytes = (payload[0]! & 0x0f) * 4;
  const totalBytes = payload.readUInt16BE(2);
  if (headerBytes < 20 || totalBytes < headerBytes + 8 || totalBytes > payload.length) return undefined;
  if (internetChecksum(payload.subarray(0, headerBytes)) !== 0) return undefined;
  const from = { mac: frame.subarray(6, 12), address: payload.subarray(12, 16) };
  const to = { mac: frame.subarray(0, 6), address: payload.subarray(16, 20) };
  // What follows the packet is padding of the Ethernet frame.
  const body = payload.subarray(headerBytes, totalBytes);
  if (payload[9] === PROTOCOL_UDP) {
    const targetPort = body.readUInt16BE(2);
    if (targetPort === BFD_PORT) return { kind: 'bfd', from, to };
    return targetPort === RTP_PORT ? { kind: 'voice', from, to } : undefined;
  }
  if (payload[9] !== PROTOCOL_ICMP || internetChecksum(body) !== 0 || body[1] !== 0) return undefined;
  if (body[0] !== 8 && body[0] !== 0) return undefined;
  const kind = body[0] === 8 ? 'echo-request' : 'echo-reply';
  return { kind, from, to, id: body.readUInt16BE(4), sequence: body.readUInt16BE(6), data: body.subarray(8) };
}
