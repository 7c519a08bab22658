/** `Math.random` of a submission: the same numbers in every execution. */
export interface SeededRandom {
  /** A number from 0 (inclusive) to 1 (exclusive). */
  next(): number;
  /** Starts the sequence of a seed. */
  reset(seed?: number): void;
}

/** Starts the sequence of seed 1. */
export function createSeededRandom(): SeededRandom {
  let seed = 1;
  return {
    next() {
      seed = Math.imul(seed ^ (seed >>> 15), 0x2c1b3c6d) + 0x297a2d39;
      return ((seed ^ (seed >>> 12)) >>> 0) / 2 ** 32;
    },
    reset(value = 1) {
      seed = value;
    },
  };
}
