// What is looked at about once a second for each endpoint, such as the kernel's round trip and the frames that it had to
// drop: a few at a time, so that a thousand of them never hold up a frame.

import { CENSUS_NS, CENSUS_TURNS } from './limits.ts';

/** Something that is looked at. */
export interface Measured {
  /** Place among the others, -1 when it is not one of them. Only {@link Census} touches it. */
  censusPlace: number;
  measure(): void;
}

/** All that is looked at in one thread. */
export class Census {
  private readonly members: Measured[] = [];
  private next = 0;

  add(member: Measured): void {
    if (member.censusPlace >= 0) return;
    member.censusPlace = this.members.length;
    this.members.push(member);
  }

  remove(member: Measured): void {
    const place = member.censusPlace;
    if (place < 0) return;
    member.censusPlace = -1;
    const last = this.members.pop()!;
    if (last === member) return;
    this.members[place] = last;
    last.censusPlace = place;
  }

  /** Looks at the next few; returns after how many nanoseconds it is the turn of those behind them. */
  turn(): number {
    const { members } = this;
    const turns = Math.max(1, Math.min(members.length, CENSUS_TURNS));
    // Whoever is looked at may leave, or let others come.
    for (let left = Math.ceil(members.length / turns); left > 0 && members.length > 0; left--) {
      if (this.next >= members.length) this.next = 0;
      members[this.next++]!.measure();
    }
    return CENSUS_NS / turns;
  }
}
