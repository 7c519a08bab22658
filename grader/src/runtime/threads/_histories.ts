/**
 * What each thread has observed, as a running hash: a thread's local state is a function of it, so it stands for the
 * local state in the key of a state.
 */
import { GOES_ON } from "./layout.ts";
import { LANES } from "./shadow.ts";

/** The observations of one execution, step by step. */
export interface Histories {
  reset(threads: number): void;
  /**
   * The class of each thread: threads of one class run the same code and cannot tell themselves apart, so states in
   * which they have changed places are the same. Every thread is a class of its own unless said otherwise.
   */
  classes(classOf: readonly number[] | undefined): void;
  /** A thread falls asleep; the threads of a bit mask are woken. */
  sleep(thread: number): void;
  wake(mask: number): void;
  /**
   * A thread's step and what it saw, as words; `mark` as in the log. A round of a spin that was waited for counts like
   * any other: the loop may count its rounds. Accesses of a thread that was told to go on with its spin are kept apart
   * from others until it is known where they led.
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
   * What a thread's operation, begun or done at the last step, comes after: `returned` says how many operations of each
   * other thread had returned. The history of operations is part of the state too, where an order is asked for.
   */
  follow(thread: number, returned: (other: number) => number): void;
  /** Writes the key of the state. */
  key(keys: Int32Array, at: number, memory: Int32Array, last: number): void;
  /** A number of 53 bits that stands for what a thread has observed. */
  local(thread: number): number;
}

const MOST_THREADS = 16;

/** Takes a word and a small number into a running hash. */
function mix(hash: number, word: number, number: number, lane: number): number {
  let h = Math.imul(
    hash ^ (hash >>> 14) ^ Math.imul(number + 1, 0x9e3779b1),
    0x2c1b3c6d + lane * 2,
  );
  h = (h + word) | 0;
  return Math.imul((h << 12) | (h >>> 20), 0x297a2d39 + lane * 2);
}

/** Makes the histories of one host. */
export function createHistories(): Histories {
  const lanes = new Int32Array(MOST_THREADS * LANES);
  const queue: number[] = [];
  const classOf = new Int32Array(MOST_THREADS);
  /** A thread's class, whether it ran last, and its place in the queue of sleepers. */
  const roles = new Int32Array(MOST_THREADS);
  /** The threads in the order in which the key takes them. */
  const order = new Int32Array(MOST_THREADS);
  /** For two threads that may change places with others: what the first one's operations came after of the second's. */
  const relations = new Int32Array(MOST_THREADS * MOST_THREADS * LANES);
  let symmetric = false;
  let count = 0;

  function relate(thread: number, other: number, returned: number): void {
    const base = (thread * MOST_THREADS + other) * LANES;
    for (let lane = 0; lane < LANES; lane++)
      relations[base + lane] = mix(relations[base + lane] as number, lane, returned, lane);
  }

  /** Whether thread `a` comes before `b`, told by nothing but what may be seen of them. */
  function precedes(a: number, b: number): boolean {
    if (classOf[a] !== classOf[b]) return (classOf[a] as number) < (classOf[b] as number);
    if (roles[a] !== roles[b]) return (roles[a] as number) < (roles[b] as number);
    for (let lane = 0; lane < LANES; lane++) {
      const difference = (lanes[a * LANES + lane] as number) - (lanes[b * LANES + lane] as number);
      if (difference !== 0) return difference < 0;
    }
    return false;
  }

  /** Threads of a class that cannot be told apart stay as they are: that merges less, and never too much. */
  function sort(): void {
    for (let i = 1; i < count; i++) {
      const thread = order[i] as number;
      let to = i;
      for (; to > 0 && precedes(thread, order[to - 1] as number); to--)
        order[to] = order[to - 1] as number;
      order[to] = thread;
    }
  }

  return {
    reset(threads) {
      count = threads;
      lanes.fill(0, 0, threads * LANES);
      queue.length = 0;
      if (symmetric) relations.fill(0);
    },
    classes(given) {
      symmetric = given !== undefined;
      for (let thread = 0; thread < MOST_THREADS; thread++)
        classOf[thread] = given?.[thread] ?? thread;
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
      const base = thread * LANES;
      const seen = mark >= GOES_ON ? ~what : what;
      for (let lane = 0; lane < LANES; lane++) {
        let h = (lanes[base + lane] as number) + 0x3c6ef372 + lane;
        h = Math.imul((h << 13) | (h >>> 19), 0x9e3779b1 + lane * 2) ^ seen;
        h = Math.imul((h << 11) | (h >>> 21), 0x85ebca6b + lane * 2) ^ address;
        h = Math.imul((h << 15) | (h >>> 17), 0xc2b2ae35 + lane * 2) ^ low;
        h = Math.imul((h << 17) | (h >>> 15), 0x27d4eb2f + lane * 2) ^ high;
        lanes[base + lane] = h ^ (h >>> 15);
      }
    },
    follow(thread, returned) {
      if (symmetric) {
        for (let other = 0; other < count; other++) {
          if (other !== thread) relate(thread, other, returned(other));
        }
        return;
      }
      let word = 1;
      for (let other = 0; other < count; other++) {
        if (other !== thread) word = Math.imul(word, 1_031) + returned(other);
      }
      const base = thread * LANES;
      for (let lane = 0; lane < LANES; lane++) {
        const h = Math.imul((lanes[base + lane] as number) ^ word, 0x5bd1e995 + lane * 2);
        lanes[base + lane] = h ^ (h >>> 13);
      }
    },
    key(keys, at, memory, last) {
      for (let thread = 0; thread < count; thread++) {
        roles[thread] = (classOf[thread] as number) * 2 + (thread === last ? 1 : 0);
        order[thread] = thread;
      }
      for (let place = 0; place < queue.length; place++) {
        const thread = queue[place] as number;
        roles[thread] = (roles[thread] as number) + (place + 1) * 2 * MOST_THREADS;
      }
      if (symmetric) sort();
      for (let lane = 0; lane < LANES; lane++) {
        let h = memory[lane] as number;
        for (let i = 0; i < count; i++) {
          const thread = order[i] as number;
          h = mix(h, lanes[thread * LANES + lane] as number, roles[thread] as number, lane);
          if (!symmetric) continue;
          for (let k = 0; k < count; k++) {
            const relation = (thread * MOST_THREADS + (order[k] as number)) * LANES;
            h = mix(h, relations[relation + lane] as number, k, lane);
          }
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
