/**
 * Sampling strategies: they decide at every step who goes next, where exhaustive exploration is too dear.
 *
 * A strategy keeps its state in a block of 32-bit words, because in an execution each worker decides in turn.
 * It reads neither the clock nor `Math.random()`: the same seed always yields the same schedule.
 */

/** Picks one thread of `ready` (a non-empty bit mask) for `step`; `last` took the step before. */
export type Choose = (state: Int32Array, step: number, ready: number, last: number) => number;

/** A sampling strategy. */
export interface SamplingStrategy {
  /** As the command line and results name it. */
  readonly name: "random" | "pct";
  /** Sets up one execution: `seed` is any 32-bit integer, `length` the longest execution seen so far in steps. */
  prepare(state: Int32Array, execution: { seed: number; threads: number; length: number }): void;
  readonly choose: Choose;
}

/** Marsaglia's xorshift32 on `state[at]`, which is never zero; returns an unsigned 32-bit number. */
function draw(state: Int32Array, at: number): number {
  let x = state[at] as number;
  x ^= x << 13;
  x ^= x >>> 17;
  x ^= x << 5;
  state[at] = x;
  return x >>> 0;
}

/** Starts the generator; a few draws part neighbouring seeds. */
function sow(state: Int32Array, at: number, seed: number): void {
  state[at] = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) | 1;
  for (let i = 0; i < 4; i++) draw(state, at);
}

function popCount(mask: number): number {
  let count = 0;
  for (let rest = mask; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The number of the n-th set bit. */
function nthBit(mask: number, n: number): number {
  let rest = mask;
  for (let i = 0; i < n; i++) rest &= rest - 1;
  return 31 - Math.clz32(rest & -rest);
}

/** A uniform choice among the ready threads at every step. */
export function random(): SamplingStrategy {
  return {
    name: "random",
    prepare(state, { seed }) {
      sow(state, 0, seed);
    },
    choose: (state, _step, ready) => nthBit(ready, draw(state, 0) % popCount(ready)),
  };
}

/** Words of the PCT state: generator, number of change points, then change points, then priorities. */
const PCT_POINTS = 2;
const PCT_PRIORITIES = PCT_POINTS + 8;

/**
 * Probabilistic concurrency testing (Burckhardt et al., ASPLOS 2010, §4): the ready thread of the highest priority
 * runs; at each change point the thread about to run falls below all others.
 *
 * Differs from the paper: the number of change points is uniform in 0…`depth − 1` and they are drawn with
 * replacement over all steps, so that short programs are not given one fixed set of points, and the bound of the
 * paper holds per number of points only.
 */
export function pct(depth = 3): SamplingStrategy {
  return {
    name: "pct",
    prepare(state, { seed, threads, length }) {
      sow(state, 0, seed);
      const points = draw(state, 0) % depth;
      state[1] = points;
      for (let i = 0; i < points; i++) state[PCT_POINTS + i] = draw(state, 0) % Math.max(1, length);
      for (let thread = 0; thread < threads; thread++)
        state[PCT_PRIORITIES + thread] = depth + thread;
      for (let i = threads - 1; i > 0; i--) {
        const j = draw(state, 0) % (i + 1);
        const held = state[PCT_PRIORITIES + i] as number;
        state[PCT_PRIORITIES + i] = state[PCT_PRIORITIES + j] as number;
        state[PCT_PRIORITIES + j] = held;
      }
    },
    choose(state, step, ready) {
      let best = highest(state, ready);
      for (let i = 0; i < (state[1] as number); i++) {
        if (state[PCT_POINTS + i] !== step) continue;
        state[PCT_PRIORITIES + best] = i - depth;
        best = highest(state, ready);
      }
      return best;
    },
  };
}

function highest(state: Int32Array, ready: number): number {
  let best = -1;
  for (let rest = ready; rest !== 0; rest &= rest - 1) {
    const thread = 31 - Math.clz32(rest & -rest);
    if (
      best === -1 ||
      (state[PCT_PRIORITIES + thread] as number) > (state[PCT_PRIORITIES + best] as number)
    ) {
      best = thread;
    }
  }
  return best;
}

/** The strategies by the number that selects them in an execution; 0 stands for "keep going", which needs no code. */
export const strategies: readonly (SamplingStrategy | undefined)[] = [undefined, random(), pct()];
