/**
 * @mutant race-in-a-loop
 * @bug Every next() races all the tasks that are left.
 * @killed-by A7
 * @verdict violation
 * @diagnosis wrong-result
 * @sees 500 tasks take 250 promises each, 5,000 would take 2,500 each.
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

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  const { limit = Infinity, timeout, signal } = options;
  const all = [...tasks];
  const canceller = new AbortController();
  const stopped = Promise.withResolvers<"stopped">();
  let failure: { readonly error: unknown } | undefined;
  let isOver = false;
  let settledCount = 0;
  let running = 0;
  const waiting: (() => void)[] = [];
  let timer: NodeJS.Timeout | undefined;

  function finish(): void {
    isOver = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
    stopped.resolve("stopped");
  }
  function cancel(): void {
    finish();
    canceller.abort();
  }
  function onTimeout(): void {
    const pending = all.length - settledCount;
    failure = { error: Object.assign(new KataError("TIMEOUT"), { pending }) };
    cancel();
  }
  function onAbort(): void {
    remaining.clear();
    failure = { error: signal?.reason };
    cancel();
  }

  /** Promises of records, by the index of the task. */
  const remaining = new Map<number, Promise<Settled<T>>>();
  const ready: number[] = [];
  for (const [index, task] of all.entries()) {
    const promise = new Promise<Settled<T>>((resolve) => {
      const observe = (start: () => PromiseLike<T> | T): void => {
        const settle = (record: Settled<T>): void => {
          if (typeof task === "function") {
            running--;
            startFunctions();
          }
          if (isOver) return;
          settledCount++;
          ready.push(index);
          resolve(record);
          if (settledCount === all.length) finish();
        };
        new Promise<T>((done) => done(start())).then(
          (value) => settle({ index, status: "fulfilled", value }),
          (reason: unknown) => settle({ index, status: "rejected", reason }),
        );
      };
      if (typeof task !== "function") observe(() => task);
      else waiting.push(() => observe(() => task({ signal: canceller.signal })));
    });
    remaining.set(index, promise);
  }
  function startFunctions(): void {
    while (waiting.length > 0) {
      if (isOver || running >= limit) return;
      running++;
      waiting.shift()?.();
    }
  }

  if (all.length === 0) finish();
  else if (signal?.aborted === true) onAbort();
  else {
    signal?.addEventListener("abort", onAbort);
    if (timeout !== undefined) timer = setTimeout(onTimeout, timeout);
    startFunctions();
  }

  async function take(): Promise<Result<Settled<T>>> {
    if (ready.length === 0 && !isOver) await Promise.race([...remaining.values(), stopped.promise]);
    const index = ready.shift();
    const record = index === undefined ? undefined : remaining.get(index);
    if (index !== undefined && record !== undefined) {
      remaining.delete(index);
      return { done: false, value: await record };
    }
    if (failure === undefined) return { done: true, value: undefined };
    const { error } = failure;
    failure = undefined;
    throw error;
  }
  let turn: Promise<unknown> = Promise.resolve();

  return {
    next() {
      const result = turn.then(take);
      turn = result.catch(() => undefined);
      return result;
    },
    return() {
      remaining.clear();
      failure = undefined;
      cancel();
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
