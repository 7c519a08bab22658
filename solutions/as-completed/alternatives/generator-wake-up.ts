/** @alternative generator-wake-up — an async generator over a list, asleep on a promise that every change replaces */
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

/** Something to sleep on until anything changes. */
class Bell {
  #ring = Promise.withResolvers<void>();

  get rings(): Promise<void> {
    return this.#ring.promise;
  }

  ring(): void {
    this.#ring.resolve();
    this.#ring = Promise.withResolvers();
  }
}

type End =
  | { readonly kind: "timeout" | "abort"; readonly error: unknown }
  | { readonly kind: "left" };

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  const { limit = Infinity, timeout, signal } = options;
  const all = [...tasks];
  const own = new AbortController();
  const bell = new Bell();
  const records: Settled<T>[] = [];
  let unsettled = all.length;
  let end: End | undefined;

  function finish(how?: End): void {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    if (end === undefined && how !== undefined) {
      end = how;
      own.abort();
    }
    bell.ring();
  }
  function onAbort(): void {
    finish({ kind: "abort", error: signal?.reason });
  }
  function onTimeout(): void {
    const error = Object.assign(new KataError("TIMEOUT"), { pending: unsettled });
    finish({ kind: "timeout", error });
  }

  async function settle(index: number, start: () => PromiseLike<T> | T): Promise<void> {
    let record: Settled<T>;
    try {
      record = { index, status: "fulfilled", value: await start() };
    } catch (reason) {
      record = { index, status: "rejected", reason };
    }
    if (end !== undefined) return;
    records.push(record);
    unsettled--;
    if (unsettled === 0) finish();
    else bell.ring();
  }

  async function* deliver(): AsyncGenerator<Settled<T>, undefined> {
    for (;;) {
      if (end?.kind === "abort") throw end.error;
      const record = end?.kind === "left" ? undefined : records.shift();
      if (record !== undefined) yield record;
      else if (end?.kind === "timeout") throw end.error;
      else if (end !== undefined || unsettled === 0) return undefined;
      else await bell.rings;
    }
  }

  let timer: NodeJS.Timeout | undefined;
  const isAborted = signal?.aborted === true && all.length > 0;
  if (isAborted) onAbort();
  else if (all.length > 0) {
    signal?.addEventListener("abort", onAbort);
    if (timeout !== undefined) timer = setTimeout(onTimeout, timeout);
  }

  const functions: (() => Promise<void>)[] = [];
  for (const [index, task] of all.entries()) {
    if (typeof task !== "function") void settle(index, () => task);
    else functions.push(() => settle(index, () => task({ signal: own.signal })));
  }
  let running = 0;
  const startMore = (): void => {
    while (functions.length > 0) {
      if (end !== undefined || running >= limit) return;
      const start = functions.shift();
      running++;
      void start?.().finally(() => {
        running--;
        startMore();
      });
    }
  };
  startMore();

  const generator = deliver();
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => generator.next(),
    /** A generator that has not begun yet would skip its `finally`; so this does not rely on one. */
    return() {
      finish({ kind: "left" });
      return generator.return(undefined);
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
