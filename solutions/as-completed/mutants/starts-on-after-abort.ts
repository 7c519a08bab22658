/**
 * @mutant starts-on-after-abort
 * @bug The loop that starts functions does not look whether one of them has ended it all.
 * @killed-by A5i
 * @verdict violation
 * @diagnosis wrong-result
 * @sees Function 1 aborts as it is called, and function 2 still starts.
 */
import { KataError } from "@concurrency-katas/grader/kit";

export type Task<T> =
  | PromiseLike<T>
  | ((context: { readonly signal: AbortSignal }) => PromiseLike<T> | T);

export type Settled<T> = { readonly index: number } & (
  | { readonly status: "fulfilled"; readonly value: T }
  | { readonly status: "rejected"; readonly reason: unknown }
);

export interface Options {
  readonly limit?: number;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

type Result<R> = IteratorResult<R, undefined>;

/**
 * Where those who settle and those who ask meet: a list of records that nobody has asked for, and a
 * list of calls without a record. One of the two is always empty.
 */
class Mailbox<R> {
  #records: R[] = [];
  readonly #calls: PromiseWithResolvers<Result<R>>[] = [];
  #isClosed = false;
  #failure: { readonly error: unknown } | undefined;

  put(record: R): void {
    this.#records.push(record);
    this.#serve();
  }

  take(): Promise<Result<R>> {
    const call = Promise.withResolvers<Result<R>>();
    this.#calls.push(call);
    this.#serve();
    return call.promise;
  }

  /** No record comes after this. One call that finds none left rejects, if it is a failure. */
  close(failure?: { readonly error: unknown }): void {
    this.#isClosed = true;
    this.#failure = failure;
    this.#serve();
  }

  /** The same, and the records that are left are dropped. */
  discard(failure?: { readonly error: unknown }): void {
    this.#records = [];
    this.close(failure);
  }

  #serve(): void {
    while (this.#calls.length > 0) {
      const value = this.#records.shift();
      if (value === undefined && !this.#isClosed) return;
      const call = this.#calls.shift();
      if (value !== undefined) call?.resolve({ done: false, value });
      else if (this.#failure === undefined) call?.resolve({ done: true, value: undefined });
      else {
        call?.reject(this.#failure.error);
        this.#failure = undefined;
      }
    }
  }
}

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  const { limit = Infinity, timeout, signal } = options;
  const all = [...tasks];
  const mailbox = new Mailbox<Settled<T>>();
  const canceller = new AbortController();
  let unsettled = all.length;
  let running = 0;
  let nextFunction = 0;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;

  /** From here on no function starts, and nothing that settles counts. */
  function finish(): void {
    isOver = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }

  function complete(): void {
    finish();
    mailbox.close();
  }

  /** An end before everything has settled. */
  function cancel(): void {
    finish();
    canceller.abort();
  }

  function onTimeout(): void {
    cancel();
    const error = new KataError("TIMEOUT", `${unsettled} tasks had not settled`);
    mailbox.close({ error: Object.assign(error, { pending: unsettled }) });
  }

  function onAbort(): void {
    cancel();
    mailbox.discard({ error: signal?.reason });
  }

  function settle(record: Settled<T>): void {
    if (isOver) return;
    mailbox.put(record);
    unsettled--;
    if (unsettled === 0) complete();
  }

  /** One `then` for both, so that a rejection is here as soon as a value would be. */
  function observe(index: number, task: PromiseLike<T>): Promise<void> {
    return Promise.resolve(task).then(
      (value) => settle({ index, status: "fulfilled", value }),
      (reason: unknown) => settle({ index, status: "rejected", reason }),
    );
  }

  function startFunctions(): void {
    if (isOver) return;
    for (; nextFunction < all.length; nextFunction++) {
      if (running >= limit) return;
      const task = all[nextFunction];
      if (typeof task !== "function") continue;
      running++;
      // What the function throws rejects this promise.
      const result = new Promise<T>((resolve) => resolve(task({ signal: canceller.signal })));
      void observe(nextFunction, result).then(() => {
        running--;
        return startFunctions();
      });
    }
  }

  for (const [index, task] of all.entries()) {
    if (typeof task !== "function") void observe(index, task);
  }
  if (unsettled === 0) complete();
  else if (signal?.aborted === true) onAbort();
  else {
    signal?.addEventListener("abort", onAbort);
    if (timeout !== undefined) timer = setTimeout(onTimeout, timeout);
    startFunctions();
  }

  return {
    next: () => mailbox.take(),
    return() {
      cancel();
      mailbox.discard();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

export async function runAll<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): Promise<Settled<T>[]> {
  const all: Settled<T>[] = [];
  for await (const record of asCompleted(tasks, options)) all[record.index] = record;
  return all;
}

function refuse({ limit = 1, timeout = 0 }: Options): void {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`limit is a whole number of at least 1, not ${limit}`);
  }
  if (!(timeout >= 0)) throw new RangeError(`timeout is a number of at least 0, not ${timeout}`);
}
