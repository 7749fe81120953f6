// DHCP (RFC 2131, options RFC 2132) and BOOTP (RFC 951) before it, UDP ports 67 and 68.
import { findTlv, readTlvs } from './tlv.ts';
import type { View } from './view.ts';
import { hexNumber, nameOf, words } from './wording.ts';

const COOKIE = 0x63825363;
const FIXED_BYTES = 236;
const HOST_NAME = 12;
const REQUESTED_ADDRESS = 50;
const LEASE_SECONDS = 51;
const MESSAGE_TYPE = 53;
const SERVER = 54;
const RELAY_INFORMATION = 82;
const NO_ADDRESS = '0.0.0.0';

const MESSAGES: Readonly<Record<number, string>> = {
  1: 'discover',
  2: 'offer',
  3: 'request',
  4: 'decline',
  5: 'ack',
  6: 'nak',
  7: 'release',
  8: 'inform',
  9: 'force-renew',
  10: 'lease-query',
};

/** Decodes a DHCP or BOOTP message. */
export function decodeDhcp(view: View): string {
  if (!view.has(FIXED_BYTES)) return view.short('DHCP', FIXED_BYTES);
  const [client, yours, relay] = [view.ipv4(12), view.ipv4(16), view.ipv4(24)];
  const hasOptions = view.u32(FIXED_BYTES) === COOKIE;
  const options = hasOptions
    ? readTlvs(view.at(FIXED_BYTES + 4), { typeBytes: 1, lengthBytes: 1, padType: 0, endType: 255 })
    : [];
  const type = findTlv(options, MESSAGE_TYPE);
  const [requested, server, lease] = [REQUESTED_ADDRESS, SERVER, LEASE_SECONDS].map((id) => findTlv(options, id));
  const host = findTlv(options, HOST_NAME);
  return words(
    type ? `DHCP ${nameOf(MESSAGES, type.u8(0), 'message')}` : `BOOTP ${view.u8(0) === 1 ? 'request' : 'reply'}`,
    `xid ${hexNumber(view.u32(4), 4)} client ${view.mac(28)}`,
    client !== NO_ADDRESS && `has ${client}`,
    yours !== NO_ADDRESS && `gets ${yours}`,
    requested && `wants ${requested.ipv4(0)}`,
    server && `server ${server.ipv4(0)}`,
    lease && `lease ${lease.u32(0)}s`,
    relay !== NO_ADDRESS && `relay ${relay}`,
    host && `host ${host.text(0, host.size)}`,
    findTlv(options, RELAY_INFORMATION) && '[option 82]',
  );
}
