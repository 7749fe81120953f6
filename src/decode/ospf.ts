// OSPF versions 2 (RFC 2328) and 3 (RFC 5340), IP protocol 89. The version stands in the first byte.
import type { View } from './view.ts';
import { counted, flagNames, nameOf, words } from './wording.ts';

const TYPES: Readonly<Record<number, string>> = {
  1: 'hello',
  2: 'database description',
  3: 'link-state request',
  4: 'link-state update',
  5: 'link-state ack',
};
const AUTHENTICATION: Readonly<Record<number, string>> = { 1: 'password', 2: 'cryptographic' };

/** Decodes an OSPF packet. */
export function decodeOspf(view: View): string {
  const version = view.u8(0);
  // RFC 2328 appendix A.3.1 and RFC 5340 appendix A.3.1.
  const headerBytes = version === 3 ? 16 : 24;
  if (!view.has(headerBytes)) return view.short('OSPF', headerBytes);
  if (version !== 2 && version !== 3) return `OSPF [version ${version}]`;
  const authentication = version === 2 ? view.u16(14) : 0;
  const instance = version === 3 ? view.u8(14) : 0;
  const line = words(
    `OSPFv${version} ${nameOf(TYPES, view.u8(1), 'type')} router ${view.ipv4(4)} area ${view.ipv4(8)}`,
    authentication !== 0 && `auth ${nameOf(AUTHENTICATION, authentication, 'type')}`,
    instance !== 0 && `instance ${instance}`,
  );
  return words(line, describeBody(view.u8(1), version, view.at(0, view.u16(2)).at(headerBytes)));
}

function describeBody(type: number, version: 2 | 3, body: View): string {
  switch (type) {
    case 1:
      return version === 2 ? describeHelloV2(body) : describeHelloV3(body);
    case 2:
      return describeDatabase(body, version === 2 ? 0 : 4);
    case 3:
      return counted(Math.trunc(body.size / 12), 'LSA');
    case 4:
      return body.has(4) ? words(counted(body.u32(0), 'LSA'), describeLsa(body.at(4), version)) : body.short('LSAs', 4);
    case 5:
      return words(counted(Math.trunc(body.size / 20), 'LSA'), describeLsa(body, version));
    default:
      return '';
  }
}

function describeHelloV2(body: View): string {
  if (!body.has(20)) return body.short('hello', 20);
  const times = `interval ${body.u16(4)}s dead ${body.u32(8)}s prio ${body.u8(7)}`;
  return words(times, describeRouters(body.ipv4(12), body.ipv4(16)), describeNeighbors(body.at(20)));
}

function describeHelloV3(body: View): string {
  if (!body.has(20)) return body.short('hello', 20);
  const times = `interval ${body.u16(8)}s dead ${body.u16(10)}s prio ${body.u8(4)}`;
  return words(times, describeRouters(body.ipv4(12), body.ipv4(16)), describeNeighbors(body.at(20)));
}

function describeRouters(designated: string, backup: string): string {
  return words(designated !== '0.0.0.0' && `dr ${designated}`, backup !== '0.0.0.0' && `bdr ${backup}`);
}

function describeNeighbors(view: View): string {
  return counted(Math.trunc(view.size / 4), 'neighbor');
}

// RFC 2328 appendix A.3.3; version 3 has 4 more bytes of options in front (RFC 5340 appendix A.3.3).
function describeDatabase(body: View, skipBytes: number): string {
  const at = body.at(skipBytes);
  if (!at.has(8)) return at.short('description', 8);
  const flags = flagNames(at.u8(3), ['master', 'more', 'init']);
  const summaries = Math.trunc(at.at(8).size / 20);
  return words(`mtu ${at.u16(0)}`, flags !== '[]' && flags, `seq ${at.u32(4)}`, counted(summaries, 'LSA'));
}

// RFC 2328 appendix A.4.1.
const LSA_TYPES_V2: Readonly<Record<number, string>> = {
  1: 'router',
  2: 'network',
  3: 'summary',
  4: 'asbr-summary',
  5: 'external',
  7: 'nssa',
  9: 'opaque-link',
  10: 'opaque-area',
  11: 'opaque-as',
};
// RFC 5340 appendix A.4.2.1, function codes.
const LSA_TYPES_V3: Readonly<Record<number, string>> = {
  1: 'router',
  2: 'network',
  3: 'inter-area-prefix',
  4: 'inter-area-router',
  5: 'external',
  7: 'nssa',
  8: 'link',
  9: 'intra-area-prefix',
};

// Words for the first LSA header of a list.
function describeLsa(view: View, version: 2 | 3): string {
  if (view.size < 20) return '';
  if (!view.has(20)) return view.short('LSA', 20);
  const name =
    version === 2 ? nameOf(LSA_TYPES_V2, view.u8(3), 'type') : nameOf(LSA_TYPES_V3, view.u16(2) & 0x1fff, 'type');
  // An age of one hour is how an LSA is withdrawn (RFC 2328 section 14).
  const isFlushed = (view.u16(0) & 0x7fff) === 3600;
  const sequence = `seq 0x${view.u32(12).toString(16)}`;
  return words(`${name} ${view.ipv4(4)} by ${view.ipv4(8)}`, sequence, isFlushed && '[flushed]');
}
