/**
 * philosophers: a lock, a re-entrant lock, and a table where nobody starves.
 *
 * Everything to write is marked TODO. The three parts are graded apart, each with locks of its own:
 *   A. `Lock`    npm test -w kata-philosophers -- --only B1    then T1, T2, T3, T4, T5
 *   B. `RLock`   npm test -w kata-philosophers -- --only B2    then T6, T7
 *   C. `dine`    npm test -w kata-philosophers -- --only B3    then T8a, T9, T10
 *
 * Who holds a lock, and how often, is in the shared memory; fields and module variables are copies.
 * `node:worker_threads` has `threadId`, which tells threads apart. The main thread's is 0, and the
 * numbers of the others may be large and need not be neighbours.
 */
import { KataError } from "@concurrency-katas/grader/kit";

/** What can be acquired and released. */
export interface LockLike {
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
}

/**
 * A lock that one thread at a time can hold. It is not re-entrant: a thread that holds it and
 * acquires it again waits for itself.
 *
 * Threads that wait sleep. A release by a thread that does not hold the lock is not specified.
 */
export class Lock implements LockLike {
  /**
   * What another thread needs to reach the same lock: anything that `postMessage` can carry, such
   * as a `SharedArrayBuffer`. Only this class looks inside.
   */
  readonly handle: unknown;

  private constructor(handle: unknown) {
    // TODO: keep a view of the shared memory as well; everything that changes must live there.
    this.handle = handle;
  }

  /**
   * Makes a lock that nobody holds. No more than `maxThreads` threads will ever use it: for layouts
   * that have a cell for each thread. Others need not look at it.
   */
  static create(o: { maxThreads?: number } = {}): Lock {
    // TODO: allocate the shared memory, return new Lock(handle).
    throw new KataError("TODO", `Lock.create(${o.maxThreads ?? 64}): start here, then try B1`);
  }

  /** The same lock in this thread. May be called many times for one handle, in any thread. */
  static attach(handle: unknown): Lock {
    // TODO: return new Lock(handle).
    throw new KataError("TODO", `Lock.attach(${typeof handle}): try B1`);
  }

  /**
   * Waits until the lock is free, takes it and returns `true`. With a `timeout` in milliseconds it
   * gives up after that time and returns `false`; 0 means one try without waiting. A negative
   * timeout or NaN is a `RangeError`.
   */
  acquire(o: { timeout?: number } = {}): boolean {
    // TODO: first without timeouts (B1, T1, T5), then with them (T2, T3).
    throw new KataError("TODO", `acquire(${o.timeout ?? ""}): try B1, then T1`);
  }

  /** Gives the lock back; `KataError` with the code `NOT_LOCKED` if nobody holds it. */
  release(): void {
    // TODO
    throw new KataError("TODO", "release(): try B1, then T1");
  }

  /** Whether somebody holds the lock. */
  get locked(): boolean {
    // TODO
    throw new KataError("TODO", "locked: try B1");
  }

  /** Calls `fn` while this thread holds the lock, and returns or throws what `fn` does. */
  withLock<R>(fn: () => R): R {
    // TODO
    throw new KataError("TODO", `withLock(${fn.name}): try B1, then T3`);
  }
}

/**
 * A re-entrant lock: the thread that owns it may acquire it again, by any of its `RLock` objects,
 * and has it until it has released it as often as it has acquired it.
 */
export class RLock implements LockLike {
  /** As `Lock#handle`. */
  readonly handle: unknown;

  private constructor(handle: unknown) {
    // TODO
    this.handle = handle;
  }

  /** As `Lock.create`. */
  static create(o: { maxThreads?: number } = {}): RLock {
    // TODO
    throw new KataError("TODO", `RLock.create(${o.maxThreads ?? 64}): try B2`);
  }

  /** As `Lock.attach`. */
  static attach(handle: unknown): RLock {
    // TODO
    throw new KataError("TODO", `RLock.attach(${typeof handle}): try B2`);
  }

  /** As `Lock#acquire`, but the owner gets it at once, as often as it asks. */
  acquire(o: { timeout?: number } = {}): boolean {
    // TODO
    throw new KataError("TODO", `acquire(${o.timeout ?? ""}): try B2, then T6`);
  }

  /** Takes back one acquire; `KataError` with the code `NOT_OWNER` for all but the owner. */
  release(): void {
    // TODO
    throw new KataError("TODO", "release(): try B2, then T6 and T7");
  }

  /** Whether somebody owns the lock. */
  get locked(): boolean {
    // TODO
    throw new KataError("TODO", "locked: try B2");
  }

  /** As `Lock#withLock`. */
  withLock<R>(fn: () => R): R {
    // TODO
    throw new KataError("TODO", `withLock(${fn.name}): try B2, then T7`);
  }
}

/** A round table: one fork between each two neighbours, and a waiter who can be asked first. */
export interface Table {
  /** Philosopher `i` eats with forks `i` and `i + 1`; the last one's second fork is fork 0. */
  readonly forks: readonly LockLike[];
  /** One more lock, to use or to leave alone. */
  readonly waiter: LockLike;
}

/**
 * The evening of philosopher `me`, who runs it in a thread of its own: calls `eat` exactly `meals`
 * times, each time holding `forks[me]` and `forks[(me + 1) % forks.length]`.
 *
 * However the others' threads run, everybody gets to eat. Those who share no fork can eat at the
 * same time. When `dine` returns, or throws because `eat` did, this thread holds nothing.
 */
export function dine(me: number, table: Table, eat: () => void, meals: number): void {
  // TODO
  throw new KataError(
    "TODO",
    `dine(${me}, ${typeof table}, ${eat.name}, ${meals}): try B3, then T8a`,
  );
}
