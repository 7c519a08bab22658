/**
 * as-completed: the results of many tasks, each as soon as it is there.
 *
 * Everything to write is marked TODO. A good order:
 *   1. records in the order of settling   npm test -w kata-as-completed -- --only B1   then B2, A1
 *   2. limit                              npm test -w kata-as-completed -- --only B3
 *   3. timeout, signal, break, return()   npm test -w kata-as-completed -- --only B5
 *   4. runAll                             npm test -w kata-as-completed -- --only B4
 */
import { KataError } from "@concurrency-katas/grader/kit";

/**
 * Something to wait for: a promise, anything else with a `then`, or a function that starts it.
 *
 * A function is called once. It may return a promise or a value, and it may throw. `signal` aborts
 * when nobody is interested any more.
 */
export type Task<T> =
  | PromiseLike<T>
  | ((context: { readonly signal: AbortSignal }) => PromiseLike<T> | T);

/** How a task came out, and which one it was: its position in the input. */
export type Settled<T> = { readonly index: number } & (
  | { readonly status: "fulfilled"; readonly value: T }
  | { readonly status: "rejected"; readonly reason: unknown }
);

/** How far it may go. */
export interface Options {
  /** Functions that may be unsettled at once: a whole number of at least 1. Promises do not count. */
  readonly limit?: number;
  /** Milliseconds from the call until it is given up, 0 or more. */
  readonly timeout?: number;
  /** Gives it up when it aborts. */
  readonly signal?: AbortSignal;
}

/**
 * One record for each task, in the order in which the tasks settle. A rejection is a record too.
 *
 * The input is read and promises are observed during the call. Functions start in the order of the
 * input, as soon as fewer than `limit` of them are unsettled, whether or not anybody calls `next()`.
 *
 * When the time is up, `next()` gives the records that there are and then rejects with a
 * `KataError` whose code is `TIMEOUT` and whose `pending` is the number of tasks that had not
 * settled. When `signal` aborts, `next()` rejects with `signal.reason` at once. Then, and after
 * `break`, an error in the loop or `return()`, it is done: the functions' signal aborts, no further
 * function starts, and what still settles is ignored. No timer or listener stays behind.
 *
 * A `limit` or a `timeout` that is not allowed is a `RangeError`.
 */
export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  // TODO: return an object with next(), return() and [Symbol.asyncIterator]().
  throw new KataError("TODO", `asCompleted(${typeof tasks}, ${typeof options}): start here`);
}

/**
 * The same records, all at once, in the order of the input. Rejects as `next()` does: with `TIMEOUT`
 * when the time is up, with `signal.reason` when the signal aborts.
 */
export function runAll<T>(tasks: Iterable<Task<T>>, options: Options = {}): Promise<Settled<T>[]> {
  // TODO
  throw new KataError("TODO", `runAll(${typeof tasks}, ${typeof options}): try B4`);
}
