// A port of a switch: its settings, and what one batch has for the machine behind it.

import type { CounterBlock } from '../../channel/counters.ts';
import type { PortSettings, SwitchSettings } from '../../topology/switch-settings.ts';
import type { Endpoint, Port } from '../endpoint/endpoint.ts';
import { HUB_QUEUE_BYTES, SWITCH_SET_FRAMES } from '../limits.ts';
import { FrameSet } from '../wire/frame-set.ts';
import type { Batch } from '../wire/framing.ts';
import { PortVlans } from './port-vlans.ts';
import { StormGuard } from './storm-guard.ts';

/** The switch, as its ports see it. */
export interface PortOwner {
  /** Whether all machines take frames in batches. */
  readonly takesBatches: boolean;
  forward(from: SwitchPort, batch: Batch): void;
  /** The machine behind the port is gone. */
  forgetBehind(port: SwitchPort): void;
}

/** One port. */
export class SwitchPort implements Port {
  readonly counters: CounterBlock;
  readonly queueLimitBytes = HUB_QUEUE_BYTES;
  readonly endId: number;
  /** Its number in the address table. */
  readonly number: number;
  endpoint: Endpoint | null = null;
  readonly vlans = new PortVlans();
  isIsolated = false;
  readonly broadcastGuard = new StormGuard();
  readonly unknownGuard = new StormGuard();
  /** Frames of the batch in hand for this port. */
  readonly frames: FrameSet;
  /** Whether one of them is not as it came. */
  private isRewritten = false;
  private readonly owner: PortOwner;

  constructor(
    owner: PortOwner,
    {
      endId,
      number,
      counters,
      memory,
    }: { endId: number; number: number; counters: CounterBlock; memory: Batch['memory'] },
  ) {
    this.owner = owner;
    this.endId = endId;
    this.number = number;
    this.counters = counters;
    this.frames = new FrameSet(memory, SWITCH_SET_FRAMES);
  }

  /** Takes settings; returns whether its VLANs differ from before. */
  configure(settings: PortSettings, { stormBroadcast, stormUnknown }: SwitchSettings, nowNs: number): boolean {
    this.isIsolated = settings.isolated ?? false;
    this.broadcastGuard.setRate(stormBroadcast, nowNs);
    this.unknownGuard.setRate(stormUnknown, nowNs);
    return this.vlans.configure(settings);
  }

  get takesBatches(): boolean {
    return this.owner.takesBatches;
  }

  onFrames(batch: Batch): void {
    this.owner.forward(this, batch);
  }

  onProgress(): void {}

  onDetached(): void {
    this.owner.forgetBehind(this);
  }

  /** Adds a frame that is not as it came. */
  addRewritten(start: number, end: number): void {
    this.isRewritten = true;
    this.frames.add(start, end);
  }

  /** Hands over what was gathered, with one call; the batch itself where that is all of it, as it came. */
  handOver(batch: Batch): void {
    const { frames, endpoint } = this;
    if (frames.count === 0) return;
    if (endpoint !== null) {
      if (frames.count === batch.count && !this.isRewritten) endpoint.write(batch);
      else endpoint.writeSet(frames);
    }
    frames.clear();
    this.isRewritten = false;
  }
}
