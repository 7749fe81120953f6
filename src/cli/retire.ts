// A planned restart: the running bridge is asked to stop, and gone when this resolves. It closes its connections on the
// way, so the machines listen again.

import { connect } from 'node:net';
import { chooseControlPath } from '../control/control-path.ts';
import { ControlClient } from '../control/http/client.ts';
import { TcpbridgeError } from '../errors.ts';
import { parseTopologyDocument } from '../topology/file/parse.ts';
import type { Topology } from '../topology/topology.ts';

const PATIENCE_MS = 5000;
const LOOK_AGAIN_MS = 1;

/** Stops the bridge that serves the control socket; returns what it ran, undefined when there is none. */
export async function retireRunning(control: string | undefined): Promise<Topology | undefined> {
  const path = chooseControlPath(control);
  const client = new ControlClient({ socketPath: path });
  let topology: Topology;
  try {
    topology = parseTopologyDocument(await client.topology(), path).topology;
    await client.stop();
  } catch (error) {
    if (error instanceof TcpbridgeError && error.code === 'bridge_unreachable') return undefined;
    throw error;
  }
  const deadlineMs = performance.now() + PATIENCE_MS;
  while (await answers(path)) {
    if (performance.now() > deadlineMs) {
      throw new TcpbridgeError('takeover_failed', {
        reason: `it was asked to stop, and still runs after ${PATIENCE_MS} ms`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
  return topology;
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(path);
    socket.on('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
