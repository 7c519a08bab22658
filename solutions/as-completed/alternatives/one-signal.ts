/** @alternative one-signal — whatever ends it aborts one signal, made with AbortSignal.any; who listens cleans up by a signal */
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

type Result<T> = IteratorResult<Settled<T>, undefined>;

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  const { limit = Infinity, timeout, signal } = options;
  const all = [...tasks];
  const own = new AbortController();
  /** Aborts also when there is nothing left to listen for. */
  const idle = new AbortController();
  const stopped = signal === undefined ? own.signal : AbortSignal.any([signal, own.signal]);
  const records = new Set<Settled<T>>();
  const calls: PromiseWithResolvers<Result<T>>[] = [];
  let settled = 0;
  /** Whether the reason of `stopped` was told, or need not be. */
  let isTold = false;

  const take = (): Result<T> | undefined => {
    const isLate = stopped.reason instanceof KataError && stopped.reason === own.signal.reason;
    if (stopped.aborted && !isLate) records.clear();
    for (const value of records) {
      records.delete(value);
      return { done: false, value };
    }
    if (settled === all.length || isTold) return { done: true, value: undefined };
    if (!stopped.aborted) return undefined;
    isTold = true;
    throw stopped.reason;
  };
  const serve = (): void => {
    while (calls.length > 0) {
      try {
        const result = take();
        if (result === undefined) return;
        calls.shift()?.resolve(result);
      } catch (error) {
        calls.shift()?.reject(error);
      }
    }
  };

  const settle = (record: Settled<T>): void => {
    if (stopped.aborted) return;
    records.add(record);
    settled++;
    if (settled === all.length) idle.abort();
    serve();
  };
  const watch = async (index: number, task: () => PromiseLike<T> | T): Promise<void> => {
    const [result] = await Promise.allSettled([call(task)]);
    settle({ index, ...result });
  };

  const functions: (() => Promise<void>)[] = [];
  for (const [index, task] of all.entries()) {
    if (typeof task !== "function") void watch(index, () => task);
    else functions.push(() => watch(index, () => task({ signal: stopped })));
  }
  if (all.length === 0) idle.abort();
  stopped.addEventListener(
    "abort",
    () => {
      idle.abort();
      serve();
    },
    { once: true, signal: idle.signal },
  );
  if (timeout !== undefined && !idle.signal.aborted && !stopped.aborted) {
    const timer = setTimeout(() => {
      const pending = all.length - settled;
      own.abort(Object.assign(new KataError("TIMEOUT"), { pending }));
    }, timeout);
    idle.signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }
  const startNext = async (): Promise<void> => {
    if (stopped.aborted) return;
    const start = functions.shift();
    if (start === undefined) return;
    await start();
    await startNext();
  };
  for (let i = Math.min(limit, functions.length); i > 0; i--) void startNext();

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const call = Promise.withResolvers<Result<T>>();
      calls.push(call);
      serve();
      return call.promise;
    },
    async return() {
      isTold = true;
      records.clear();
      own.abort();
      serve();
      return { done: true, value: undefined };
    },
  };
}

/** A promise of what `task` returns or throws. */
async function call<T>(task: () => PromiseLike<T> | T): Promise<T> {
  return task();
}

function refuse({ limit = 1, timeout = 0 }: Options): void {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`limit is a whole number of at least 1, not ${limit}`);
  }
  if (!(timeout >= 0)) throw new RangeError(`timeout is a number of at least 0, not ${timeout}`);
}

export async function runAll<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): Promise<Settled<T>[]> {
  const all: Settled<T>[] = [];
  for await (const record of asCompleted(tasks, options)) all[record.index] = record;
  return all;
}
