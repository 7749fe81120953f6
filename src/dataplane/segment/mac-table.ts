// Which address is behind which port of a switch: a hash table with open addressing in typed arrays, because it is asked
// twice for every frame.
//
//   key: VLAN and address, as two words        high = VLAN (12 bits) | address bytes 0, 1     low = address bytes 2 to 5
//   place: hash of the key, or the next free one behind it; at most half of the places are taken
//
// A removed entry leaves no mark: what stands behind it moves up, so that a search ends at the first free place. The hash
// has random factors: who sends frames cannot choose addresses that meet in one place.

/** How `learn` ended. */
export const LEARNED = {
  /** It was known at this port. */
  known: 0,
  added: 1,
  /** It was known at another port: see `movedFrom`. */
  moved: 2,
  /** There is no room for it. */
  refused: 3,
} as const;

/** No port. */
export const NO_PORT = 0;

const FIRST_PLACES = 256;
/** A new entry that finds no place so near is refused. With half of the places free that is next to impossible. */
const MOST_STEPS = 128;

/** Addresses of one switch. Ports are numbers from 1 to 65,535. Times are whole seconds of any one clock. */
export class MacTable {
  /** Most entries; those there are stay when it is lowered. */
  limit = 0;
  /** An entry of this age is as good as gone. */
  ageingS = 0;
  count = 0;
  /** Grows whenever an answer of `lookup` may have become another one. */
  version = 0;
  /** After `learn` said "moved": the port it was at before. */
  movedFrom = NO_PORT;
  private places = 0;
  private mask = 0;
  private highs = new Int32Array(0);
  private lows = new Int32Array(0);
  private ports = new Uint16Array(0);
  private seenS = new Int32Array(0);
  /** Where the sweep goes on. */
  private cursor = 0;
  private readonly factorHigh: number;
  private readonly factorLow: number;
  private readonly factor: number;

  /** @param random a source of chance, from 0 to 1 */
  constructor(random: () => number) {
    const oddFactor = () => Math.floor(random() * 2 ** 32) | 1;
    this.factorHigh = oddFactor();
    this.factorLow = oddFactor();
    this.factor = oddFactor();
    this.allocate(FIRST_PLACES);
  }

  /** Notes that a frame from this address came in at `port`. */
  learn(high: number, low: number, port: number, nowS: number): number {
    const at = this.find(high, low);
    if (at < 0) return this.insert(high, low, port, nowS);
    const before = this.ports[at]!;
    const ageS = nowS - this.seenS[at]!;
    this.seenS[at] = nowS;
    if (before === port) return LEARNED.known;
    this.ports[at] = port;
    this.version++;
    if (ageS >= this.ageingS) return LEARNED.added;
    this.movedFrom = before;
    return LEARNED.moved;
  }

  /** The port behind which this address is, or NO_PORT. */
  lookup(high: number, low: number, nowS: number): number {
    const at = this.find(high, low);
    if (at < 0) return NO_PORT;
    if (nowS - this.seenS[at]! < this.ageingS) return this.ports[at]!;
    this.remove(at);
    return NO_PORT;
  }

  /** Looks at the next `places` places and forgets what is too old. */
  sweep(nowS: number, places: number): void {
    const { ageingS } = this;
    let left = Math.min(places, this.places);
    while (left > 0) {
      const at = this.cursor;
      if (this.ports[at] !== NO_PORT && nowS - this.seenS[at]! >= ageingS) {
        // Another may have moved up into the place.
        this.remove(at);
        continue;
      }
      this.cursor = (at + 1) & this.mask;
      left--;
    }
    if (this.count === 0 && this.places > FIRST_PLACES) this.allocate(FIRST_PLACES);
  }

  /** Tells of every entry; nothing may be changed meanwhile. */
  forEach(visit: (high: number, low: number, port: number, seenS: number) => void): void {
    for (let at = 0; at < this.places; at++) {
      if (this.ports[at] !== NO_PORT) visit(this.highs[at]!, this.lows[at]!, this.ports[at]!, this.seenS[at]!);
    }
  }

  /** Forgets all entries that fit. */
  removeWhere(fits: (high: number, low: number, port: number, seenS: number) => boolean): void {
    for (let at = 0; at < this.places; at++) {
      // What moves up into the place is looked at as well.
      while (this.ports[at] !== NO_PORT && fits(this.highs[at]!, this.lows[at]!, this.ports[at]!, this.seenS[at]!)) {
        this.remove(at);
      }
    }
  }

  /** Forgets everything behind `port`. */
  removePort(port: number): void {
    const { ports } = this;
    if (this.count === 0) return;
    for (let at = 0; at < ports.length; at++) while (ports[at] === port) this.remove(at);
  }

  private insert(high: number, low: number, port: number, nowS: number): number {
    if (this.count >= this.limit) return LEARNED.refused;
    if (2 * (this.count + 1) > this.places) this.grow();
    let at = this.home(high, low);
    let steps = 0;
    while (this.ports[at] !== NO_PORT) {
      if (++steps > MOST_STEPS) return LEARNED.refused;
      at = (at + 1) & this.mask;
    }
    this.put(at, high, low, port, nowS);
    this.count++;
    this.version++;
    return LEARNED.added;
  }

  private find(high: number, low: number): number {
    const { ports, highs, lows, mask } = this;
    let at = this.home(high, low);
    while (ports[at] !== NO_PORT) {
      if (lows[at] === low && highs[at] === high) return at;
      at = (at + 1) & mask;
    }
    return -1;
  }

  /** Where an address belongs. */
  home(high: number, low: number): number {
    let hash = Math.imul(low ^ (low >>> 15), this.factorLow) ^ Math.imul(high, this.factorHigh);
    hash = Math.imul(hash ^ (hash >>> 15), this.factor);
    return (hash ^ (hash >>> 16)) & this.mask;
  }

  private remove(at: number): void {
    const { ports, highs, lows, seenS, mask } = this;
    let hole = at;
    for (let next = (hole + 1) & mask; ports[next] !== NO_PORT; next = (next + 1) & mask) {
      // It may move up unless the hole is in front of its own place.
      const home = this.home(highs[next]!, lows[next]!);
      if (((next - home) & mask) < ((next - hole) & mask)) continue;
      this.put(hole, highs[next]!, lows[next]!, ports[next]!, seenS[next]!);
      hole = next;
    }
    ports[hole] = NO_PORT;
    this.count--;
    this.version++;
  }

  private put(at: number, high: number, low: number, port: number, seenS: number): void {
    this.highs[at] = high;
    this.lows[at] = low;
    this.ports[at] = port;
    this.seenS[at] = seenS;
  }

  private grow(): void {
    const { places, highs, lows, ports, seenS } = this;
    this.allocate(2 * places);
    for (let from = 0; from < places; from++) {
      if (ports[from] === NO_PORT) continue;
      let at = this.home(highs[from]!, lows[from]!);
      while (this.ports[at] !== NO_PORT) at = (at + 1) & this.mask;
      this.put(at, highs[from]!, lows[from]!, ports[from]!, seenS[from]!);
    }
  }

  private allocate(places: number): void {
    this.places = places;
    this.mask = places - 1;
    this.highs = new Int32Array(places);
    this.lows = new Int32Array(places);
    this.ports = new Uint16Array(places);
    this.seenS = new Int32Array(places);
    this.cursor = 0;
  }
}
