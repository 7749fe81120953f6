// Names of interfaces, such as "Gi0/0/0/2" or "ethernet1/3" -> the number N of the data interface, which is TCP port
// 10000 + N. "ethN" is interface N of any machine (containerlab). The other names are those that containerlab maps for
// the kinds that vrnetlab runs: number in the name minus the first number the machine uses, plus 1
// (containerlab.dev/manual/topo-def-file, "Interface naming"). One row is one family of kinds.

import { quote } from '../../errors.ts';

interface Family {
  readonly kinds: readonly string[];
  /** The last group is the number. */
  readonly pattern: RegExp;
  readonly form: string;
  /** The number, in the name, of data interface 1. */
  readonly first: number;
}

/** The number of an interface, or why there is none. */
export type InterfaceNumber = { readonly number: number } | { readonly wrong: string };

const GIGABIT = '(?:Gi|GigabitEthernet)';
const XR_PORT = `(?:${GIGABIT}|Te|TenGigE|TenGigabitEthernet|Hu|HundredGigE)`;

const FAMILIES: readonly Family[] = [
  {
    kinds: ['cisco_xrv', 'cisco_xrv9k', 'cisco_xrd_vrouter', 'xrv', 'xrv9k', 'xrd_vrouter'],
    pattern: new RegExp(`^${XR_PORT}\\s?0/0/0/(\\d+)$`, 'i'),
    form: 'Gi0/0/0/X, GigabitEthernet0/0/0/X, Te0/0/0/X or TenGigE0/0/0/X',
    first: 0,
  },
  {
    kinds: ['cisco_csr1000v', 'cisco_csr', 'cisco_c8000v', 'csr', 'c8000v'],
    pattern: new RegExp(`^${GIGABIT}\\s?(\\d+)$`, 'i'),
    form: 'GiX or GigabitEthernetX',
    first: 2,
  },
  {
    kinds: ['cisco_cat9kv', 'cat9kv'],
    pattern: new RegExp(`^${GIGABIT}\\s?1/0/(\\d+)$`, 'i'),
    form: 'Gi1/0/X or GigabitEthernet1/0/X',
    first: 1,
  },
  {
    kinds: ['cisco_n9kv', 'cisco_nxos', 'arista_veos', 'n9kv', 'nxos', 'nxos9kv', 'veos'],
    pattern: /^(?:Et|Ethernet)\s?1\/(\d+)$/i,
    form: 'Ethernet1/X or Et1/X',
    first: 1,
  },
  {
    kinds: [
      ...['juniper_vmx', 'juniper_vqfx', 'juniper_vsrx', 'vmx', 'vqfx', 'vsrx'],
      ...['juniper_vjunosswitch', 'juniper_vjunosrouter', 'juniper_vjunosevolved'],
      ...['vjunosswitch', 'vjunosrouter', 'vjunosevolved'],
    ],
    pattern: /^(?:ge|xe|et)-0\/0\/(\d+)$/i,
    form: 'ge-0/0/X, xe-0/0/X or et-0/0/X',
    first: 0,
  },
  {
    kinds: ['juniper_cjunosevolved', 'cjunosevolved'],
    pattern: /^et-0\/0\/(\d+)$/i,
    form: 'et-0/0/X',
    first: -3,
  },
  {
    // The connector of "1/1/c3/1" counts; a breakout such as "1/1/c3/2" has no interface of its own.
    kinds: ['nokia_sros', 'sros'],
    pattern: /^1\/1\/(?:c(?=\d+\/1$))?(\d+)(?:(?<=c\d+)\/1)?$/,
    form: '1/1/X or 1/1/cX/1',
    first: 1,
  },
  { kinds: ['mikrotik_ros', 'ros'], pattern: /^ether(\d+)$/i, form: 'etherX', first: 2 },
  { kinds: ['fortinet_fortigate', 'fortigate'], pattern: /^port(\d+)$/i, form: 'portX', first: 2 },
  {
    kinds: ['cisco_asav', 'cisco_ftdv', 'cisco_vios', 'asav', 'ftdv', 'vios'],
    pattern: new RegExp(`^${GIGABIT}\\s?(?:0/)?(\\d+)$`, 'i'),
    form: 'Gi0/X or GigabitEthernet0/X',
    first: 0,
  },
  { kinds: ['aruba_aoscx', 'aoscx'], pattern: /^1\/1\/(\d+)$/, form: '1/1/X', first: 1 },
  { kinds: ['paloalto_panos', 'pan'], pattern: /^Ethernet1\/(\d+)$/i, form: 'Ethernet1/X', first: 1 },
  {
    kinds: ['nvidia_cumulusvx', 'cumulus_vm', 'cumulus'],
    pattern: /^swp(\d+)$/i,
    form: 'swpX',
    first: 1,
  },
  { kinds: ['freebsd'], pattern: /^vtnet(\d+)$/i, form: 'vtnetX', first: 1 },
  { kinds: ['openbsd'], pattern: /^vio(\d+)$/i, form: 'vioX', first: 1 },
  { kinds: ['ciena_saos', 'ciena_saos10'], pattern: /^(\d+)$/, form: 'X', first: 1 },
  { kinds: ['f5_bigip_ve', 'f5_bigip'], pattern: /^1\.(\d+)$/, form: '1.X', first: 1 },
  {
    kinds: ['huawei_vrp', 'vrp'],
    pattern: new RegExp(`^${GIGABIT}\\s?4/0/(\\d+)$`, 'i'),
    form: 'GigabitEthernet4/0/X',
    first: 1,
  },
];

const BY_KIND: ReadonlyMap<string, Family> = new Map(
  FAMILIES.flatMap((family) => family.kinds.map((kind) => [kind, family] as const)),
);

// Kinds of containerlab that are containers without a machine of QEMU's in them (containerlab.dev/manual/kinds).
const CONTAINER_KINDS: ReadonlySet<string> = new Set([
  ...['nokia_srlinux', 'srl', 'nokia_srsim', 'arista_ceos', 'ceos', 'juniper_crpd', 'crpd', 'cisco_xrd', 'xrd'],
  ...['cisco_iol', 'cisco_c8000', 'cvx', 'cumulus_cvx', 'sonic-vs', 'sonic_vs', 'keysight_ixia-c-one', 'ixia-c-one'],
  ...['fdio_vpp', 'vyosnetworks_vyos', 'arrcus_arcos', 'rare', '6wind_vsr', 'linux', 'ext-container', 'k8s-kind'],
]);

/** The kinds whose interface names are known. */
export const KNOWN_KINDS: readonly string[] = [...BY_KIND.keys()];

/** Whether the names of the interfaces of a kind are known, which means that it is a machine that vrnetlab runs. */
export function isKnownKind(kind: string): boolean {
  return BY_KIND.has(plainKind(kind));
}

/** Whether a kind is a container, whose interfaces no TCP ports stand for. */
export function isContainerKind(kind: string): boolean {
  return CONTAINER_KINDS.has(plainKind(kind));
}

/** Finds the number of the interface that a kind of machine calls `name`; without a kind only "ethN" has one. */
export function interfaceNumber(name: string, kind: string | undefined): InterfaceNumber {
  const eth = /^eth(\d+)$/.exec(name)?.[1];
  if (eth !== undefined) return dataInterface(name, Number(eth), 'write ethN with N from 1');
  if (kind === undefined) {
    return {
      wrong: `Interface ${quote(name)} belongs to a node without a kind; write ethN, such as "eth1", or give the kind`,
    };
  }
  const family = BY_KIND.get(plainKind(kind));
  if (family === undefined) {
    return {
      wrong:
        `Interface ${quote(name)} belongs to a node of kind ${quote(kind)}, whose names are not known; ` +
        `write ethN, such as "eth1", or one of the kinds ${FAMILIES.map(({ kinds }) => kinds[0]).join(', ')}`,
    };
  }
  const right = `write ${family.form} with X from ${Math.max(family.first, 0)}, or ethN with N from 1`;
  const digits = family.pattern.exec(name)?.[1];
  if (digits === undefined) return { wrong: `A node of kind ${quote(kind)} has no interface ${quote(name)}; ${right}` };
  return dataInterface(name, Number(digits) - family.first + 1, right);
}

function dataInterface(name: string, number: number, right: string): InterfaceNumber {
  if (number >= 1) return { number };
  return { wrong: `Interface ${quote(name)} is the management interface, which is not offered over TCP; ${right}` };
}

// Older names of containerlab begin with "vr-"; kinds are compared in lower case there.
function plainKind(kind: string): string {
  return kind.toLowerCase().replace(/^vr-/, '');
}
