import { type Program, alike, each, onWords } from "../_litmus.ts";

/** Word that a critical section increments; a lock's own words come after it. */
export const COUNT = 0;

/** A lock on words of shared memory. */
export interface Lock {
  /** Words in all: so many, or with these values. */
  readonly words: number | readonly number[];
  /** True where it does not matter which thread is which. */
  readonly anonymous?: boolean;
  readonly lock: (x: Int32Array, me: number) => void;
  readonly unlock: (x: Int32Array, me: number) => void;
}

/** A critical section that loses an update where two threads are in it. */
export function inTwoSteps(x: Int32Array): void {
  Atomics.store(x, COUNT, Atomics.load(x, COUNT) + 1);
}

/** The same with plain accesses, which race unless the lock orders them. */
export function plainly(x: Int32Array): void {
  x[COUNT]!++;
}

/** So many threads go through the critical section, each so many times. */
export function contend(
  threads: number,
  { words, anonymous = false, lock, unlock }: Lock,
  { critical = inTwoSteps, times = 1 } = {},
): Program {
  const body = (me: number) => (x: Int32Array) => {
    for (let i = 0; i < times; i++) {
      lock(x, me);
      critical(x);
      unlock(x, me);
    }
  };
  return onWords(words, {
    threads: anonymous ? alike(threads, body(0)) : each(threads, body),
    final: (x) => Atomics.load(x, COUNT),
  });
}
