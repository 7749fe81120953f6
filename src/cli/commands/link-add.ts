// tcpbridge link add: a new link, hub or switch on the running bridge.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { RemoteError } from '../../control/http/client.ts';
import type { LinkStatus, LinkWanted } from '../../control/http/schemas.ts';
import { TcpbridgeError } from '../../errors.ts';
import { withAbsolutePaths } from '../../topology/absolute-path.ts';
import { endpointKey, parseEndpoint } from '../../topology/endpoint-spec.ts';
import { makeHub, makeSwitch, makeTopology, parseLink, type SegmentSpec } from '../../topology/topology.ts';
import { writeChange } from '../command.ts';
import { type ControlOptions, type OutputOptions, withControl, withDryRun, withOutput } from '../options.ts';
import { connect } from '../remote.ts';
import { readNewSwitch, type SwitchOptions, withSwitchOptions } from '../switch-options.ts';
import type { World } from '../world.ts';

interface Options extends ControlOptions, OutputOptions, SwitchOptions {
  readonly dryRun?: boolean;
  readonly hub?: boolean;
  readonly switch?: boolean;
  readonly down?: boolean;
  readonly label?: Readonly<Record<string, string>>;
}

const LINK_FORM = 'NAME and two endpoints, or ENDPOINT--ENDPOINT, or --hub or --switch, NAME and two or more endpoints';

/** Adds the command. */
export function addLinkAdd(parent: Command, world: World): void {
  const command = parent
    .command('add')
    .description('add a link, or with --hub a hub, or with --switch a switch')
    .argument('<NAME>', 'its name; or ENDPOINT--ENDPOINT, which is a link and its name')
    .argument('[ENDPOINT...]', 'what it joins')
    .addOption(new Option('--hub', 'add a hub').conflicts('switch'))
    .option('--switch', 'add a learning switch')
    .option('--down', 'let no frames pass yet')
    .option('--label <NAME=VALUE>', 'a word of your own; may be given several times', readLabel);
  withSwitchOptions(command);
  withControl(withOutput(withDryRun(command))).action(async (name: string, endpoints: string[], options: Options) => {
    const segment = withAbsolutePaths(readSegment(name, endpoints, options), process.cwd());
    const settings = readSettings(options);
    const client = connect(options, world);
    const existing = await client.link(segment.name).catch((error: unknown) => {
      if (error instanceof RemoteError && error.code === 'link_unknown') return undefined;
      throw error;
    });
    if (existing !== undefined && !isLike(segment, existing.kind, existing.ends)) {
      throw new TcpbridgeError('segment_name_taken', { name: segment.name });
    }
    const wanted = {
      kind: segment.kind,
      endpoints: segment.endpoints.map(({ text }) => text),
      state: options.down === true ? ('down' as const) : ('up' as const),
      ...(options.label === undefined ? {} : { labels: { ...options.label } }),
      ...(settings === undefined ? {} : { switch: settings }),
      ...portsOf(existing),
    };
    await writeChange(await client.putLink(segment.name, wanted, options), options, world);
  });
}

function readSegment(name: string, endpoints: readonly string[], options: Options): SegmentSpec {
  if (options.hub === true) return makeHub(name, endpoints);
  if (options.switch === true) return makeSwitch(name, endpoints);
  if (endpoints.length === 0) return parseLink(name);
  if (endpoints.length !== 2) {
    throw new TcpbridgeError('option_invalid', { text: [name, ...endpoints].join(' '), expected: LINK_FORM });
  }
  const segment = { name, kind: 'link', endpoints: endpoints.map(parseEndpoint), isUp: true } as const;
  return makeTopology([segment]).segments[0]!;
}

function readSettings(options: Options): LinkWanted['switch'] {
  const settings = readNewSwitch(options);
  if (settings === undefined || options.switch === true) return settings;
  throw new TcpbridgeError('option_invalid', { text: Object.keys(settings)[0]!, expected: '--switch, too' });
}

// Those of a switch that is there already stay.
function portsOf(existing: LinkStatus | undefined): Pick<LinkWanted, 'ports'> {
  const ports = (existing?.ends ?? []).flatMap(({ endpoint, port }) => (port === undefined ? [] : [[endpoint, port]]));
  return ports.length === 0 ? {} : { ports: Object.fromEntries(ports) };
}

// Adding what is there already changes nothing, so that a script may run twice.
function isLike(segment: SegmentSpec, kind: string, ends: readonly { readonly endpoint: string }[]): boolean {
  const keys = (endpoints: SegmentSpec['endpoints']) => {
    const all = endpoints.map(endpointKey);
    return (segment.kind === 'link' ? all : all.toSorted()).join(' ');
  };
  return kind === segment.kind && keys(segment.endpoints) === keys(ends.map(({ endpoint }) => parseEndpoint(endpoint)));
}

function readLabel(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const [, name, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) {
    throw new InvalidArgumentError(`Cannot use "${text}": write NAME=VALUE, such as "site=west"`);
  }
  return { ...before, [name]: value };
}
