// Questions to the kernel about network interfaces, and changes of them: one message over a netlink(7) socket, one answer.
// What the messages say is written by route-message.ts.

import { AF_NETLINK, SO_RCVTIMEO, SOCK_CLOEXEC, SOCK_NONBLOCK, SOCK_RAW, SOL_SOCKET } from './constants.ts';
import { EINVAL } from './errno.ts';
import { bind, close, send, setsockopt, socket } from './libc.ts';
import { NativeMemory } from './memory.ts';
import { receivePatiently } from './patient-receive.ts';

const NETLINK_ROUTE = 0;
const SOL_NETLINK = 270;
const NETLINK_EXT_ACK = 11;
/** linux/rtnetlink.h: interfaces come, go and change. */
const RTMGRP_LINK = 1;
// struct nlmsghdr: length, type, flags, sequence number, port.
const HEADER_BYTES = 16;
const TYPE_AT = 4;
const FLAGS_AT = 6;
const SEQUENCE_AT = 8;
const NLMSG_ERROR = 2;
const NLMSG_DONE = 3;
const NLM_F_CAPPED = 0x100;
const NLM_F_ACK_TLVS = 0x200;
const NLMSGERR_ATTR_MSG = 1;
const ANSWER_BYTES = 32 * 1024;
const PATIENCE_S = 5;

const memory = new NativeMemory(ANSWER_BYTES);

/** What the kernel made of a request. */
export interface NetlinkAnswer {
  /** 0, or -errno. */
  readonly result: number;
  /** The kernel's own words about a refusal, where it has any. */
  readonly words?: string;
  /** The message that it answered with, without its header. */
  readonly body?: Uint8Array;
}

let sequence = 0;

/** Sends one request, complete but for its sequence number, and waits for the answer. */
export function askNetlink(message: Uint8Array): NetlinkAnswer {
  const fd = openNetlink(0, 0);
  if (fd < 0) return { result: fd };
  try {
    const sent = sendRequest(fd, message);
    if (sent < 0) return { result: sent };
    for (;;) {
      const size = receivePatiently(fd, memory.address, ANSWER_BYTES);
      if (size < 0) return { result: size };
      if (size < HEADER_BYTES) return { result: -EINVAL };
      if (memory.view.getUint32(SEQUENCE_AT, true) === sequence) return readAnswer(size);
    }
  } finally {
    close(fd);
  }
}

/**
 * Sends a request for a list, and returns the first of its messages that `isWanted`, without its header; undefined when
 * there is none, or no answer.
 */
export function findInNetlink(message: Uint8Array, isWanted: (body: Uint8Array) => boolean): Uint8Array | undefined {
  const fd = openNetlink(0, 0);
  if (fd < 0) return undefined;
  try {
    if (sendRequest(fd, message) < 0) return undefined;
    for (;;) {
      const size = receivePatiently(fd, memory.address, ANSWER_BYTES);
      if (size < HEADER_BYTES) return undefined;
      for (let at = 0; at + HEADER_BYTES <= size; ) {
        const length = memory.view.getUint32(at, true);
        const type = memory.view.getUint16(at + TYPE_AT, true);
        if (length < HEADER_BYTES || type === NLMSG_DONE || type === NLMSG_ERROR) return undefined;
        const body = memory.bytes.subarray(at + HEADER_BYTES, at + length);
        if (isWanted(body)) return body.slice();
        at += align(length);
      }
    }
  } finally {
    close(fd);
  }
}

function sendRequest(fd: number, message: Uint8Array): number {
  memory.view.setBigInt64(0, BigInt(PATIENCE_S), true);
  memory.view.setBigInt64(8, 0n, true);
  setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, memory.address, 16);
  memory.view.setInt32(0, 1, true);
  setsockopt(fd, SOL_NETLINK, NETLINK_EXT_ACK, memory.address, 4);
  memory.bytes.set(message);
  memory.view.setUint32(SEQUENCE_AT, ++sequence, true);
  return send(fd, memory.address, message.length, 0);
}

/** A socket that becomes readable when any interface changes; -errno when there can be none. */
export function openLinkEvents(): number {
  return openNetlink(SOCK_NONBLOCK, RTMGRP_LINK);
}

function openNetlink(flags: number, groups: number): number {
  const fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | flags, NETLINK_ROUTE);
  if (fd < 0) return fd;
  // struct sockaddr_nl: family, padding, port, groups.
  memory.bytes.fill(0, 0, 12);
  memory.view.setUint16(0, AF_NETLINK, true);
  memory.view.setUint32(8, groups, true);
  const result = bind(fd, memory.address, 12);
  if (result === 0) return fd;
  close(fd);
  return result;
}

function readAnswer(size: number): NetlinkAnswer {
  const { view, bytes } = memory;
  const length = Math.min(view.getUint32(0, true), size);
  if (view.getUint16(TYPE_AT, true) !== NLMSG_ERROR) return { result: 0, body: bytes.slice(HEADER_BYTES, length) };
  const result = view.getInt32(HEADER_BYTES, true);
  const words = readWords(length);
  return { result, ...(words === undefined ? {} : { words }) };
}

// Behind struct nlmsgerr stands the request, or only its header, and then attributes (Documentation/userspace-api/netlink).
function readWords(length: number): string | undefined {
  const { view, bytes } = memory;
  const flags = view.getUint16(FLAGS_AT, true);
  if ((flags & NLM_F_ACK_TLVS) === 0) return undefined;
  const echoed = (flags & NLM_F_CAPPED) !== 0 ? HEADER_BYTES : view.getUint32(HEADER_BYTES + 4, true);
  let at = HEADER_BYTES + 4 + align(echoed);
  while (at + 4 <= length) {
    const size = view.getUint16(at, true);
    if (size < 4) return undefined;
    if ((view.getUint16(at + 2, true) & 0x3fff) === NLMSGERR_ATTR_MSG) {
      return new TextDecoder().decode(bytes.slice(at + 4, at + size - 1));
    }
    at += align(size);
  }
  return undefined;
}

function align(size: number): number {
  return (size + 3) & ~3;
}
