// tcpbridge link port and tcpbridge link set: the settings of a switch's ports, and of the switch, while frames flow.

import type { Command } from 'commander';
import type { PortRequest } from '../../control/http/switch-schemas.ts';
import { TcpbridgeError } from '../../errors.ts';
import { withAbsolutePath } from '../../topology/absolute-path.ts';
import { writeChange } from '../command.ts';
import { type ControlOptions, type OutputOptions, withControl, withDryRun, withOutput } from '../options.ts';
import { connect } from '../remote.ts';
import {
  type PortOptions,
  readPortOptions,
  readSwitchOptions,
  type SwitchOptions,
  withPortOptions,
  withSwitchOptions,
} from '../switch-options.ts';
import type { World } from '../world.ts';

type Common = ControlOptions & OutputOptions & { readonly dryRun?: boolean };

/** Adds "port". */
export function addLinkPort(parent: Command, world: World): void {
  const command = parent
    .command('port')
    .description('set up ports of a switch: what is given takes the place of all settings they had')
    .argument('<SWITCH>')
    .argument('<ENDPOINT...>');
  withPortOptions(command).option('--plain', 'carry all frames as they are');
  withControl(withOutput(withDryRun(command))).action(
    async (name: string, endpoints: string[], options: Common & PortOptions & { readonly plain?: boolean }) => {
      const port = choosePort(readPortOptions(options), options.plain === true);
      const ports = Object.fromEntries(endpoints.map((text) => [withAbsolutePath(text, process.cwd()), port]));
      await writeChange(await connect(options, world).patchLink(name, { ports }, options), options, world);
    },
  );
}

/** Adds "set". */
export function addLinkSet(parent: Command, world: World): void {
  const command = parent.command('set').description('change settings of a switch').argument('<SWITCH>');
  withControl(withOutput(withDryRun(withSwitchOptions(command)))).action(
    async (name: string, options: Common & SwitchOptions) => {
      const settings = readSwitchOptions(options);
      if (settings === undefined) throw missing('set', 'at least one setting, such as --ageing 60s');
      await writeChange(await connect(options, world).patchLink(name, { switch: settings }, options), options, world);
    },
  );
}

function choosePort(port: PortRequest | undefined, isPlain: boolean): PortRequest | null {
  if (port !== undefined && isPlain) throw missing('--plain', 'it without other settings of the port');
  if (port === undefined && !isPlain) throw missing('port', 'what it shall be, such as --vlan 10, or --plain');
  return port ?? null;
}

function missing(text: string, expected: string): TcpbridgeError {
  return new TcpbridgeError('option_invalid', { text, expected });
}
