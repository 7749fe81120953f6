// What a switch is to do, said as plainly as possible and with no regard to speed: frames are objects, the table is a Map.

import type { DropReason } from '../../channel/counters.ts';
import type { PortSettings, SwitchSettings } from '../../topology/switch-settings.ts';
import { MAX_FRAME_BYTES } from '../limits.ts';
import { makeFrame, type TestTag } from './test-switch-bench.ts';

/** A frame before it is bytes. */
export interface ModelFrame {
  readonly to: Buffer;
  readonly from: Buffer;
  readonly tags: readonly TestTag[];
  readonly payload: Buffer;
}

/** The bytes of a frame. */
export function encodeModelFrame({ to, from, tags, payload }: ModelFrame): Buffer {
  return makeFrame(to, from, { tags, payload });
}

interface Known {
  port: number;
  seenS: number;
}

/** A switch made of objects. */
export class SwitchModel {
  settings: SwitchSettings;
  readonly ports = new Map<number, PortSettings>();
  readonly table = new Map<string, Known>();
  isUp = true;
  nowS = 0;
  /** Since they were asked for last: frames by port, and drops as "port reason". */
  readonly got = new Map<number, Buffer[]>();
  readonly drops = new Map<string, number>();

  constructor(settings: SwitchSettings) {
    this.settings = settings;
  }

  carries(port: number, vlan: number): boolean {
    const { access, trunk, native } = this.ports.get(port)!;
    if (access !== undefined) return vlan === access;
    if (trunk === undefined) return true;
    if (vlan === 0) return native === undefined;
    if (vlan === native) return true;
    return trunk === 'all' ? vlan < 4095 : trunk.some(([first, last]) => first <= vlan && vlan <= last);
  }

  pass(seconds: number): void {
    this.nowS += seconds;
    for (const [key, { seenS }] of this.table) {
      if (this.nowS - seenS >= this.settings.ageingSeconds) this.table.delete(key);
    }
  }

  forgetBehind(port: number): void {
    for (const [key, known] of this.table) if (known.port === port) this.table.delete(key);
  }

  send(from: number, frame: ModelFrame): void {
    const reason = this.forward(from, frame);
    if (reason !== undefined) this.drop(from, reason);
  }

  /** Returns why it goes nowhere. */
  private forward(from: number, frame: ModelFrame): DropReason | undefined {
    if (!this.isUp) {
      for (const port of this.ports.keys()) if (port !== from) this.drop(port, 'link_down');
      return undefined;
    }
    const settings = this.ports.get(from)!;
    const untagged = settings.access ?? settings.native ?? 0;
    const [outer] = frame.tags;
    const isTagged = outer !== undefined && !settings.tunnel;
    const vlan = isTagged && outer.vlan !== 0 ? outer.vlan : untagged;
    if (!this.carries(from, vlan)) return 'vlan';
    const isReserved = frame.to.readUIntBE(0, 5) === 0x0180c20000 && frame.to[5]! < 16;
    if (isReserved && this.settings.reserved === 'filter') return 'reserved';
    this.learn(`${vlan} ${frame.from.toString('hex')}`, frame.from, from);

    const members = [...this.ports.keys()].filter((port) => port !== from && this.carries(port, vlan));
    const isAllowed = (port: number) => !(settings.isolated && this.ports.get(port)!.isolated);
    const known = (frame.to[0]! & 1) === 1 ? undefined : this.table.get(`${vlan} ${frame.to.toString('hex')}`);
    if (known?.port === from) return 'same_port';
    if (known !== undefined && !isAllowed(known.port)) return 'isolated';
    const receivers = known === undefined ? members.filter(isAllowed) : [known.port];
    if (receivers.length === 0) return members.length > 0 ? 'isolated' : 'vlan';

    // What is in the VLAN, and what its tag is.
    const content = isTagged ? frame.tags.slice(1) : frame.tags;
    const tag = isTagged ? { ...outer, vlan } : { vlan, type: settings.tunnel ? 0x88a8 : 0x8100 };
    for (const port of receivers) {
      const { access, native } = this.ports.get(port)!;
      let tags = frame.tags;
      if (vlan !== 0) tags = vlan === (access ?? native) ? content : [tag, ...content];
      const bytes = encodeModelFrame({ ...frame, tags });
      if (bytes.length > MAX_FRAME_BYTES) this.drop(port, 'too_big');
      else this.got.set(port, [...(this.got.get(port) ?? []), bytes]);
    }
    return undefined;
  }

  private learn(key: string, address: Buffer, port: number): void {
    if ((address[0]! & 1) === 1 || address.equals(Buffer.alloc(6))) return;
    if (this.table.has(key) || this.table.size < this.settings.macLimit)
      this.table.set(key, { port, seenS: this.nowS });
  }

  private drop(port: number, reason: DropReason): void {
    const key = `${port} ${reason}`;
    this.drops.set(key, (this.drops.get(key) ?? 0) + 1);
  }
}
