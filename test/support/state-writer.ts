// A process to be killed: runs a bridge with a state file and changes it as fast as it can, with one line on stdout per
// change that was acknowledged. Argument: the state file. Starts where the state file says.
import { writeSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Bridge } from '../../src/control/bridge.ts';
import { Changes } from '../../src/control/changes.ts';
import { StateFile } from '../../src/control/state-file.ts';
import { parseTopologyDocument } from '../../src/topology/file/parse.ts';
import type { Topology } from '../../src/topology/topology.ts';

/** How many changes one process makes. */
export const CHANGES = 200;

/** Topology number `index`: no two that follow each other are alike. */
export function topologyNumber(index: number): Topology {
  const links = Array.from({ length: 1 + (index % 37) }, (_, i) => ({
    name: `link${i}`,
    endpoints: [`unix:/nowhere/${index % 3}-${i}`, `unix:/nowhere/${index % 5}+${i}`],
    state: (index + i) % 2 === 0 ? 'up' : 'down',
  }));
  return parseTopologyDocument({ name: `number-${index}`, links }, 'test').topology;
}

/** The number of a topology made by topologyNumber(). */
export function numberOf(topology: Topology | undefined): number {
  return topology === undefined ? 0 : Number(/^number-(\d+)$/.exec(topology.name ?? '')?.[1]);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const stateFile = new StateFile(process.argv[2]!);
  const start = stateFile.read() ?? topologyNumber(0);
  const bridge = Bridge.start(start);
  bridge.on('threadDied', (error) => {
    throw error;
  });
  const changes = new Changes(bridge, stateFile);
  const first = numberOf(start);
  writeSync(1, `${first}\n`);
  for (let index = first + 1; index <= first + CHANGES; index++) {
    await changes.apply(topologyNumber(index));
    writeSync(1, `${index}\n`);
  }
  // Stays until it is killed, so that every round ends in the same way.
  setInterval(() => {}, 60_000);
}
