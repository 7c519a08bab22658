/**
 * thread-local: one private number for each thread, in memory that all of them share.
 *
 * Everything to write is marked TODO. A good order:
 *   1. one thread                npm test -w kata-thread-local -- --only B1   then B2
 *   2. several claim at once     npm test -w kata-thread-local -- --only T1   then T1b, T3, T3b
 *   3. slots are given back      npm test -w kata-thread-local -- --only T2   then T2b, T4, T4b
 *
 * `threadId` from `node:worker_threads` says which thread this is; the main thread's is 0.
 * `@concurrency-katas/grader/kit` also exports `Mutex`, a lock that crosses threads by its handle.
 */
import { KataError } from "@concurrency-katas/grader/kit";

/** One private Int32 per thread, at most `maxThreads` threads holding a slot at the same time. */
export class ThreadLocalInt32 {
  /**
   * What another thread needs to reach the same slots: anything that `postMessage` can carry, such
   * as a `SharedArrayBuffer` or an object that holds several. Only this class looks inside.
   */
  readonly handle: unknown;

  private constructor(handle: unknown) {
    // TODO: keep views of the shared memory as well; everything that changes must live there.
    this.handle = handle;
  }

  /** Room for `maxThreads` slots in new shared memory, none of which is claimed. */
  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    // TODO: allocate the shared memory, return new ThreadLocalInt32(handle).
    throw new KataError("TODO", `ThreadLocalInt32.create(${maxThreads}): start here, then try B1`);
  }

  /** The same slots in this thread. May be called many times for one handle, in any thread. */
  static attach(handle: unknown): ThreadLocalInt32 {
    // TODO: return new ThreadLocalInt32(handle).
    throw new KataError("TODO", `ThreadLocalInt32.attach(${typeof handle}): try B1`);
  }

  /** This thread's value: 0 until it has set one. The same through every instance in this thread. */
  get(): number {
    // TODO: looking claims nothing.
    throw new KataError("TODO", "get(): try B1");
  }

  /** Sets this thread's value. Its first `set` or `add` claims a slot; `NO_SLOT` if none is free. */
  set(value: number): void {
    // TODO: one thread first (B1), then several (T1).
    throw new KataError("TODO", `set(${value}): try B1, then T1`);
  }

  /** Adds to this thread's value and returns the new one. Claims a slot as `set` does. */
  add(delta: number): number {
    // TODO
    throw new KataError("TODO", `add(${delta}): try B1, then T3`);
  }

  /**
   * Gives this thread's slot back and returns its last value; a thread without a slot gets 0. The
   * next owner of the slot starts at 0.
   */
  release(): number {
    // TODO
    throw new KataError("TODO", "release(): try B2, then T2 and T4");
  }

  /** The values of all claimed slots, in any order; exact when nobody is writing. */
  values(): number[] {
    // TODO
    throw new KataError("TODO", "values(): try B2, then T3");
  }
}
