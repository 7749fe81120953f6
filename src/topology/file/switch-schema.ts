// What a topology document and the API say about a switch and its ports, as zod schemas. What the settings mean, and which
// of them go together, stands in ../port-words.ts and ../switch-words.ts.

import { z } from 'zod';
import { MAX_VLAN, MIN_VLAN } from '../port-words.ts';
import { MAX_MAC_LIMIT, MAX_STORM_RATE, RESERVED_CHOICES } from '../switch-words.ts';
import { expecting, expectingMap } from './schema-text.ts';

const VLAN = `a VLAN from ${MIN_VLAN} to ${MAX_VLAN}`;
const TRUNK = '"all", or VLANs and ranges, such as [10, 20-30]';
const TRUE_OR_FALSE = 'true or false';
const AGEING = 'a duration from 1s to 1000000s, such as 300s';
const STORM = 'a map such as {broadcast: 1000, unknown: 1000}';

function vlan(description: string) {
  const error = expecting(VLAN);
  return z.int({ error }).min(MIN_VLAN, { error }).max(MAX_VLAN, { error }).meta({ description });
}

function number(max: number, right: string, description: string) {
  const error = expecting(`${right} from 1 to ${max}`);
  return z.int({ error }).min(1, { error }).max(max, { error }).meta({ description });
}

const framesPerSecond = (description: string) => number(MAX_STORM_RATE, 'frames per second', description);

const trunkPart = z.union([z.int(), z.string()], { error: expecting(TRUNK) });

/** The storm guard. */
export const stormShape = {
  broadcast: framesPerSecond('Most broadcast frames per second that a port may send.').optional(),
  unknown: framesPerSecond('Most frames per second to unknown addresses that a port may send.').optional(),
};

/** Settings of a port. */
export const portShape = {
  vlan: vlan('Of a switch: the VLAN of an access port. Its frames have no tag.').optional(),
  trunk: z
    .union([trunkPart, z.array(trunkPart).min(1, { error: expecting(TRUNK) })], { error: expecting(TRUNK) })
    .meta({ description: 'Of a switch: the VLANs of a trunk, "all", or such as [10, "20-30"]. Its frames have tags.' })
    .optional(),
  native: vlan('Of a switch: the VLAN of frames without a tag on a trunk.').optional(),
  tunnel: z
    .boolean({ error: expecting(TRUE_OR_FALSE) })
    .meta({ description: 'Of a switch: frames get the tag of "vlan" in front of their own (802.1ad, QinQ).' })
    .optional(),
  isolated: z
    .boolean({ error: expecting(TRUE_OR_FALSE) })
    .meta({ description: 'Of a switch: isolated ports do not reach each other.' })
    .optional(),
};

/** Settings of a switch. */
export const switchShape = {
  ageing: z
    .union([z.string(), z.number()], { error: expecting(AGEING) })
    .meta({ description: 'An address is forgotten when nothing came from it for so long. Default: 300s.' })
    .optional(),
  'mac-limit': number(
    MAX_MAC_LIMIT,
    'a number of addresses',
    'Most addresses that the table holds; frames from others are still forwarded. Default: 16384.',
  ).optional(),
  reserved: z
    .enum(RESERVED_CHOICES, { error: expecting(RESERVED_CHOICES.join(' or ')) })
    .meta({ description: 'Frames to 01-80-C2-00-00-00 to -0F (STP, LACP, LLDP, EAPOL, pause). Default: forward.' })
    .optional(),
  storm: z
    .strictObject(stormShape, { error: expectingMap(Object.keys(stormShape), STORM) })
    .meta({ description: 'The storm guard, in frames per second and port. Default: none.' })
    .optional(),
};
