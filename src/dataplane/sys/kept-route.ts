// Routes as the kernel tells of them (rtnetlink(7), struct rtmsg), to put back exactly those that one of ours replaced:
// the message about a route is kept, and sent back with few changes. Pure.

import { AF_INET, AF_INET6 } from './constants.ts';

const RTM_NEWROUTE = 24;
const RTM_GETROUTE = 26;
const NLM_F_REQUEST = 0x1;
const NLM_F_ACK = 0x4;
const NLM_F_DUMP = 0x300;
const NLM_F_EXCL = 0x200;
const NLM_F_CREATE = 0x400;
const RT_TABLE_MAIN = 254;
const RTN_UNICAST = 1;
const RTM_F_CLONED = 0x200;
const RTA_DST = 1;
const RTA_PRIORITY = 6;
/** Counters and ages, which no request may have. */
const RTA_CACHEINFO = 12;
// IP6_RT_PRIO_USER, include/net/ip6_fib.h: what a route without a metric gets.
const USUAL_METRIC = { [AF_INET]: 0, [AF_INET6]: 1024 } as const;

const HEADER_BYTES = 16;
// struct rtmsg: family, lengths of destination and source, TOS, table, protocol, scope, type, flags.
const ROUTE_BYTES = 12;
const FLAGS_AT = 8;

/** Asks for all routes of an address family. */
export function encodeListRoutes(family: number): Uint8Array {
  const body = new Uint8Array(ROUTE_BYTES);
  body[0] = family;
  return request(RTM_GETROUTE, NLM_F_DUMP, body);
}

/** Whether the body of a message is about the route to `address/length` that one without a metric would replace. */
export function isRouteTo(body: Uint8Array, address: Uint8Array, length: number): boolean {
  const family = address.length === 4 ? AF_INET : AF_INET6;
  if (body.length < ROUTE_BYTES || body[0] !== family || body[1] !== length || body[2] !== 0 || body[3] !== 0)
    return false;
  if (
    body[4] !== RT_TABLE_MAIN ||
    body[7] !== RTN_UNICAST ||
    (viewOf(body).getUint32(FLAGS_AT, true) & RTM_F_CLONED) !== 0
  ) {
    return false;
  }
  let destination = new Uint8Array(address.length);
  let metric = 0;
  for (const { type, value } of attributesOf(body)) {
    if (type === RTA_DST) destination = value.slice();
    else if (type === RTA_PRIORITY) metric = viewOf(value).getUint32(0, true);
  }
  return metric === USUAL_METRIC[family] && destination.every((byte, index) => byte === address[index]);
}

/** What of such a body does not change with time, and may be asked for. */
export function withoutAges(body: Uint8Array): Uint8Array {
  // Flags tell of the state of its interface.
  const pieces = [...body.subarray(0, FLAGS_AT), 0, 0, 0, 0];
  for (const { type, whole } of attributesOf(body)) if (type !== RTA_CACHEINFO) pieces.push(...whole);
  return Uint8Array.from(pieces);
}

/** Makes a route that was kept again; refused with EEXIST when there is another one by now. */
export function encodeKeptRoute(body: Uint8Array): Uint8Array {
  return request(RTM_NEWROUTE, NLM_F_ACK | NLM_F_CREATE | NLM_F_EXCL, body);
}

interface Attribute {
  readonly type: number;
  readonly value: Uint8Array;
  /** With its header and padding. */
  readonly whole: Uint8Array;
}

function attributesOf(body: Uint8Array): Attribute[] {
  const found: Attribute[] = [];
  const view = viewOf(body);
  for (let at = ROUTE_BYTES; at + 4 <= body.length; ) {
    const size = view.getUint16(at, true);
    if (size < 4 || at + size > body.length) break;
    const next = at + ((size + 3) & ~3);
    found.push({
      type: view.getUint16(at + 2, true) & 0x3fff,
      value: body.subarray(at + 4, at + size),
      whole: body.subarray(at, next),
    });
    at = next;
  }
  return found;
}

function request(type: number, flags: number, body: Uint8Array): Uint8Array {
  const whole = new Uint8Array(HEADER_BYTES + body.length);
  const view = viewOf(whole);
  view.setUint32(0, whole.length, true);
  view.setUint16(4, type, true);
  view.setUint16(6, NLM_F_REQUEST | flags, true);
  whole.set(body, HEADER_BYTES);
  return whole;
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
