// Names of BGP address families, in the form in which router configurations write them (RFC 4760; IANA "Address Family
// Numbers" and "SAFI Values").
import { nameOf } from './wording.ts';

const FAMILIES: Readonly<Record<number, string>> = { 1: 'ipv4', 2: 'ipv6', 25: 'l2vpn', 16388: 'link-state' };
const SUBSEQUENT: Readonly<Record<number, string>> = {
  1: 'unicast',
  2: 'multicast',
  4: 'labeled',
  5: 'mvpn',
  65: 'vpls',
  70: 'evpn',
  71: 'bgp-ls',
  73: 'sr-policy',
  128: 'vpn',
  129: 'multicast-vpn',
  132: 'route-target',
  133: 'flowspec',
  134: 'flowspec-vpn',
};

/** The name of an address family, `ipv4-unicast`. */
export function afiSafi(family: number, subsequent: number): string {
  return `${nameOf(FAMILIES, family, 'afi')}-${nameOf(SUBSEQUENT, subsequent, 'safi')}`.replaceAll(' ', '');
}
