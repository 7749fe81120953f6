// The network interfaces of this namespace: what they are, and how they are changed, without any program such as ip(8).

import { readFileSync, writeFileSync } from 'node:fs';
import { EEXIST, EPERM } from './errno.ts';
import { ifNameToIndex } from './libc.ts';
import { askNetlink, type NetlinkAnswer } from './netlink.ts';
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

/**
 * Makes a route by way of an interface. One to the same destination that is there already is replaced, which is told by
 * `isNew`.
 */
export function addRoute(
  link: LinkInfo,
  destination: string,
  via: string | undefined,
): NetlinkAnswer & { readonly isNew: boolean } {
  const answer = askNetlink(encodeNewRoute(link.index, destination, via, 'only'));
  if (answer.result !== -EEXIST) return { ...answer, isNew: answer.result === 0 };
  return { ...askNetlink(encodeNewRoute(link.index, destination, via, 'replace')), isNew: false };
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
