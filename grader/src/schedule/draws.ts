/** Pseudo-random numbers from one word of state: a Weyl sequence, mixed (mulberry32, by Tommy Ettinger). */

/** The next unsigned 32-bit number of the sequence in `state[at]`. */
export function draw(state: Int32Array, at: number): number {
  const next = ((state[at] as number) + 0x6d2b79f5) | 0;
  state[at] = next;
  let x = Math.imul(next ^ (next >>> 15), next | 1);
  x ^= x + Math.imul(x ^ (x >>> 7), x | 61);
  return (x ^ (x >>> 14)) >>> 0;
}

/** A whole number from 0 to `limit − 1`, all of them equally likely up to one in four billion. */
export function drawBelow(state: Int32Array, at: number, limit: number): number {
  return Math.floor((draw(state, at) / 2 ** 32) * limit);
}

/** Starts a sequence; neighbouring seeds begin far apart. */
export function sow(state: Int32Array, at: number, seed: number): void {
  state[at] = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b);
}

/** A seeded generator of choices: `draw(n)` gives one of 0 … n − 1. */
export function drawsOf(seed: number): (options: number) => number {
  const state = new Int32Array(1);
  sow(state, 0, seed);
  return (options) => drawBelow(state, 0, options);
}
