// Makes a TAP interface what its endpoint's options say: MAC address, MTU, up, VLAN, addresses, routes, in this order. Only
// what differs is asked for, so that an interface that an administrator has prepared needs no privilege. What was added is
// noted, to be taken off an interface that stays.

import type { NoticeCode } from '../../channel/messages.ts';
import type { TapSpec } from '../../topology/interface-endpoint.ts';
import { IFNAMSIZ } from '../sys/constants.ts';
import { describeErrno, EACCES, EBUSY, EINVAL, EOPNOTSUPP, EPERM } from '../sys/errno.ts';
import type { NetlinkAnswer } from '../sys/netlink.ts';
import {
  addAddress,
  addRoute,
  allowIpv6,
  changeLink,
  findLink,
  isForbidden,
  makeVlan,
  removeAddress,
  removeLink,
  removeRoute,
  restoreRoute,
} from '../sys/network-interface.ts';
import type { LinkInfo } from '../sys/route-message.ts';
import { isElsewhere, type TapFailure, tapOf } from '../sys/tun.ts';

/** What a TAP interface takes, and how a container gets it. */
export const TAP_NEEDS =
  'needs CAP_NET_ADMIN and /dev/net/tun (docker run --user root --cap-add NET_ADMIN --device /dev/net/tun)';
const MIN_IPV6_MTU = 1280;
const TOO_SMALL_FOR_IPV6 = `; IPv6 needs an MTU of ${MIN_IPV6_MTU} or more: write mtu=${MIN_IPV6_MTU}`;
const ALLOW_IPV6 = 'docker run --sysctl net.ipv6.conf.default.disable_ipv6=0';

/** Something that was not there before; all of it is plain data, because it moves to other processes. */
export type Addition =
  | { readonly kind: 'vlan'; readonly name: string }
  | { readonly kind: 'address'; readonly name: string; readonly prefix: string }
  | {
      readonly kind: 'route';
      readonly name: string;
      readonly destination: string;
      readonly via: string | undefined;
      /** The route of others that it replaced. */
      readonly replaced?: string | undefined;
    };

/** What moves with the descriptor, as JSON in `EndpointState.kept`. */
export interface KeptTap {
  readonly settings: string;
  readonly tag: number;
  readonly additions: readonly Addition[];
}

/** What is wanted, to be compared: the same settings may be written in several ways. */
export function settingsOf({ text: _, ...settings }: TapSpec): string {
  return JSON.stringify(settings);
}

/** {@link KeptTap} as bytes. */
export function encodeKept(kept: KeptTap): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(kept));
}

/** {@link KeptTap} out of the bytes that {@link encodeKept} made, here or in another process. */
export function decodeKept(bytes: Uint8Array): KeptTap {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** How a TAP interface was set up. */
export interface TapSetup {
  /** The interface as it was found; undefined when it is gone. */
  readonly link: LinkInfo | undefined;
  /** Why it cannot be used. */
  readonly obstacle: string | undefined;
  /** Frames on the wire have this VLAN's tag, and no interface of the kernel sees to that; 0: none. */
  readonly tag: number;
  readonly additions: readonly Addition[];
  readonly notices: readonly (readonly [code: NoticeCode, text: string])[];
}

/** Sets the interface of this name up. May be done again at any time. */
export function setUpTap(name: string, spec: TapSpec): TapSetup {
  const link = findLink(name);
  if (link === undefined) return { link, obstacle: 'no such interface', tag: 0, additions: [], notices: [] };
  return new Work(spec, link).run();
}

/** The interface of this namespace that the descriptor of a TAP interface belongs to. */
export function linkBehind(fd: number): LinkInfo | undefined {
  const tap = tapOf(fd);
  return tap === undefined || isElsewhere(fd) ? undefined : findLink(tap.name);
}

/** Takes everything off again that was added, the last first; returns what cannot be put back as it was, in words. */
export function takeOff(additions: readonly Addition[]): string[] {
  const losses: string[] = [];
  for (const addition of additions.toReversed()) {
    if (addition.kind === 'vlan') {
      removeLink(addition.name);
    } else if (addition.kind === 'address') {
      removeAddress(addition.name, addition.prefix);
    } else {
      const { name, destination, via, replaced } = addition;
      removeRoute(name, destination, via);
      const answer = replaced === undefined ? { result: 0 } : restoreRoute(replaced);
      if (answer.result !== 0) {
        losses.push(`the route to ${destination} that there was before cannot be put back: ${explain(answer)}`);
      }
    }
  }
  return losses;
}

/** The part of what was added that does not go by itself when its interface goes. */
export function replacements(additions: readonly Addition[]): Addition[] {
  return additions.filter((addition) => addition.kind === 'route' && addition.replaced !== undefined);
}

/** Why an interface could not be opened, in words. */
export function explainFailure({ step, errno }: TapFailure): string {
  if (step === 'device' || errno === EPERM || errno === EACCES) return TAP_NEEDS;
  if (errno === EBUSY) return 'interface is in use by another process';
  if (errno === EINVAL) return 'there is an interface of this name that is no TAP';
  return describeErrno(errno);
}

class Work {
  private readonly spec: TapSpec;
  private readonly link: LinkInfo;
  private readonly additions: Addition[] = [];
  private readonly notices: [NoticeCode, string][] = [];
  private obstacle: string | undefined;
  private tag = 0;

  constructor(spec: TapSpec, link: LinkInfo) {
    this.spec = spec;
    this.link = link;
  }

  run(): TapSetup {
    const { spec, link } = this;
    const { mac, mtu } = spec;
    this.need(changeLink(link, { mac }), `the MAC address ${mac}`);
    this.need(changeLink(link, { mtu }), `an MTU of ${mtu}`);
    this.need(changeLink(link, { up: true }), 'to be up');
    const target = spec.vlan === undefined ? link : this.makeVlan(spec.vlan);
    this.addAddresses(target);
    this.addRoutes(target);
    const { obstacle, tag, additions, notices } = this;
    return { link: findLink(link.name), obstacle, tag, additions, notices };
  }

  /** Sets up the interface that has the addresses of a VLAN: one of the kernel's, or the TAP interface itself. */
  private makeVlan(vlan: number): LinkInfo {
    const { link } = this;
    const name = `${link.name}.${vlan}`;
    let found = findLink(name);
    if (found === undefined) {
      const answer =
        name.length < IFNAMSIZ ? makeVlan(link, name, vlan) : { result: -EOPNOTSUPP, words: 'name too long' };
      if (answer.result === -EOPNOTSUPP) {
        this.tag = vlan;
        const reason = `no VLAN interface ${name} (${explain(answer)})`;
        this.notices.push([
          'vlan_in_userspace',
          `${reason}: tcpbridge itself tags frames, addresses are those of ${link.name}`,
        ]);
        return link;
      }
      if (!this.need(answer, `a VLAN interface ${name}`)) return link;
      this.additions.push({ kind: 'vlan', name });
      found = findLink(name);
      if (found === undefined) return link;
    }
    this.need(changeLink(found, { up: true }), `the VLAN interface ${name} to be up`);
    return found;
  }

  private addAddresses(target: LinkInfo): void {
    const { name } = target;
    const { addresses } = this.spec;
    const hasIpv6 = addresses.some((prefix) => prefix.includes(':'));
    // The kernel has no IPv6 at all on links that are too small for it: RFC 8200, 5.
    const isTooSmall = hasIpv6 && (this.spec.mtu ?? target.mtu) < MIN_IPV6_MTU;
    const isIpv6Off = hasIpv6 && !isTooSmall && !allowIpv6(name);
    for (const prefix of addresses) {
      const answer = addAddress(target, prefix);
      if (answer.isNew) this.additions.push({ kind: 'address', name, prefix });
      const cause = isTooSmall ? TOO_SMALL_FOR_IPV6 : isIpv6Off ? `; IPv6 is off there: ${ALLOW_IPV6}` : '';
      const remedy = prefix.includes(':') ? cause : '';
      this.want(answer, `${name} has not got the address ${prefix}`, remedy);
    }
  }

  private addRoutes(target: LinkInfo): void {
    const { name } = target;
    for (const { destination, via } of this.spec.routes) {
      const answer = addRoute(target, destination, via);
      if (answer.isNew) this.additions.push({ kind: 'route', name, destination, via, replaced: answer.replaced });
      const by = via === undefined ? '' : ` by way of ${via}`;
      this.want(answer, `there is no route to ${destination}${by} on ${name}`, '');
    }
  }

  /** Without this the interface is of no use. */
  private need(answer: NetlinkAnswer, what: string): boolean {
    if (answer.result === 0) return true;
    this.obstacle ??= isForbidden(answer) ? TAP_NEEDS : `the kernel refuses ${what}: ${explain(answer)}`;
    return false;
  }

  /** Without this frames flow all the same. */
  private want(answer: NetlinkAnswer, loss: string, remedy: string): void {
    if (answer.result === 0) return;
    if (isForbidden(answer)) this.obstacle ??= TAP_NEEDS;
    else this.notices.push(['degraded', `${loss}: ${explain(answer)}${remedy}`]);
  }
}

function explain({ result, words }: NetlinkAnswer): string {
  return words === undefined || words === '' ? describeErrno(result) : words.replace(/\.$/, '');
}
