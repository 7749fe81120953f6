// A switch on a workbench: frames are put into it by hand, the test's clock stands still until it is told to go on, and
// machines are lists of what they were given.

import { type CounterBlock, type DropReason, FIELD, makeCounterBlock, readCounters } from '../../channel/counters.ts';
import { ALL_MACS, unpackMacs } from '../../channel/mac-words.ts';
import type { EndpointState } from '../../channel/messages.ts';
import { DEFAULT_SWITCH, type PortSettings, type SwitchSettings } from '../../topology/switch-settings.ts';
import type { Endpoint, Port } from '../endpoint/endpoint.ts';
import type { Loop } from '../loop/loop.ts';
import type { Timer } from '../loop/timer.ts';
import type { FrameSet } from '../wire/frame-set.ts';
import { Batch } from '../wire/framing.ts';
import { Switch } from './switch.ts';
import type { SwitchPort } from './switch-port.ts';

/** The thread's batch; making one for each switch would take megabytes. */
const batch = new Batch();

/** A machine that takes everything. */
export class FakeMachine implements Endpoint {
  readonly id = 0;
  readonly queuedBytes = 0;
  port!: Port;
  readonly counters: CounterBlock = makeCounterBlock();
  got: Buffer[] = [];
  /** How frames were handed over. */
  calls: ('batch' | 'set')[] = [];

  write(frames: Batch): void {
    this.calls.push('batch');
    for (let i = 0; i < frames.count; i++) this.take(frames.bytes, frames.offsets[i]!, frames.offsets[i + 1]!);
  }

  writeSet({ count, starts, ends, memory }: FrameSet): void {
    this.calls.push('set');
    for (let i = 0; i < count; i++) this.take(memory.bytes, starts[i]!, ends[i]!);
  }

  /** What it was given since this was asked last. */
  takeAll(): Buffer[] {
    const { got } = this;
    this.got = [];
    this.calls = [];
    return got;
  }

  get drops(): Partial<Record<DropReason, number>> {
    return readCounters(this.counters).drops;
  }

  takenBytes(): number {
    return 0;
  }
  setReading(): void {}
  start(): void {}
  onResolved(): void {}
  close(): void {}
  release(): EndpointState {
    throw new Error('not here');
  }

  private take(bytes: Uint8Array, start: number, end: number): void {
    const length = new DataView(bytes.buffer).getUint32(start);
    if (length !== end - start - 4) throw new Error(`length word ${length} of a frame of ${end - start - 4} bytes`);
    this.counters[FIELD.txFrames]!++;
    this.got.push(Buffer.from(bytes.subarray(start + 4, end)));
  }
}

/** A switch with machines at its ports. */
export class SwitchBench {
  nowNs = 1000e9;
  readonly notices: { code: string; text: string; endIds: readonly number[] }[] = [];
  readonly machines = new Map<number, FakeMachine>();
  readonly ports = new Map<number, SwitchPort>();
  readonly switch: Switch;
  settings: SwitchSettings;
  readonly portSettings = new Map<number, PortSettings>();
  private readonly timers = new Set<Timer>();

  /** @param ports settings of the ports, whose end ids are 1, 2, … */
  constructor(ports: readonly PortSettings[], settings: Partial<SwitchSettings> = {}, random = Math.random) {
    const bench = this;
    const loop = {
      batch,
      get nowNs() {
        return bench.nowNs;
      },
      setTimer: (timer: Timer, dueNs: number) => {
        timer.dueNs = dueNs;
        timer.place = 0;
        this.timers.add(timer);
      },
      clearTimer: (timer: Timer) => {
        timer.place = -1;
        this.timers.delete(timer);
      },
    } as unknown as Loop;
    const onNotice = (_id: number, code: string, text: string, endIds: readonly number[] = []) => {
      this.notices.push({ code, text, endIds });
    };
    this.settings = { ...DEFAULT_SWITCH, ...settings };
    this.switch = new Switch(1, loop, { onNotice }, random);
    for (const [index, port] of ports.entries()) this.addPort(index + 1, port);
    this.configure();
  }

  addPort(endId: number, settings: PortSettings = {}): FakeMachine {
    const machine = new FakeMachine();
    const port = this.switch.addPort(endId, machine.counters);
    machine.port = port;
    this.ports.set(endId, port);
    this.portSettings.set(endId, settings);
    this.machines.set(endId, machine);
    this.switch.configurePort(endId, settings);
    this.switch.plug(port, machine);
    return machine;
  }

  removePort(endId: number): void {
    const port = this.ports.get(endId)!;
    this.switch.unplug(port);
    this.switch.removePort(port);
    this.ports.delete(endId);
    this.machines.delete(endId);
    this.portSettings.delete(endId);
  }

  configure(settings: Partial<SwitchSettings> = {}): void {
    this.settings = { ...this.settings, ...settings };
    this.switch.configure(this.settings, this.portSettings);
  }

  configurePort(endId: number, settings: PortSettings): void {
    this.portSettings.set(endId, settings);
    this.configure();
  }

  /** Frames come in from the machine at this end, in one batch, or in as many as a read could bring. */
  send(endId: number, ...frames: readonly Uint8Array[]): void {
    const port = this.ports.get(endId)!;
    batch.clear();
    for (const frame of frames) {
      // What lies behind is the scratch memory, into which no read ever reaches.
      if (!batch.hasRoom(frame.length)) {
        port.onFrames(batch);
        batch.clear();
      }
      batch.bytes.set(frame, batch.next);
      batch.commit(frame.length);
    }
    port.counters[FIELD.rxFrames]! += frames.length;
    port.onFrames(batch);
  }

  /** What each machine was given since this was asked last, without those that got nothing. */
  taken(): Record<number, Buffer[]> {
    const all: Record<number, Buffer[]> = {};
    for (const [endId, machine] of this.machines) {
      const got = machine.takeAll();
      if (got.length > 0) all[endId] = got;
    }
    return all;
  }

  /** To whom frames went since this was asked last. */
  receivers(): number[] {
    return Object.keys(this.taken()).map(Number);
  }

  /** Lets time pass, and the timers ring that are due by then. */
  pass(seconds: number): void {
    const endNs = this.nowNs + seconds * 1e9;
    for (;;) {
      const due = [...this.timers].filter((timer) => timer.dueNs <= endNs).sort((a, b) => a.dueNs - b.dueNs)[0];
      if (due === undefined) break;
      this.timers.delete(due);
      due.place = -1;
      this.nowNs = Math.max(this.nowNs, due.dueNs);
      due.onDue(this.nowNs);
    }
    this.nowNs = endNs;
  }

  /** The address table as lines: "02:00:00:00:00:01 10 at 1". */
  macs(): string[] {
    return unpackMacs(this.switch.readMacs(ALL_MACS))
      .map(({ mac, vlan, endId }) => `${mac} ${vlan} at ${endId}`)
      .sort();
  }
}

/** A tag in front of a type: 802.1Q, or 802.1ad. */
export interface TestTag {
  readonly vlan: number;
  readonly type?: number;
  /** The priority and the bit behind it (drop eligible): 0 to 15. */
  readonly priority?: number;
}

/** An address: the last byte, of a group with `group`. */
export function macBytes(last: number, group = false): Buffer {
  return Buffer.from([group ? 0x03 : 0x02, 0, 0, 0, last >>> 8, last & 0xff]);
}

/** To everybody. */
export const BROADCAST: Buffer = Buffer.alloc(6, 0xff);

/** A frame from one address to another. */
export function makeFrame(
  to: Uint8Array | number,
  from: Uint8Array | number,
  {
    tags = [],
    payload = 'payload',
    type = 0x88b5,
  }: { tags?: readonly TestTag[]; payload?: string | Uint8Array; type?: number } = {},
): Buffer {
  const address = (which: Uint8Array | number) => (typeof which === 'number' ? macBytes(which) : which);
  const words = tags.flatMap(({ vlan, type: tagType = 0x8100, priority = 0 }) => [tagType, (priority << 12) | vlan]);
  const rest = Buffer.alloc(2 * words.length + 2);
  for (const [index, word] of [...words, type].entries()) rest.writeUInt16BE(word, 2 * index);
  return Buffer.concat([address(to), address(from), rest, Buffer.from(payload)]);
}
