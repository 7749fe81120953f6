// The network interfaces of this namespace: what they are, and how they are changed, without any program such as ip(8).

import { readFileSync, writeFileSync } from 'node:fs';
import { EEXIST, EPERM } from './errno.ts';
import { encodeKeptRoute, encodeListRoutes, isRouteTo, withoutAges } from './kept-route.ts';
import { ifNameToIndex } from './libc.ts';
import { askNetlink, findInNetlink, type NetlinkAnswer } from './netlink.ts';
import {
  decodeLink,
  encodeGetLink,
  encodeNewAddress,
  encodeNewRoute,
  encodeNewVlan,
  encodeRemoveAddress,
  encodeRemoveLink,
  encodeRemoveRoute,
  encodeSetLink,
  type LinkChange,
  type LinkInfo,
  readPrefix,
} from './route-message.ts';

/** What the interface of this name is; undefined when there is none. */
export function findLink(name: string): LinkInfo | undefined {
  const { body } = askNetlink(encodeGetLink(name));
  return body === undefined ? undefined : decodeLink(body);
}

/** Sets what differs from what the interface is; asks for nothing that it is already. */
export function changeLink(link: LinkInfo, wanted: LinkChange): NetlinkAnswer {
  const { mac, mtu, up } = wanted;
  const change = {
    ...(mac === undefined || mac === link.mac ? {} : { mac }),
    ...(mtu === undefined || mtu === link.mtu ? {} : { mtu }),
    ...(up === undefined || up === link.isUp ? {} : { up }),
  };
  return Object.keys(change).length === 0 ? { result: 0 } : askNetlink(encodeSetLink(link.index, change));
}

/** Makes a VLAN interface on top of another one. */
export function makeVlan(link: LinkInfo, name: string, vlan: number): NetlinkAnswer {
  return askNetlink(encodeNewVlan(link.index, name, vlan));
}

/** Removes an interface; nothing happens when there is none. */
export function removeLink(name: string): void {
  const index = ifNameToIndex(name);
  if (index > 0) askNetlink(encodeRemoveLink(index));
}

/** Gives an interface an address. It may have it already, which is told by `isNew`. */
export function addAddress(link: LinkInfo, prefix: string): NetlinkAnswer & { readonly isNew: boolean } {
  const answer = askNetlink(encodeNewAddress(link.index, prefix));
  if (answer.result === -EEXIST) return { result: 0, isNew: false };
  return { ...answer, isNew: answer.result === 0 };
}

/** Takes an address away, if the interface and the address are there. */
export function removeAddress(name: string, prefix: string): void {
  const index = ifNameToIndex(name);
  if (index > 0) askNetlink(encodeRemoveAddress(index, prefix));
}

/** What became of a request for a route. */
export type RouteAnswer = NetlinkAnswer & {
  /** It was not there before. */
  readonly isNew: boolean;
  /** The route to the same destination that it replaced, for {@link restoreRoute}. */
  readonly replaced?: string;
};

/** Makes a route by way of an interface. Another one to the same destination is replaced. */
export function addRoute(link: LinkInfo, destination: string, via: string | undefined): RouteAnswer {
  const answer = askNetlink(encodeNewRoute(link.index, destination, via, 'only'));
  if (answer.result !== -EEXIST) return { ...answer, isNew: answer.result === 0 };
  const before = findRoute(destination);
  const second = askNetlink(encodeNewRoute(link.index, destination, via, 'replace'));
  const after = second.result === 0 ? findRoute(destination) : undefined;
  // The same route as before is not ours to take away.
  if (before === undefined || after === undefined || before === after) return { ...second, isNew: false };
  return { ...second, isNew: true, replaced: before };
}

/** Puts back what a route replaced, unless there is another one by now. */
export function restoreRoute(replaced: string): NetlinkAnswer {
  const answer = askNetlink(encodeKeptRoute(Buffer.from(replaced, 'base64')));
  return answer.result === -EEXIST ? { result: 0 } : answer;
}

/** What the kernel says of the route to a destination, as plain text that can move to other processes. */
function findRoute(destination: string): string | undefined {
  const { family, address, length } = readPrefix(destination);
  const body = findInNetlink(encodeListRoutes(family), (route) => isRouteTo(route, address, length));
  return body === undefined ? undefined : Buffer.from(withoutAges(body)).toString('base64');
}

/** Removes a route that {@link addRoute} made, if it is still there. */
export function removeRoute(name: string, destination: string, via: string | undefined): void {
  const index = ifNameToIndex(name);
  if (index > 0) askNetlink(encodeRemoveRoute(index, destination, via));
}

/**
 * Sees to it that an interface may have IPv6 addresses: container engines turn that off for interfaces that come later
 * (Documentation/networking/ip-sysctl.rst, disable_ipv6). False when that is impossible.
 */
export function allowIpv6(name: string): boolean {
  const path = `/proc/sys/net/ipv6/conf/${name}/disable_ipv6`;
  try {
    if (readFileSync(path, 'utf8').trim() === '0') return true;
    writeFileSync(path, '0');
    return true;
  } catch {
    return false;
  }
}

/** Whether a refusal means that the process lacks a capability. */
export function isForbidden({ result }: NetlinkAnswer): boolean {
  return result === -EPERM;
}
