/** What `node:worker_threads` gives where a submission can be loaded, but cannot start workers. */

/** Who a thread is, as its module `node:worker_threads` says. */
export interface Identity {
  readonly threadId: number;
  readonly isMainThread: boolean;
}

/**
 * Makes the modules of threads that start no workers: `new Worker(…)` throws, and `why` says why. To be called in a
 * realm that is locked down; what it uses of `harden` freezes the class.
 */
export function createNoWorkers(
  harden: <T>(value: T) => T,
  why: string,
): (identity: Identity) => object {
  class Worker {
    constructor() {
      throw Object.assign(new Error(`new Worker() cannot be used here: ${why}`), {
        code: "NO_WORKERS",
      });
    }
  }
  harden(Worker);
  return ({ threadId, isMainThread }) => ({
    threadId,
    isMainThread,
    Worker,
    parentPort: null,
    workerData: null,
  });
}
