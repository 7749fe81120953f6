// Our own topology format as a schema: what files, the API and the state file may hold. Published as JSON Schema for
// editors (docs/schema/topology.schema.json), so every field has a description. What cannot be said in a schema (names,
// endpoints, monitors) is checked in bridge-format.ts.

import { z } from 'zod';
import { DEFAULT_NETDEV, MONITOR_FORMS } from '../carrier.ts';
import { ENDPOINT_FORMS } from '../endpoint-spec.ts';
import { impairmentsSchema } from './impairment-schema.ts';
import { expecting, expectingMap } from './schema-text.ts';
import { portShape, switchShape } from './switch-schema.ts';

const MAX_NAME_LENGTH = 1024;

const STATE = 'up or down';
const ENDPOINT = '"HOST/N", such as "vr1/1", or a map with "endpoint", or with "node" and "interface"';
const ENDPOINTS = 'a list of endpoints, such as ["vr1/1", "vr2/1", "vr3/1"]';
const LINK = '"vr1/1--vr2/1", or a map such as {endpoints: ["vr1/1", "vr2/1"]}';
const MONITOR = `a QEMU monitor: ${MONITOR_FORMS.join(' or ')}, such as "hmp:vr1:4000"`;
const NETDEV = `a netdev id, such as "${DEFAULT_NETDEV}"`;

function text(right: string, description: string) {
  const error = expecting(right);
  return z
    .string({ error })
    .min(1, { error })
    .max(MAX_NAME_LENGTH, { error: `Longer than ${MAX_NAME_LENGTH} characters; write ${right}` })
    .meta({ description });
}

function map<S extends z.core.$ZodShape>(shape: S, right: string, description: string) {
  return z.strictObject(shape, { error: expectingMap(Object.keys(shape), right) }).meta({ description });
}

const labels = z
  .record(
    z.string(),
    z.string({ error: expecting('text, in quotes where YAML would take it for something else, such as "1"') }),
    {
      error: expecting('a map of texts, such as {area: "0"}'),
    },
  )
  .meta({ description: 'Free texts by which to find and group links; passed on, never interpreted.' });

const state = z
  .enum(['up', 'down'], { error: expecting(STATE) })
  .meta({ description: 'Administrative state. A link that is down passes no frames. Default: up.' });

const carrier = z.boolean({ error: expecting('true or false') });

const monitor = text(MONITOR, `The QEMU monitor that sets the guest's carrier: ${MONITOR_FORMS.join(', ')}.`);

const netdev = text(
  NETDEV,
  `The netdev whose carrier is set; "%02d" stands for the interface number. Default: "${DEFAULT_NETDEV}".`,
);

const endpointText = text(
  ENDPOINT,
  `An endpoint: ${ENDPOINT_FORMS.map(({ form }) => form).join(', ')}, or NODE:INTERFACE, such as "vr1:eth1".`,
);

const endpointMap = map(
  {
    endpoint: endpointText.optional(),
    node: text('the name of a node, such as "vr1"', 'The node; goes with "interface".').optional(),
    interface: z
      .union([z.string(), z.int()], { error: expecting('an interface, such as 1 or "eth1"') })
      .meta({ description: 'Number or name of the interface of the node: 1, "eth1", or as its kind names it.' })
      .optional(),
    carrier: carrier
      .meta({ description: 'Whether the carrier of the guest follows the link. Default: as for the link.' })
      .optional(),
    monitor: monitor.optional(),
    netdev: netdev.optional(),
    ...portShape,
  },
  ENDPOINT,
  'An endpoint with settings: either "endpoint", or "node" and "interface".',
);

/** An endpoint in any of its forms. */
export const endpointSchema = z.union([endpointText, endpointMap], { error: expecting(ENDPOINT) });

const endpointList = z.array(endpointSchema, { error: expecting(ENDPOINTS) });

const settings = {
  state: state.optional(),
  labels: labels.optional(),
  carrier: carrier
    .meta({
      description: 'Whether carriers follow this segment, where a monitor is known. Default: as for the node.',
    })
    .optional(),
};

const twoEndpoints = 'two endpoints, such as ["vr1/1", "vr2/1"]';

const link = z.union(
  [
    text(LINK, 'A link in short: two endpoints with "--" between them, such as "vr1/1--vr2/1".'),
    map(
      {
        name: text('a name, such as "core"', 'The name of the link. Default: its endpoints, "A--B".').optional(),
        endpoints: z
          .array(endpointSchema, { error: expecting(twoEndpoints) })
          .length(2, { error: expecting(twoEndpoints) })
          .meta({ description: 'The two ends.' }),
        ...settings,
        impairments: impairmentsSchema
          .optional()
          .meta({ description: 'What the link does to frames. Default: what "defaults" says; "none" for nothing.' }),
      },
      LINK,
      'A link with settings.',
    ),
  ],
  { error: expecting(LINK) },
);

// Hubs and switches: a list with names, or a map from names to endpoints or to endpoints with settings.
function groups<S extends z.core.$ZodShape>(noun: 'hub' | 'switch', plural: string, does: string, own: S) {
  const endpoints = endpointList.meta({ description: `All endpoints of the ${noun}, two or more.` });
  const form = { endpoints, ...settings, ...own };
  const named = { name: text('a name, such as "lan1"', `The name of the ${noun}.`), ...form };
  return z
    .union(
      [
        z.array(map(named, 'a map such as {name: lan1, endpoints: ["vr1/1", "vr2/1"]}', does)),
        z.record(
          z.string(),
          z.union([endpoints, map(form, `${ENDPOINTS}, or a map with "endpoints"`, does)], {
            error: expecting(ENDPOINTS),
          }),
        ),
      ],
      { error: expecting(`a list of ${plural}, or a map from their names to their endpoints`) },
    )
    .meta({ description: `The ${plural}: a list with names, or a map from names to endpoints.` });
}

const hubs = groups('hub', 'hubs', 'A hub: a frame that enters at one end leaves at all others.', {});

const switches = groups(
  'switch',
  'switches',
  'A learning switch: a frame leaves where its destination is, and in its VLAN only.',
  switchShape,
);

const node = map(
  {
    host: text('a host name or address, such as "10.0.0.1"', "Where the node is. Default: the node's name.").optional(),
    kind: text(
      'a kind, such as "cisco_xrv9k"',
      'The kind of machine as containerlab or vrnetlab calls it; it tells what its interfaces are called.',
    ).optional(),
    monitor: monitor.optional(),
    carrier: carrier
      .meta({ description: 'Whether carriers of this node follow their links. Default: true.' })
      .optional(),
    netdev: netdev.optional(),
  },
  'a map, such as {host: 10.0.0.1, monitor: "hmp:vr1:4000"}',
  'A machine. Only nodes with settings need to be listed.',
);

/** The schema of a topology in our own format. */
export const topologySchema = map(
  {
    name: text('a name, such as "lab1"', 'The name of the topology, for people.').optional(),
    defaults: map(
      {
        state: state.optional(),
        carrier: carrier.meta({ description: 'Whether carriers follow their links. Default: true.' }).optional(),
        netdev: netdev.optional(),
        labels: labels.optional(),
        impairments: impairmentsSchema
          .optional()
          .meta({ description: 'What every link does to frames that does not say otherwise.' }),
      },
      'a map, such as {state: down}',
      'Settings for every link, hub and switch that does not say otherwise.',
    ).optional(),
    nodes: z
      .record(z.string(), node.nullable(), {
        error: expecting('a map from names to settings, such as {vr1: {host: 10.0.0.1}}'),
      })
      .meta({ description: 'The machines that have settings, by name.' })
      .optional(),
    links: z
      .array(link, { error: expecting(`a list of links, each ${LINK}`) })
      .meta({ description: 'The links: each joins two endpoints.' })
      .optional(),
    hubs: hubs.optional(),
    switches: switches.optional(),
    unplugged: endpointList
      .meta({
        description:
          'Endpoints with a monitor that are in no link, hub or switch now: their guests see no link until they are.',
      })
      .optional(),
  },
  'a map with "links", "hubs" or "switches"',
  'A topology for tcpbridge: which network interfaces of virtual machines are joined.',
);

/** A topology document in our own format. */
export type TopologyDocument = z.input<typeof topologySchema>;

/** An endpoint in a document of our own format. */
export type EndpointDocument = z.input<typeof endpointSchema>;

/** A link in a document of our own format. */
export type LinkDocument = z.input<typeof link>;

/** The schema as JSON Schema, for editors. */
export function topologyJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(topologySchema, { target: 'draft-7', io: 'input' });
  return { ...schema, title: 'tcpbridge topology' };
}
