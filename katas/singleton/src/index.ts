/**
 * singleton: something that is built exactly once. A record in shared memory, by whichever thread
 * comes first; and in one thread, something that has to be awaited, by whichever task comes first.
 *
 * Everything to write is marked TODO. A good order:
 *   1. one thread                npm test -w kata-singleton -- --only B1   then B2
 *   2. the first of several      npm test -w kata-singleton -- --only T1   then T1b, T1c, T3
 *   3. an init that throws       npm test -w kata-singleton -- --only T2   then T2b
 *   4. an init that calls back   npm test -w kata-singleton -- --only T4   then T4b, T5
 *   5. tasks in one thread       npm test -w kata-singleton -- --only B3   then A1, A1b
 *   6. a factory that fails      npm test -w kata-singleton -- --only A2   then A2b, A3, A3b, A3c, A4
 * The two parts do not need each other.
 *
 * `threadId` from `node:worker_threads` says which thread this is; the main thread's is 0.
 * `@concurrency-katas/grader/kit` also exports `Mutex`, a lock that crosses threads by its handle.
 */
import { KataError } from "@concurrency-katas/grader/kit";

/** A shared record of `cells` Int32 values, constructed at most once over all threads. */
export class SharedSingleton {
  /**
   * What another thread needs to reach the same singleton: anything that `postMessage` can carry,
   * such as a `SharedArrayBuffer` or an object that holds several. Only this class looks inside.
   */
  readonly handle: unknown;

  private constructor(handle: unknown) {
    // TODO: keep views of the shared memory as well; everything that changes must live there.
    this.handle = handle;
  }

  /** A singleton that nobody has built yet, in new shared memory: `cells` values, all 0. */
  static create({ cells }: { readonly cells: number }): SharedSingleton {
    // TODO: allocate the shared memory, return new SharedSingleton(handle).
    throw new KataError("TODO", `SharedSingleton.create(${cells} cells): start here, then try B1`);
  }

  /** The same singleton in this thread. May be called many times for one handle, in any thread. */
  static attach(handle: unknown): SharedSingleton {
    // TODO: return new SharedSingleton(handle).
    throw new KataError("TODO", `SharedSingleton.attach(${typeof handle}): try B1`);
  }

  /**
   * The record. The first caller of all threads runs `init(view)`, which fills in the cells with
   * plain writes; all others sleep until it is done, and then see every value that it wrote. Their
   * own `init` is not run. Every call on one instance returns the same view object.
   *
   * If `init` throws, its caller gets that error, the cells are 0 again, and one other caller, one
   * that waits or one that comes later, runs its own `init`. A call from within a running `init`
   * of the same singleton throws a `KataError` with the code `REENTRANT`.
   */
  getInstance(init: (view: Int32Array) => void): Int32Array {
    // TODO: one thread first (B1, B2), then several (T1, T2).
    throw new KataError("TODO", `getInstance(${init.name}): try B1, then T1`);
  }

  /** Whether the record is built. */
  get ready(): boolean {
    // TODO
    throw new KataError("TODO", "ready: try B1, then T3");
  }
}

/** What `onceAsync` returns. */
export interface Once<T> {
  (): Promise<T>;
  /** The next call runs the factory anew. Who has called before still gets what that run gives. */
  reset(): void;
}

/**
 * A function that runs `factory` once, however many call it before, while and after it runs, and
 * gives all of them its value. It is not run before the first call.
 *
 * If the factory's promise rejects, or if it throws, every caller that waits gets that reason, and
 * it is forgotten: who calls after having got it begins a new run. A run from before a `reset()`
 * changes nothing for those who call after it, whenever and however it ends.
 */
export function onceAsync<T>(factory: () => Promise<T>): Once<T> {
  // TODO: what has to be in a variable before the factory's promise has settled?
  throw new KataError("TODO", `onceAsync(${factory.name}): try B3, then A1`);
}
