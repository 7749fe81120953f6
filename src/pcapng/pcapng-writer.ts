// Writes capture files in the format of Wireshark (draft-ietf-opsawg-pcapng): a section with any number of interfaces,
// frames with nanoseconds, direction and comments, and statistics. Pure: it makes bytes, others write them.
import { BlockBuffer } from './block.ts';

/** Types of blocks. */
export const BLOCK = {
  section: 0x0a0d0d0a,
  interface: 1,
  statistics: 5,
  packet: 6,
} as const;

const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const UNKNOWN_LENGTH = 0xffffffff;
/** LINKTYPE_ETHERNET. */
const ETHERNET = 1;
/** Option codes; those of 2 and more depend on the block. */
const COMMENT = 1;
const SECTION = { hardware: 2, system: 3, application: 4 } as const;
const INTERFACE = { name: 2, description: 3, resolution: 9, filter: 11 } as const;
const PACKET = { flags: 2, dropCount: 4 } as const;
const STATISTICS = { start: 2, end: 3, received: 4, dropped: 5, accepted: 6, delivered: 8 } as const;
/** Ten to the power of minus nine. */
const NANOSECONDS = 9;
/** What may be in a filter option: a text in the language of libpcap. */
const FILTER_IS_TEXT = 0;

/** Which way a frame went, seen from its interface: epb_flags, bits 0 and 1. */
export const WAY = { inbound: 1, outbound: 2 } as const;

/** What is said of a file as a whole. */
export interface Section {
  readonly application: string;
  readonly system?: string | undefined;
  readonly comment?: string | undefined;
}

/** An interface of a file. */
export interface Interface {
  readonly name: string;
  readonly description?: string | undefined;
  readonly comment?: string | undefined;
  /** 0: frames are whole. */
  readonly snapBytes: number;
  readonly filter?: string | undefined;
}

/** A point in time: seconds since 1970, and nanoseconds of the second. */
export interface Instant {
  readonly seconds: number;
  readonly nanoseconds: number;
}

/** A frame, or the beginning of it. */
export interface Packet extends Instant {
  readonly interfaceId: number;
  readonly bytes: Uint8Array;
  /** Of the whole frame. */
  readonly length: number;
  readonly way: 1 | 2;
  /** Frames of the interface that are missing in front of this one. */
  readonly missingBefore: number;
  readonly comments: readonly string[];
}

/** What is known of an interface at the end, or when it ends. */
export interface Statistics {
  readonly interfaceId: number;
  readonly start: Instant;
  readonly end: Instant;
  /** Frames that the filter let pass, and those of them that are in the file. */
  readonly accepted: number;
  readonly delivered: number;
  /** Whether no frame was held back by a filter. */
  readonly isUnfiltered: boolean;
  readonly comment?: string | undefined;
}

/** Writes one file, piece by piece. */
export class PcapngWriter {
  private readonly blocks = new BlockBuffer();
  private interfaces = 0;

  /** Bytes that `take()` would give. */
  get size(): number {
    return this.blocks.size;
  }

  /** What was written since the last time. */
  take(): Uint8Array {
    return this.blocks.take();
  }

  /** Begins the file. */
  writeSection({ application, system, comment }: Section): void {
    const { blocks } = this;
    blocks.begin(BLOCK.section);
    blocks.u32(BYTE_ORDER_MAGIC);
    blocks.u16(1);
    blocks.u16(0);
    blocks.u32(UNKNOWN_LENGTH);
    blocks.u32(UNKNOWN_LENGTH);
    blocks.textOption(COMMENT, comment);
    blocks.textOption(SECTION.system, system);
    blocks.textOption(SECTION.application, application);
    blocks.endOptions();
    blocks.end();
  }

  /** Adds an interface; returns its number. */
  writeInterface({ name, description, comment, snapBytes, filter }: Interface): number {
    const { blocks } = this;
    blocks.begin(BLOCK.interface);
    blocks.u16(ETHERNET);
    blocks.u16(0);
    blocks.u32(snapBytes);
    blocks.textOption(COMMENT, comment);
    blocks.textOption(INTERFACE.name, name);
    blocks.textOption(INTERFACE.description, description);
    blocks.option(INTERFACE.resolution, Uint8Array.of(NANOSECONDS));
    if (filter !== undefined && filter !== '') {
      blocks.option(INTERFACE.filter, Uint8Array.of(FILTER_IS_TEXT, ...new TextEncoder().encode(filter)));
    }
    blocks.endOptions();
    blocks.end();
    return this.interfaces++;
  }

  /** Adds a frame. */
  writePacket(packet: Packet): void {
    const { blocks } = this;
    blocks.begin(BLOCK.packet);
    blocks.u32(packet.interfaceId);
    this.writeInstant(packet);
    blocks.u32(packet.bytes.length);
    blocks.u32(packet.length);
    blocks.padded(packet.bytes);
    for (const comment of packet.comments) blocks.textOption(COMMENT, comment);
    blocks.option(PACKET.flags, Uint8Array.of(packet.way, 0, 0, 0));
    if (packet.missingBefore > 0) blocks.countOption(PACKET.dropCount, packet.missingBefore);
    blocks.endOptions();
    blocks.end();
  }

  /** Adds statistics of an interface. */
  writeStatistics(statistics: Statistics): void {
    const { interfaceId, start, end, accepted, delivered, isUnfiltered, comment } = statistics;
    const { blocks } = this;
    blocks.begin(BLOCK.statistics);
    blocks.u32(interfaceId);
    this.writeInstant(end);
    blocks.textOption(COMMENT, comment);
    this.instantOption(STATISTICS.start, start);
    this.instantOption(STATISTICS.end, end);
    if (isUnfiltered) blocks.countOption(STATISTICS.received, accepted);
    blocks.countOption(STATISTICS.dropped, accepted - delivered);
    blocks.countOption(STATISTICS.accepted, accepted);
    blocks.countOption(STATISTICS.delivered, delivered);
    blocks.endOptions();
    blocks.end();
  }

  private instantOption(code: number, instant: Instant): void {
    this.blocks.u16(code);
    this.blocks.u16(8);
    this.writeInstant(instant);
  }

  /** Nanoseconds since 1970 in two words, the high one first; they are more than a double holds. */
  private writeInstant({ seconds, nanoseconds }: Instant): void {
    const high = Math.floor(seconds / 65_536) * 1e9;
    const low = (high % 65_536) * 65_536 + (seconds % 65_536) * 1e9 + nanoseconds;
    this.blocks.u32(Math.floor(high / 65_536) + Math.floor(low / 2 ** 32));
    this.blocks.u32(low % 2 ** 32);
  }
}
