// The monitor behind an endpoint: can it be used, is there such a netdev, and whom does the machine serve? QEMU itself
// names its client (`info network`), so this is the proof of attachment that also reaches other hosts.

import { type CarrierSpec, formatMonitor } from '../../topology/carrier.ts';
import { listNetdevs, readNetdev } from '../monitor/info-network.ts';
import { MonitorError, type MonitorFault } from '../monitor/monitor.ts';
import { openMonitor } from '../monitor/open-monitor.ts';
import { type Finding, note, ok, type Patient, wrong } from './finding.ts';

/** What a monitor said: the text, or why there is none. */
export type NetworkText = string | MonitorError;

const ADVICE: Readonly<Record<MonitorFault, string>> = {
  monitor_busy:
    'vrnetlab holds the first monitor for the life of the machine: give QEMU a second one, such as ' +
    '"-qmp tcp:0.0.0.0:4100,server=on,wait=off" by QEMU_ADDITIONAL_ARGS, and name that',
  monitor_unreachable:
    'see that the machine runs with this monitor and can be reached; a line of clients that is full looks the same',
  monitor_garbled: 'name the port of a QEMU monitor, with "hmp" or "qmp" in front as it was started',
  monitor_lost: 'try again; a machine that hangs does not answer either',
  monitor_refused: 'see that this QEMU knows the command',
};

/** Asks monitors, each once, however many endpoints are behind it. */
export class MonitorQuestions {
  readonly #asked = new Map<string, Promise<NetworkText>>();

  /** What `info network` says there. */
  ask({ monitor }: CarrierSpec): Promise<NetworkText> {
    const name = formatMonitor(monitor);
    const answer = this.#asked.get(name) ?? askNetwork(monitor);
    this.#asked.set(name, answer);
    return answer;
  }
}

async function askNetwork(spec: CarrierSpec['monitor']): Promise<NetworkText> {
  try {
    const monitor = await openMonitor(spec);
    try {
      return await monitor.infoNetwork();
    } finally {
      monitor.close();
    }
  } catch (error) {
    if (error instanceof MonitorError) return error;
    throw error;
  }
}

/**
 * Judges what the monitor of an endpoint says.
 *
 * @param ownAddress HOST:PORT of the bridge on its connection to the machine, where that is known
 */
export function checkMonitor(
  carrier: CarrierSpec,
  text: NetworkText,
  { end }: Patient,
  ownAddress: string | undefined,
): Finding[] {
  const { monitor, netdev } = carrier;
  const name = formatMonitor(monitor);
  if (text instanceof MonitorError) {
    return [wrong('monitor', `monitor ${name} cannot be used: ${text.message}`, ADVICE[text.fault])];
  }
  const found = readNetdev(text, netdev);
  if (found === undefined) {
    const known = listNetdevs(text).join(', ');
    const advice =
      known === '' ? 'it has no netdev at all: name another monitor' : `it has ${known}: name one of these`;
    return [wrong('monitor', `monitor ${name} knows no netdev "${netdev}"`, advice)];
  }
  const answers = ok('monitor', `monitor ${name} answers and has netdev "${netdev}"`);
  if (end?.state !== 'attached') {
    if (!found.isServed) return [answers];
    return [answers, note('attachment', `QEMU serves ${found.peer ?? 'a client'} at netdev "${netdev}"`)];
  }
  if (!found.isServed) {
    const message = `half-open: QEMU serves nobody at netdev "${netdev}"`;
    return [answers, wrong('attachment', message, 'see that the netdev is the one of this endpoint, and try again')];
  }
  if (found.peer === undefined) return [answers];
  if (ownAddress === undefined) return [answers, note('attachment', `QEMU serves ${found.peer}`)];
  if (found.peer === ownAddress) return [answers, ok('attachment', `QEMU serves this tcpbridge (${found.peer})`)];
  // Translated addresses mostly keep the port.
  if (portOf(found.peer) === portOf(ownAddress)) {
    return [answers, ok('attachment', `QEMU serves ${found.peer}, the port of this tcpbridge's ${ownAddress}`)];
  }
  const message = `queued: QEMU serves ${found.peer}, not this tcpbridge at ${ownAddress}`;
  const advice = 'end that client; if addresses are translated on the way, this may be the same connection';
  return [answers, wrong('attachment', message, advice)];
}

function portOf(address: string): string {
  return address.slice(address.lastIndexOf(':') + 1);
}
