// One guest with two wires: what leaves eth0 is impaired by its own kernel, with netem, and what leaves eth1 by the bridge.
// Both wires are links of one bridge and end at machines that note what arrives.
import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import { ControlClient } from '../../src/control/http/client.ts';
import type { LinkStatus } from '../../src/control/http/schemas.ts';
import { type ImpairmentForm, readForm } from '../../src/topology/impairment-form.ts';
import { netemText } from '../../src/topology/netem-text.ts';
import { DEADLINE_MS } from '../support/condition.ts';
import { type Lab, startLab } from '../support/lab.ts';
import { findFreePort } from '../support/ports.ts';
import { type Guest, startGuest } from '../support/qemu.ts';
import { type Arrival, Arrivals } from './arrivals.ts';
import { BLAST_SETTINGS, blast, blastCommand, HEADER_BYTES, MARK_BYTES } from './blast.ts';

const KERNEL_ADDRESS = '198.18.0.2';
const BRIDGE_ADDRESS = '198.18.1.2';
/** Of netem nothing is to be lost because its queue is full. */
const LIMIT_FRAMES = 100_000;
const MARKED_BYTES = HEADER_BYTES + MARK_BYTES;

type End = LinkStatus['ends'][number];

interface Counts {
  /** Frames from the guest. */
  readonly taken: number;
  /** Those that became more on the way, less those that were lost. */
  readonly added: number;
}

/** What became of the same frames in both. */
export interface Outcome {
  readonly kernel: Arrival[];
  readonly bridge: Arrival[];
}

/** What is sent. */
export interface Load {
  /** Requests 1 to this. */
  readonly count: number;
  /** How often. */
  readonly times?: number;
  /** Bytes of data. */
  readonly sizes: readonly number[];
}

/** The guest, the bridge, and the far ends. */
export class Wires {
  readonly lab: Lab;
  readonly guest: Guest;
  readonly #client: ControlClient;
  readonly #kernelEnd: Arrivals;
  readonly #bridgeEnd: Arrivals;

  private constructor(lab: Lab, guest: Guest, kernelEnd: Arrivals, bridgeEnd: Arrivals) {
    this.lab = lab;
    this.guest = guest;
    this.#client = new ControlClient({ socketPath: lab.socketPath });
    this.#kernelEnd = kernelEnd;
    this.#bridgeEnd = bridgeEnd;
  }

  /** Boots the guest and joins it to the far ends. */
  static async start(t: TestContext): Promise<Wires> {
    const ports = [await findFreePort(), await findFreePort()];
    const ends = [await Arrivals.listen(t), await Arrivals.listen(t)];
    const guest = await startGuest({
      scope: t,
      name: 'sender',
      netdev: ports.map((port, index) => `socket,id=p${index + 1},listen=127.0.0.1:${port}`),
      ip: ['198.18.0.1/24', '198.18.1.1/24'],
    });
    const links = ['kernel', 'bridge'].map(
      (name, index) =>
        `  - {name: ${name}, endpoints: ["tcp:127.0.0.1:${ports[index]}", "${ends[index]!.endpoint}"]}\n`,
    );
    const lab = await startLab(t, `links:\n${links.join('')}`);
    for (const port of ports) await lab.bridge.event('attached', `tcp:127.0.0.1:${port}`);
    for (const { endpoint } of ends) await lab.bridge.event('attached', endpoint);
    const wires = new Wires(lab, guest, ends[0]!, ends[1]!);
    const settings = ['net.ipv6.conf.all.disable_ipv6=1', BLAST_SETTINGS].map((setting) => `sysctl -q -w ${setting}`);
    const neighbours = [KERNEL_ADDRESS, BRIDGE_ADDRESS].map(
      (address, nic) => `ip neigh replace ${address} lladdr 02:00:00:00:00:02 dev eth${nic} nud permanent`,
    );
    // The queue of an interface has room for 1000 frames, and drops what a slow host does not take in time.
    const queue = `tc qdisc replace dev eth1 root pfifo limit ${LIMIT_FRAMES}`;
    await wires.run(
      [...settings, 'ip address flush scope link', ...neighbours, 'modprobe sch_netem', queue].join(' && '),
    );
    // What the guest had to say of itself while it booted comes before the first mark.
    await guest.run(wires.#mark);
    for (const end of ends) while ((await end.take(1))[0]!.frame.length !== MARKED_BYTES) {}
    return wires;
  }

  /** Impairs both wires with the same words. What is on its way stays so. */
  async impair(form: ImpairmentForm): Promise<string> {
    const limited = { limit: LIMIT_FRAMES, ...form };
    await this.#client.putImpairments('bridge', { 'a-to-b': limited });
    const words = `tc qdisc replace dev eth0 root ${netemText(readForm(limited).spec).text}`;
    await this.run(words);
    return words;
  }

  /** Sends blasts on both wires, one kind for each size, and returns what arrives of all of them. */
  async send({ count, times = 1, sizes }: Load, before = async (_size: number) => {}): Promise<Outcome> {
    const { taken, added } = await this.#bridgeCounts();
    for (const size of sizes) {
      await before(size);
      await blast(this.guest, [KERNEL_ADDRESS, BRIDGE_ADDRESS], { count, times, bytes: size });
    }
    const [qdisc] = JSON.parse(await this.run('tc -s -j qdisc show dev eth0')) as { packets: number; qlen: number }[];
    const sent = count * times * sizes.length;
    const after = await this.#takenBy(taken + sent);
    const outcome = {
      // netem counts what has left, and what waits.
      kernel: await this.#kernelEnd.take(qdisc!.packets + qdisc!.qlen),
      bridge: await this.#bridgeEnd.take(sent + after.added - added),
    };
    await this.clear();
    return outcome;
  }

  /** Takes all impairments away, and makes sure that nothing more was on its way. */
  async clear(): Promise<void> {
    await this.#client.resetImpairments('bridge');
    await this.guest.run(`tc qdisc del dev eth0 root; ${this.#mark}`);
    for (const end of [this.#kernelEnd, this.#bridgeEnd]) {
      const [mark] = await end.take(1);
      assert.equal(mark!.frame.length, MARKED_BYTES, 'a frame more than was counted');
    }
  }

  /** Runs a command in the guest that must succeed. */
  async run(command: string): Promise<string> {
    const { code, output } = await this.guest.run(command);
    assert.equal(code, 0, `"${command}" in the guest said "${output}"`);
    return output;
  }

  /** The counts when the bridge has taken so many frames from the guest. */
  async #takenBy(wanted: number): Promise<Counts> {
    const startedMs = performance.now();
    for (;;) {
      const counts = await this.#bridgeCounts();
      if (counts.taken >= wanted) return counts;
      assert.ok(performance.now() - startedMs < DEADLINE_MS, `The bridge took ${counts.taken} frames of ${wanted}`);
    }
  }

  get #mark(): string {
    return blastCommand([KERNEL_ADDRESS, BRIDGE_ADDRESS], { count: 1, bytes: MARK_BYTES });
  }

  async #bridgeCounts(): Promise<Counts> {
    const { ends } = await this.#client.link('bridge');
    const [near, far] = ends as [End, End];
    assert.deepEqual(
      Object.keys(far.drops).filter((reason) => reason !== 'loss' && far.drops[reason as 'loss']! > 0),
      [],
    );
    return { taken: near.rxFrames, added: far.duplicated - (far.drops.loss ?? 0) };
  }
}
