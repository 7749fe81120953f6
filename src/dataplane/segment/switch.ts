// A learning switch, in the order of a frame:
//
//  1. its VLAN: from its outermost tag, or from the port it came in at; a VLAN that this port does not carry ends it here
//  2. its source address is noted in the table, at this port
//  3. its destination: one port, if the table knows it; else, and for groups, all ports of the VLAN but this one
//  4. for each of these it is gathered in the form that the port wants, with the VLAN's tag or without
//  5. at the end of the batch each port hands over what it has, with one call
//
// What the switch refuses is counted at the port where the frame came in; what a machine does not take, at its own port.
// Nobody is pushed back: a slow machine loses its own copies only.

import { type CounterBlock, DROP, FIELD } from '../../channel/counters.ts';
import { MAC_WORDS, parseMac, vlanOf } from '../../channel/mac-words.ts';
import type { MacFilter } from '../../channel/messages.ts';
import type { PortSettings, SwitchSettings } from '../../topology/switch-settings.ts';
import { allTakeBatches, type Endpoint } from '../endpoint/endpoint.ts';
import { HEADER_BYTES, MAX_FRAME_BYTES, SCRATCH_BYTES, SWEEP_NS, SWEEP_PLACES } from '../limits.ts';
import type { Loop } from '../loop/loop.ts';
import { Timer } from '../loop/timer.ts';
import type { FrameTap } from '../tap.ts';
import type { Batch } from '../wire/framing.ts';
import { LEARNED, MacTable, NO_PORT } from './mac-table.ts';
import type { Segment, SegmentReporter } from './segment.ts';
import { STORM, type StormGuard } from './storm-guard.ts';
import { SwitchNotices } from './switch-notices.ts';
import { type PortOwner, SwitchPort } from './switch-port.ts';
import { CAME, CUSTOMER_TAG, PROVIDER_TAG, TAG_BYTES, TagForms } from './tag-forms.ts';

/** Two addresses and a type. */
const SHORTEST_FRAME = 14;
/** The longest frame in stream form that is not too long with a tag. */
const LONGEST_UNTAGGED = HEADER_BYTES + MAX_FRAME_BYTES - TAG_BYTES;
const NOT_DROPPED = -1;
/** The bit of the first two bytes of an address that makes it one of a group. */
const GROUP = 0x0100;
// 01-80-C2-00-00-00 to -0F, as the first two bytes and the other four; IEEE 802.1Q, table 8-1.
const RESERVED_TOP = 0x0180;
const RESERVED_LOW = 0xc2000000 | 0;

/** A learning switch. */
export class Switch implements Segment, PortOwner {
  readonly id: number;
  tap: FrameTap | null = null;
  readonly ports: SwitchPort[] = [];
  takesBatches = true;
  private readonly loop: Loop;
  private readonly notices: SwitchNotices;
  private readonly table: MacTable;
  private readonly forms: TagForms;
  /** By number. */
  private readonly numbered: (SwitchPort | undefined)[] = [undefined];
  private readonly freeNumbers: number[] = [];
  private settings: SwitchSettings = { macLimit: 0, ageingSeconds: 0, reserved: 'forward' };
  private isForwarding = true;
  private filtersReserved = false;
  private batch: Batch;
  /** The ports that have something to hand over, in the order in which they got it. */
  private readonly receiving: SwitchPort[] = [];
  private receivingCount = 0;
  private readonly sweeping = new Timer((nowNs) => this.sweep(nowNs));
  // The last source and the last destination: frames come in trains. Good while the table's version and the second are.
  private knownVersion = -1;
  private knownS = 0;
  private sourceHigh = 0;
  private sourceLow = 0;
  private sourceNumber = NO_PORT;
  private targetHigh = 0;
  private targetLow = 0;
  private targetNumber = NO_PORT;

  constructor(id: number, loop: Loop, reporter: Pick<SegmentReporter, 'onNotice'>, random: () => number) {
    this.id = id;
    this.loop = loop;
    this.batch = loop.batch;
    this.notices = new SwitchNotices(id, reporter);
    this.table = new MacTable(random);
    const { memory, scratch } = loop.batch;
    this.forms = new TagForms(memory, scratch, scratch + SCRATCH_BYTES);
  }

  get isUp(): boolean {
    return this.isForwarding;
  }

  set isUp(isUp: boolean) {
    // For the machines this is the loss of every link.
    if (!isUp) this.table.removeWhere(() => true);
    this.isForwarding = isUp;
  }

  /** Takes settings of the switch and of its ports, by end id; a port that is not named has none. */
  configure(settings: SwitchSettings, ports: ReadonlyMap<number, PortSettings>): void {
    this.settings = settings;
    this.table.limit = settings.macLimit;
    this.table.ageingS = settings.ageingSeconds;
    this.table.version++;
    this.filtersReserved = settings.reserved === 'filter';
    for (const { endId } of this.ports) this.configurePort(endId, ports.get(endId) ?? {});
  }

  /** Takes settings of one port. Where its VLANs change, the addresses behind it are forgotten. */
  configurePort(endId: number, settings: PortSettings): void {
    const port = this.ports.find((one) => one.endId === endId);
    if (port?.configure(settings, this.settings, this.loop.nowNs)) this.forgetBehind(port);
  }

  /** The addresses that fit and are not too old, in the words of channel/mac-words.ts. */
  readMacs(filter: MacFilter): Int32Array {
    const fits = this.matcher(filter);
    const words = new Int32Array(MAC_WORDS * this.table.count);
    let used = 0;
    this.table.forEach((high, low, number, seenS) => {
      if (fits(high, low, number)) used = this.pack(words, used, high, low, number, seenS);
    });
    return words.slice(0, used);
  }

  /** Forgets the addresses that fit; returns them. */
  flushMacs(filter: MacFilter): Int32Array {
    const fits = this.matcher(filter);
    const words = new Int32Array(MAC_WORDS * this.table.count);
    let used = 0;
    this.table.removeWhere((high, low, number, seenS) => {
      if (!fits(high, low, number)) return false;
      used = this.pack(words, used, high, low, number, seenS);
      return true;
    });
    return words.slice(0, used);
  }

  private matcher({ endId, mac, vlan }: MacFilter): (high: number, low: number, number: number) => boolean {
    const wanted = mac === undefined ? undefined : parseMac(mac);
    if (mac !== undefined && wanted === undefined) return () => false;
    return (high, low, number) =>
      (wanted === undefined || (wanted.top === (high & 0xffff) && wanted.low === low)) &&
      (vlan === undefined || vlan === vlanOf(high)) &&
      (endId === undefined || endId === this.numbered[number]!.endId);
  }

  addPort(endId: number, counters: CounterBlock): SwitchPort {
    const number = this.freeNumbers.pop() ?? this.numbered.length;
    const port = new SwitchPort(this, { endId, number, counters, memory: this.loop.batch.memory });
    this.numbered[number] = port;
    this.ports.push(port);
    this.configurePort(endId, {});
    return port;
  }

  plug(port: SwitchPort, endpoint: Endpoint): void {
    port.endpoint = endpoint;
    this.takesBatches = allTakeBatches(this.ports);
    endpoint.setReading(true);
  }

  unplug(port: SwitchPort): void {
    port.endpoint = null;
    this.takesBatches = allTakeBatches(this.ports);
    this.forgetBehind(port);
  }

  removePort(port: SwitchPort): void {
    this.forgetBehind(port);
    this.ports.splice(this.ports.indexOf(port), 1);
    this.numbered[port.number] = undefined;
    this.freeNumbers.push(port.number);
  }

  forgetBehind(port: SwitchPort): void {
    this.table.removePort(port.number);
  }

  forward(from: SwitchPort, batch: Batch): void {
    const { count, offsets } = batch;
    if (this.tap !== null) this.tap.onFrames(this.id, from.endId, batch);
    if (!this.isForwarding) {
      for (const port of this.ports) if (port !== from) port.counters[FIELD.drops + DROP.linkDown]! += count;
      return;
    }
    this.batch = batch;
    const nowS = this.nowS();
    if (nowS !== this.knownS) {
      this.knownS = nowS;
      this.knownVersion = -1;
    }
    for (let i = 0; i < count; i++) {
      const dropped = this.route(from, offsets[i]!, offsets[i + 1]!, nowS);
      if (dropped !== NOT_DROPPED) from.counters[FIELD.drops + dropped]!++;
    }
    this.handOver();
  }

  /** Finds out where a frame goes; returns why it goes nowhere, or NOT_DROPPED. */
  private route(from: SwitchPort, start: number, end: number, nowS: number): number {
    const { view } = this.batch.memory;
    const { vlans } = from;
    const at = start + HEADER_BYTES;
    const length = end - at;
    if (length < SHORTEST_FRAME) return DROP.malformed;
    let vlan = vlans.untagged;
    let came: number = CAME.bare;
    const type = view.getUint16(at + 12);
    if ((type === CUSTOMER_TAG || type === PROVIDER_TAG) && !vlans.isTunnel) {
      if (length < SHORTEST_FRAME + TAG_BYTES) return DROP.malformed;
      const named = view.getUint16(at + 14) & 0x0fff;
      came = named === 0 ? CAME.priority : CAME.tagged;
      if (named !== 0) vlan = named;
    }
    if (!vlans.carries(vlan)) return DROP.vlan;
    const top = view.getUint16(at);
    const low = view.getInt32(at + 2);
    if (this.filtersReserved && top === RESERVED_TOP && (low & ~0x0f) === RESERVED_LOW) return DROP.reserved;
    this.learn((vlan << 16) | view.getUint16(at + 6), view.getInt32(at + 8), from, nowS);
    const { forms } = this;
    forms.begin(start, end);
    forms.vlan = vlan;
    forms.came = came;
    forms.tagType = vlans.isTunnel ? PROVIDER_TAG : CUSTOMER_TAG;
    if ((top & GROUP) !== 0) {
      const isBroadcast = top === 0xffff && low === -1;
      if (isBroadcast && this.isStorm(from, from.broadcastGuard)) return DROP.storm;
      return this.flood(from, vlan);
    }
    const target = this.numbered[this.find((vlan << 16) | top, low, nowS)];
    if (target === undefined) return this.isStorm(from, from.unknownGuard) ? DROP.storm : this.flood(from, vlan);
    if (target === from) return DROP.samePort;
    if (from.isIsolated && target.isIsolated) return DROP.isolated;
    this.gather(target);
    return NOT_DROPPED;
  }

  private learn(high: number, low: number, from: SwitchPort, nowS: number): void {
    const { table } = this;
    const isKnown = high === this.sourceHigh && low === this.sourceLow && from.number === this.sourceNumber;
    if (isKnown && table.version === this.knownVersion) return;
    // A group sends nothing, and no machine has the address 0.
    if ((high & GROUP) !== 0 || (low === 0 && (high & 0xffff) === 0)) return;
    const { nowNs } = this.loop;
    const result = table.learn(high, low, from.number, nowS);
    if (result === LEARNED.refused) {
      from.counters[FIELD.macsRefused]!++;
      this.notices.onRefused(table.limit, from.endId, nowNs);
      return;
    }
    if (result === LEARNED.moved) {
      this.notices.onMoved(high, low, this.numbered[table.movedFrom]!.endId, from.endId, nowNs);
    }
    if (!this.sweeping.isSet) this.loop.setTimer(this.sweeping, nowNs + SWEEP_NS);
    this.refresh();
    this.sourceHigh = high;
    this.sourceLow = low;
    this.sourceNumber = from.number;
  }

  private find(high: number, low: number, nowS: number): number {
    const { table } = this;
    const isKnown = high === this.targetHigh && low === this.targetLow;
    if (isKnown && table.version === this.knownVersion && this.targetNumber !== NO_PORT) return this.targetNumber;
    const number = table.lookup(high, low, nowS);
    this.refresh();
    this.targetHigh = high;
    this.targetLow = low;
    this.targetNumber = number;
    return number;
  }

  /** What is remembered of the last frame is worth nothing once the table has changed. */
  private refresh(): void {
    const { version } = this.table;
    if (version === this.knownVersion) return;
    this.knownVersion = version;
    this.sourceNumber = NO_PORT;
    this.targetNumber = NO_PORT;
  }

  private flood(from: SwitchPort, vlan: number): number {
    const { ports } = this;
    let members = 0;
    let receivers = 0;
    for (let i = 0; i < ports.length; i++) {
      const port = ports[i]!;
      if (port === from || !port.vlans.carries(vlan)) continue;
      members++;
      if (from.isIsolated && port.isIsolated) continue;
      receivers++;
      this.gather(port);
    }
    if (receivers > 0) return NOT_DROPPED;
    return members > 0 ? DROP.isolated : DROP.vlan;
  }

  private isStorm(from: SwitchPort, guard: StormGuard): boolean {
    if (guard.rate === undefined) return false;
    const { nowNs } = this.loop;
    const verdict = guard.judge(nowNs);
    if (verdict === STORM.passes) return false;
    if (verdict === STORM.begins) {
      const what = guard === from.broadcastGuard ? 'broadcast' : 'unknown unicast';
      this.notices.onStorm(what, guard.rate, from.endId, nowNs);
    }
    return true;
  }

  /** Adds the frame in hand to what goes to `port`, in the form that it wants. */
  private gather(port: SwitchPort): void {
    const { forms } = this;
    const { vlan, came } = forms;
    if (port.endpoint === null) {
      port.counters[FIELD.drops + DROP.notConnected]!++;
      return;
    }
    if (port.frames.isFull) this.handOver();
    const wantsTag = vlan !== port.vlans.untagged;
    const isAsItCame = vlan === 0 || (wantsTag ? came === CAME.tagged : came === CAME.bare);
    if (!isAsItCame) {
      if (wantsTag && came === CAME.bare && forms.end - forms.start > LONGEST_UNTAGGED) {
        port.counters[FIELD.drops + DROP.tooBig]!++;
        return;
      }
      if ((wantsTag ? forms.taggedStart : forms.bareStart) < 0) {
        if (!forms.hasRoom) this.handOver();
        if (wantsTag) forms.makeTagged();
        else forms.makeBare();
      }
    }
    if (port.frames.count === 0) this.receiving[this.receivingCount++] = port;
    if (isAsItCame) port.frames.add(forms.start, forms.end);
    else if (wantsTag) port.addRewritten(forms.taggedStart, forms.taggedEnd);
    else port.addRewritten(forms.bareStart, forms.bareEnd);
  }

  private handOver(): void {
    const { receiving, batch } = this;
    for (let i = 0; i < this.receivingCount; i++) receiving[i]!.handOver(batch);
    this.receivingCount = 0;
    this.forms.reset();
  }

  /** Writes an entry that is not too old behind the others; returns where the next one goes. */
  private pack(words: Int32Array, at: number, high: number, low: number, number: number, seenS: number): number {
    const ageSeconds = this.nowS() - seenS;
    if (ageSeconds >= this.settings.ageingSeconds) return at;
    words[at] = high;
    words[at + 1] = low;
    words[at + 2] = this.numbered[number]!.endId;
    words[at + 3] = ageSeconds;
    return at + MAC_WORDS;
  }

  private sweep(nowNs: number): void {
    this.table.sweep(this.nowS(), SWEEP_PLACES);
    if (this.table.count > 0) this.loop.setTimer(this.sweeping, nowNs + SWEEP_NS);
  }

  private nowS(): number {
    return Math.floor(this.loop.nowNs / 1e9);
  }
}
