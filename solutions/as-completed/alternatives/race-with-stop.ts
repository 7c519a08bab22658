/** @alternative race-with-stop — next() waits for a race between a record and the end, one call after the other */
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

const DONE = { done: true, value: undefined } as const;

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  const { limit = Infinity, timeout, signal } = options;
  const all = [...tasks];
  const own = new AbortController();
  const records: Settled<T>[] = [];
  const ended = Promise.withResolvers<void>();
  let arrival = Promise.withResolvers<void>();
  let settled = 0;
  let running = 0;
  let next = 0;
  /** What the next call throws when there is no record for it. */
  let failure: { readonly reason: unknown } | undefined;
  let isOver = all.length === 0;
  let turn: Promise<unknown> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  const over = (): void => {
    isOver = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    ended.resolve();
  };
  const giveUp = (how?: { readonly reason: unknown }): void => {
    failure = how;
    over();
    own.abort();
  };
  const onAbort = (): void => {
    records.length = 0;
    giveUp({ reason: signal?.reason });
  };
  const onTimeout = (): void => {
    const pending = all.length - settled;
    giveUp({ reason: Object.assign(new KataError("TIMEOUT"), { pending }) });
  };

  const settle = (record: Settled<T>): void => {
    if (isOver) return;
    records.push(record);
    settled++;
    arrival.resolve();
    if (settled === all.length) over();
  };
  const watch = (index: number, promise: Promise<T>): Promise<void> =>
    promise.then(
      (value) => settle({ index, status: "fulfilled", value }),
      (reason: unknown) => settle({ index, status: "rejected", reason }),
    );
  const startFunctions = (): void => {
    for (; running < limit && next < all.length; next++) {
      const index = next;
      const task = all[index];
      if (isOver) return;
      if (typeof task !== "function") continue;
      running++;
      const promise = new Promise<T>((resolve) => resolve(task({ signal: own.signal })));
      void watch(index, promise).then(() => {
        running--;
        return startFunctions();
      });
    }
  };

  for (const [index, task] of all.entries()) {
    if (typeof task !== "function") void watch(index, Promise.resolve(task));
  }
  if (signal?.aborted === true && !isOver) onAbort();
  else if (!isOver) {
    signal?.addEventListener("abort", onAbort);
    if (timeout !== undefined) timer = setTimeout(onTimeout, timeout);
    startFunctions();
  }

  const take = async (): Promise<Result<T>> => {
    if (records.length === 0 && !isOver) {
      arrival = Promise.withResolvers();
      await Promise.race([arrival.promise, ended.promise]);
    }
    const value = records.shift();
    if (value !== undefined) return { done: false, value };
    if (failure === undefined) return DONE;
    const { reason } = failure;
    failure = undefined;
    throw reason;
  };
  const inTurn = (): Promise<Result<T>> => {
    const result = turn.then(take);
    turn = result.catch(() => undefined);
    return result;
  };

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: inTurn,
    async return() {
      records.length = 0;
      giveUp();
      return DONE;
    },
  };
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
