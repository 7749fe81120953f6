// The options that say something about a switch or its ports, for the commands that have them, and what the API calls it.

import { type Command, InvalidArgumentError, Option } from 'commander';
import type { LinkPatch, LinkWanted } from '../control/http/schemas.ts';
import type { PortRequest } from '../control/http/switch-schemas.ts';
import { parseDurationMs } from '../topology/duration.ts';
import { readPort } from '../topology/port-words.ts';
import { RESERVED_CHOICES } from '../topology/switch-words.ts';
import { asArgument } from './options.ts';

/** What a command line says about a port. */
export interface PortOptions {
  readonly vlan?: number;
  readonly trunk?: string;
  readonly native?: number;
  readonly tunnel?: boolean;
  readonly isolated?: boolean;
}

/** What a command line says about a switch. */
export interface SwitchOptions {
  readonly ageing?: string;
  readonly macLimit?: number;
  readonly reserved?: 'forward' | 'filter';
  readonly stormBroadcast?: number | 'none';
  readonly stormUnknown?: number | 'none';
}

/** Adds --vlan, --trunk, --native, --tunnel and --isolated. */
export function withPortOptions(command: Command): Command {
  return command
    .option('--vlan <N>', 'access port of this VLAN', parseCount)
    .option('--trunk <VLANS>', 'trunk of these VLANs, such as 10,20-30, or of all')
    .option('--native <N>', 'on a trunk: the VLAN of frames without a tag', parseCount)
    .option('--tunnel', 'put the tag of --vlan in front of all others (QinQ)')
    .option('--isolated', 'let no frames pass to and from other isolated ports');
}

/** Adds --ageing, --mac-limit, --reserved, --storm-broadcast and --storm-unknown. */
export function withSwitchOptions(command: Command): Command {
  return command
    .option('--ageing <DURATION>', 'forget an address after this silence (default 300s)', parseAgeing)
    .option('--mac-limit <N>', 'most addresses in the table (default 16384)', parseCount)
    .addOption(
      new Option('--reserved <CHOICE>', 'frames to 01-80-C2-00-00-0X: STP, LACP, LLDP').choices(RESERVED_CHOICES),
    )
    .option('--storm-broadcast <N>', 'most broadcast frames per second from a port; none: any number', parseRate)
    .option('--storm-unknown <N>', 'most frames per second to unknown addresses; none: any number', parseRate);
}

/** The settings of a port; undefined when nothing is said about it. Refuses what cannot be, as the API would. */
export function readPortOptions({ vlan, trunk, native, tunnel, isolated }: PortOptions): PortRequest | undefined {
  const words = {
    ...(vlan === undefined ? {} : { vlan }),
    ...(trunk === undefined ? {} : { trunk }),
    ...(native === undefined ? {} : { native }),
    ...(tunnel === true ? { tunnel } : {}),
    ...(isolated === true ? { isolated } : {}),
  };
  readPort(words);
  return Object.keys(words).length === 0 ? undefined : words;
}

/** The settings of a new switch; undefined when nothing is said about it. */
export function readNewSwitch(options: SwitchOptions): LinkWanted['switch'] {
  const { ageing, macLimit, reserved } = options;
  const [broadcast, unknown] = [limitOf(options.stormBroadcast), limitOf(options.stormUnknown)];
  const storm = { ...(broadcast === undefined ? {} : { broadcast }), ...(unknown === undefined ? {} : { unknown }) };
  const words = {
    ...(ageing === undefined ? {} : { ageing }),
    ...(macLimit === undefined ? {} : { 'mac-limit': macLimit }),
    ...(reserved === undefined ? {} : { reserved }),
    ...(Object.keys(storm).length === 0 ? {} : { storm }),
  };
  return Object.keys(words).length === 0 ? undefined : words;
}

/** What shall be different about a switch; undefined when nothing is said about it. */
export function readSwitchOptions(options: SwitchOptions): LinkPatch['switch'] {
  const { stormBroadcast: broadcast, stormUnknown: unknown } = options;
  // Null takes a limit away, undefined leaves it.
  const storm = {
    ...(broadcast === 'none' ? { broadcast: null } : {}),
    ...(unknown === 'none' ? { unknown: null } : {}),
  };
  const { storm: limits, ...words } = readNewSwitch(options) ?? {};
  const merged = { ...storm, ...limits };
  const patch = { ...words, ...(Object.keys(merged).length === 0 ? {} : { storm: merged }) };
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,8}$/.test(text)) return Number(text);
  throw new InvalidArgumentError(`Cannot use "${text}": write a number from 1`);
}

function parseRate(text: string): number | 'none' {
  return text === 'none' ? text : parseCount(text);
}

function limitOf(rate: number | 'none' | undefined): number | undefined {
  return rate === 'none' ? undefined : rate;
}

function parseAgeing(text: string): string {
  asArgument(() => parseDurationMs(text));
  return text;
}
