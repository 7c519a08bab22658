/**
 * pool: a fixed number of child processes that run any number of tasks.
 *
 * Everything to write is marked TODO, here and in `child.ts`. A good order:
 *   1. applyAsync, and the child's loop   npm test -w kata-pool -- --only B3
 *   2. more tasks than children, map      npm test -w kata-pool -- --only B1
 *   3. close and join                     npm test -w kata-pool -- --only B2
 *
 * A child is started with `fork(new URL("./child.ts", import.meta.url), …)`. How pool and children
 * talk to each other is up to you; `../given/errors.ts` helps with what is thrown.
 */
import { KataError } from "@concurrency-katas/grader/kit";

export interface PoolOptions {
  /** The URL of a module whose exported functions are the tasks. Children import it; the pool does not. */
  module: string | URL;
  /** Children at the same time, at most; as many as `os.availableParallelism()` says unless given. */
  size?: number;
}

/** Child processes that run the functions of a module, one task each at a time. */
export class Pool {
  /** A `size` that is not a whole number of at least 1 is a `RangeError`. */
  constructor(options: PoolOptions) {
    // TODO: keep what is asked for. Children may be started here, or when the first tasks come.
    throw new KataError("TODO", `new Pool(${String(options.module)}): start here, then try B3`);
  }

  /**
   * Runs `fn` with `args` in a child that is free, now or later: tasks start in the order in which
   * they were submitted, and at most `size` run at once, one in each child.
   *
   * Rejects with the code `REMOTE` and the name and message of what the task threw, `WORKER_DIED`
   * and the `exitcode` of its child, `NOT_CLONEABLE`, `POOL_CLOSED` or `POOL_TERMINATED`.
   */
  applyAsync<R>(fn: string, args: readonly unknown[] = []): Promise<R> {
    // TODO
    throw new KataError("TODO", `applyAsync(${fn}, ${args.length} arguments): try B3`);
  }

  /**
   * Runs `fn(item)` for each of `items`, and resolves with the results in the order of the items.
   * If any fails, rejects as the first of them in that order does, once all items have settled.
   */
  map<R>(fn: string, items: readonly unknown[]): Promise<R[]> {
    // TODO
    throw new KataError("TODO", `map(${fn}, ${items.length} items): try B1`);
  }

  /** Takes no more tasks. What was submitted before is still done, and then the children end. */
  close(): void {
    // TODO
    throw new KataError("TODO", "close(): try B2");
  }

  /** Resolves when no child is left. Rejects with the code `POOL_RUNNING` while the pool is open. */
  join(): Promise<void> {
    // TODO
    throw new KataError("TODO", "join(): try B2");
  }

  /**
   * Ends all children by SIGTERM, and by SIGKILL those that live 500 ms later. Every task that has
   * not settled rejects with the code `POOL_TERMINATED`. Resolves when no child is left.
   */
  terminate(): Promise<void> {
    // TODO
    throw new KataError("TODO", "terminate(): try P6c");
  }

  /** The process ids of the children that live. */
  get pids(): readonly number[] {
    // TODO
    throw new KataError("TODO", "pids: try B1");
  }
}
