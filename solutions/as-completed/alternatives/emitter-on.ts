/** @alternative emitter-on — an event emitter, and an iterator over its events as events.on() makes one */
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

type Listener = (value: never) => void;

/** As much of an `EventEmitter` as is needed here. */
class Emitter<Events extends Record<string, unknown>> {
  readonly #listeners = new Map<keyof Events, Set<Listener>>();

  on<K extends keyof Events>(event: K, listener: (value: Events[K]) => void): void {
    const listeners = this.#listeners.get(event) ?? new Set();
    this.#listeners.set(event, listeners.add(listener));
  }

  emit<K extends keyof Events>(event: K, value: Events[K]): void {
    for (const listener of this.#listeners.get(event) ?? []) {
      (listener as (value: Events[K]) => void)(value);
    }
  }

  removeAllListeners(): void {
    this.#listeners.clear();
  }
}

type Signals<T> = { record: Settled<T>; late: unknown; stop: unknown; end: undefined };

/** Events that nobody has asked for wait in one list, and calls without an event in another. */
function on<T>(emitter: Emitter<Signals<T>>, close: () => void): AsyncIterableIterator<Settled<T>> {
  const unconsumed: Settled<T>[] = [];
  const calls: PromiseWithResolvers<IteratorResult<Settled<T>, undefined>>[] = [];
  let errors: unknown[] = [];
  let isFinished = false;

  function finish(): void {
    isFinished = true;
    emitter.removeAllListeners();
    for (const call of calls.splice(0)) call.resolve({ done: true, value: undefined });
  }
  function fail(error: unknown): void {
    const call = calls.shift();
    if (call === undefined) errors = [error];
    else call.reject(error);
    finish();
  }

  emitter.on("record", (value) => {
    const call = calls.shift();
    if (call === undefined) unconsumed.push(value);
    else call.resolve({ done: false, value });
  });
  emitter.on("late", fail);
  emitter.on("stop", (error) => {
    unconsumed.length = 0;
    fail(error);
  });
  emitter.on("end", finish);

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const value = unconsumed.shift();
      if (value !== undefined) return { done: false, value };
      if (errors.length > 0) throw errors.pop();
      if (isFinished) return { done: true, value: undefined };
      const call = Promise.withResolvers<IteratorResult<Settled<T>, undefined>>();
      calls.push(call);
      return call.promise;
    },
    async return() {
      unconsumed.length = 0;
      errors = [];
      close();
      finish();
      return { done: true, value: undefined };
    },
  };
}

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  const { limit = Infinity, timeout, signal } = options;
  const all = [...tasks];
  const emitter = new Emitter<Signals<T>>();
  const own = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let settled = 0;
  let free = limit;
  let next = 0;

  function tidy(): void {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
  function close(): void {
    tidy();
    next = all.length;
    own.abort();
  }
  function onAbort(): void {
    close();
    emitter.emit("stop", signal?.reason);
  }
  function onTimeout(): void {
    close();
    const pending = all.length - settled;
    emitter.emit("late", Object.assign(new KataError("TIMEOUT"), { pending }));
  }
  function onSettled(record: Settled<T>): void {
    settled++;
    emitter.emit("record", record);
    if (settled < all.length) return;
    tidy();
    emitter.emit("end", undefined);
  }
  async function observe(index: number, task: PromiseLike<T>): Promise<void> {
    try {
      const value = await task;
      onSettled({ index, status: "fulfilled", value });
    } catch (reason) {
      onSettled({ index, status: "rejected", reason });
    }
  }
  function startFunctions(): void {
    while (free > 0 && next < all.length) {
      const index = next++;
      const task = all[index];
      if (typeof task !== "function") continue;
      free--;
      const start = async (): Promise<T> => task({ signal: own.signal });
      void observe(index, start()).then(() => {
        free++;
        return startFunctions();
      });
    }
  }

  const iterator = on(emitter, close);
  for (const [index, task] of all.entries()) {
    if (typeof task !== "function") void observe(index, task);
  }
  if (all.length === 0) emitter.emit("end", undefined);
  else if (signal?.aborted === true) onAbort();
  else {
    signal?.addEventListener("abort", onAbort);
    if (timeout !== undefined) timer = setTimeout(onTimeout, timeout);
    startFunctions();
  }
  return iterator;
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
