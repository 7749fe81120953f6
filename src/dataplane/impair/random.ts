// Chance that can be repeated: xoshiro128** (Blackman and Vigna, "Scrambled linear pseudorandom number generators", 2021),
// seeded by splitmix32 so that seeds next to each other have nothing in common. Not for secrets.

const STATE_WORDS = 4;
const GOLDEN_RATIO = 0x9e37_79b9;

/** A stream of numbers that its seed decides. */
export class Random {
  private s0 = 0;
  private s1 = 0;
  private s2 = 0;
  private s3 = 0;

  /** @param stream one of many independent streams of the same seed */
  constructor(seed: number, stream = 0) {
    let word = mix(seed ^ mix(Math.floor(seed / 2 ** 32) ^ mix(stream + 1)));
    const nextWord = () => {
      word = (word + GOLDEN_RATIO) | 0;
      return mix(word);
    };
    this.s0 = nextWord();
    this.s1 = nextWord();
    this.s2 = nextWord();
    // The one state that a generator of this kind cannot leave is all zeroes.
    this.s3 = nextWord() | 1;
  }

  /** The next number, 0 to 2^32 - 1, all as likely. */
  next(): number {
    const { s1 } = this;
    const product = Math.imul(s1, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9) >>> 0;
    this.s2 ^= this.s0;
    this.s3 ^= s1;
    this.s1 = s1 ^ this.s2;
    this.s0 ^= this.s3;
    this.s2 ^= s1 << 9;
    this.s3 = (this.s3 << 11) | (this.s3 >>> 21);
    return result;
  }

  /** The next number from 0 to before 1, in steps of 2^-32. */
  fraction(): number {
    return this.next() / 2 ** 32;
  }

  /** Where the stream stands, to go on elsewhere. */
  save(): number[] {
    return [this.s0, this.s1, this.s2, this.s3];
  }

  /** Goes on where `saved` stood. */
  restore(saved: readonly number[]): void {
    if (saved.length !== STATE_WORDS) return;
    [this.s0, this.s1, this.s2, this.s3] = saved as [number, number, number, number];
  }
}

// The finalizer of splitmix32: every bit of the result depends on every bit of the word.
function mix(word: number): number {
  let mixed = word | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0_aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a_2d97);
  return mixed ^ (mixed >>> 15);
}
