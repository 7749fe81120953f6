// tcpbridge stop: ends the running bridge and waits until it is gone.

import type { Command } from 'commander';
import { TcpbridgeError } from '../../errors.ts';
import { type ControlOptions, withControl } from '../options.ts';
import { connect } from '../remote.ts';
import type { World } from '../world.ts';

const PAUSE_MS = 20;
const DEADLINE_MS = 10_000;

/** Adds the command. */
export function addStop(program: Command, world: World): void {
  const command = program.command('stop').description('end the running tcpbridge, so that the machines listen again');
  withControl(command).action(async (options: ControlOptions) => {
    const client = connect(options, world);
    const { pid } = await client.status();
    await client.stop();
    const deadlineMs = performance.now() + DEADLINE_MS;
    while (await answers(client)) {
      if (performance.now() > deadlineMs) {
        world.note(`tcpbridge: process ${pid} has not ended yet\n`);
        world.exitCode = 1;
        return;
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    world.out(`Stopped tcpbridge (process ${pid})\n`);
  });
}

async function answers(client: ReturnType<typeof connect>): Promise<boolean> {
  try {
    await client.request('GET', '/healthz');
    return true;
  } catch (error) {
    return !(error instanceof TcpbridgeError && error.code === 'bridge_unreachable');
  }
}
