/**
 * thread-local: one private number for each thread, in memory that all of them share; and values
 * for each task, in a thread that all of them share.
 *
 * Everything to write is marked TODO. A good order:
 *   1. one thread                npm test -w kata-thread-local -- --only B1   then B2
 *   2. several claim at once     npm test -w kata-thread-local -- --only T1   then T1b, T3, T3b
 *   3. slots are given back      npm test -w kata-thread-local -- --only T2   then T2b, T4, T4b
 *   4. one run, then tasks       npm test -w kata-thread-local -- --only B3   then A1, A1b, A1c
 *   5. runs within runs          npm test -w kata-thread-local -- --only A2   then A2b, A4, A4b
 *   6. called by somebody else   npm test -w kata-thread-local -- --only A3   then A3b, A3c
 * The two parts do not need each other.
 *
 * `threadId` from `node:worker_threads` says which thread this is; the main thread's is 0.
 * `@concurrency-katas/grader/kit` also exports `Mutex`, a lock that crosses threads by its handle.
 * `node:async_hooks` has `AsyncLocalStorage` and `AsyncResource`.
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

/** Named values that belong to a run: to a function, and to everything that it starts. */
export class Local<T extends object> {
  /**
   * Calls `fn` and returns what it returns. `fn` and everything that it starts (async functions,
   * reactions of promises, timers) share one new bag of values, which holds `vars` at first. A run
   * within a run has a bag of its own and inherits nothing. Whoever calls `run` keeps its own bag.
   */
  run<R>(vars: Partial<T>, fn: () => R): R {
    // TODO: look at AsyncLocalStorage of node:async_hooks.
    throw new KataError("TODO", `run(${Object.keys(vars).join()}, ${fn.name}): try B3, then A1`);
  }

  /** The value of `key`. A `KataError` with the code `ATTRIBUTE` if it is not set; outside `run`, too. */
  get<K extends keyof T>(key: K): T[K] {
    // TODO
    throw new KataError("TODO", `get(${String(key)}): try B3`);
  }

  /** Sets `key` for all that shares the bag. Outside `run`, a `KataError` with the code `NO_CONTEXT`. */
  set<K extends keyof T>(key: K, value: T[K]): void {
    // TODO
    throw new KataError("TODO", `set(${String(key)}, ${String(value)}): try B3`);
  }

  /** Whether `key` is set, to whatever value; `false` outside `run`. */
  has(key: keyof T): boolean {
    // TODO
    throw new KataError("TODO", `has(${String(key)}): try B3`);
  }

  /** Takes `key` away; nothing happens if it is not set, or outside `run`. */
  delete(key: keyof T): void {
    // TODO
    throw new KataError("TODO", `delete(${String(key)}): try B3`);
  }

  /**
   * The same function, which will find the bag of this moment, or none if there is none, wherever
   * and how often it is called. Whoever calls it keeps its own bag.
   */
  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    // TODO: what must be remembered now, and what is to be done later?
    throw new KataError("TODO", `bind(${fn.name}): try A3`);
  }
}
