/**
 * What each thread has observed, as a running hash: a thread's local state is a function of it, so it stands for the
 * local state in the key of a state. Spins that were treated as waiting leave no mark.
 */
import { GOES_ON, READ_SET } from "./layout.ts";
import { LANES } from "./shadow.ts";

/** The observations of one execution, step by step. */
export interface Histories {
  reset(threads: number): void;
  /** A thread falls asleep; the threads of a bit mask are woken. */
  sleep(thread: number): void;
  wake(mask: number): void;
  /**
   * A thread's step and what it saw, as words; `mark` as in the log. A round of a spin that was waited for is dropped;
   * accesses of a thread that was told to go on with its spin are kept apart until it is known where they led.
   */
  observe(
    thread: number,
    mark: number,
    what: number,
    address: number,
    low: number,
    high: number,
  ): void;
  /**
   * What a thread's operation, begun or done at the last step, comes after: the history of operations is part of the
   * state too, where an order of the operations is asked for.
   */
  follow(thread: number, returned: number): void;
  /** Writes the key of the state. */
  key(keys: Int32Array, at: number, memory: Int32Array, last: number): void;
  /** A number of 53 bits that stands for what a thread has observed. */
  local(thread: number): number;
}

const MOST_THREADS = 16;
/** Observations that can be dropped. */
const DEPTH = 2 * READ_SET;

/** Makes the histories of one host. */
export function createHistories(): Histories {
  const lanes = new Int32Array(MOST_THREADS * LANES);
  /** The hashes after each of a thread's last observations, to go back when a round of a spin is dropped. */
  const trails = new Int32Array(MOST_THREADS * DEPTH * LANES);
  const lengths = new Int32Array(MOST_THREADS);
  const queue: number[] = [];
  let count = 0;

  const trailOf = (thread: number, length: number): number =>
    (thread * DEPTH + (length % DEPTH)) * LANES;

  /** Drops the last `period` observations of a thread. */
  function goBack(thread: number, period: number): void {
    const length = Math.max(0, (lengths[thread] as number) - period);
    lengths[thread] = length;
    const from = trailOf(thread, length - 1 + DEPTH);
    for (let lane = 0; lane < LANES; lane++) {
      lanes[thread * LANES + lane] = length === 0 ? 0 : (trails[from + lane] as number);
    }
  }

  return {
    reset(threads) {
      count = threads;
      lanes.fill(0, 0, threads * LANES);
      lengths.fill(0, 0, threads);
      queue.length = 0;
    },
    sleep(thread) {
      queue.push(thread);
    },
    wake(mask) {
      for (let i = queue.length - 1; i >= 0; i--) {
        if (((mask >> (queue[i] as number)) & 1) === 1) queue.splice(i, 1);
      }
    },
    observe(thread, mark, what, address, low, high) {
      const goesOn = mark >= GOES_ON;
      if (mark > 0 && !goesOn) goBack(thread, mark);
      const base = thread * LANES;
      const length = lengths[thread] as number;
      const at = trailOf(thread, length);
      if (!goesOn) lengths[thread] = length + 1;
      const seen = goesOn ? ~what : what;
      for (let lane = 0; lane < LANES; lane++) {
        let h = (lanes[base + lane] as number) + 0x3c6ef372 + lane;
        h = Math.imul((h << 13) | (h >>> 19), 0x9e3779b1 + lane * 2) ^ seen;
        h = Math.imul((h << 11) | (h >>> 21), 0x85ebca6b + lane * 2) ^ address;
        h = Math.imul((h << 15) | (h >>> 17), 0xc2b2ae35 + lane * 2) ^ low;
        h = Math.imul((h << 17) | (h >>> 15), 0x27d4eb2f + lane * 2) ^ high;
        h ^= h >>> 15;
        lanes[base + lane] = h;
        if (!goesOn) trails[at + lane] = h;
      }
    },
    follow(thread, returned) {
      const base = thread * LANES;
      const at = trailOf(thread, (lengths[thread] as number) - 1 + DEPTH);
      for (let lane = 0; lane < LANES; lane++) {
        const h = Math.imul((lanes[base + lane] as number) ^ returned, 0x5bd1e995 + lane * 2);
        lanes[base + lane] = trails[at + lane] = h ^ (h >>> 13);
      }
    },
    key(keys, at, memory, last) {
      let order = last + 2;
      for (const thread of queue) order = Math.imul(order, 31) + thread + 1;
      for (let lane = 0; lane < LANES; lane++) {
        let h = (memory[lane] as number) ^ Math.imul(order, 0x9e3779b1 + lane * 2);
        for (let thread = 0; thread < count; thread++) {
          h =
            Math.imul(h ^ (h >>> 14), 0x2c1b3c6d + lane * 2) +
            (lanes[thread * LANES + lane] as number);
          h = Math.imul((h << 12) | (h >>> 20), 0x297a2d39);
        }
        keys[at + lane] = h ^ (h >>> 15);
      }
    },
    local(thread) {
      const base = thread * LANES;
      return ((lanes[base] as number) >>> 0) * 2 ** 21 + ((lanes[base + 1] as number) & 0x1f_ffff);
    },
  };
}
