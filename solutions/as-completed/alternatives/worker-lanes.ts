/** @alternative worker-lanes — as many lanes as the limit says take the functions from one shared iterator */
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

/** How it ends before the last record: `drops` says whether records that wait are lost. */
interface Ending {
  readonly drops: boolean;
  readonly error?: unknown;
}

class Completion<T> implements AsyncIterableIterator<Settled<T>> {
  readonly #canceller = new AbortController();
  readonly #signal: AbortSignal | undefined;
  readonly #timer: NodeJS.Timeout | undefined;
  readonly #onAbort = (): void => this.#end({ drops: true, error: this.#signal?.reason });
  #records: Settled<T>[] = [];
  #callers: ((result: Result<T> | PromiseLike<Result<T>>) => void)[] = [];
  #ending: Ending | undefined;
  #open: number;

  constructor(all: readonly Task<T>[], { limit = all.length, timeout, signal }: Options) {
    this.#open = all.length;
    this.#signal = signal;
    const functions: (readonly [number, Extract<Task<T>, (...args: never) => unknown>])[] = [];
    for (const [index, task] of all.entries()) {
      if (typeof task === "function") functions.push([index, task]);
      else void this.#watch(index, async () => task);
    }
    if (this.#open === 0) return;
    if (signal?.aborted === true) {
      this.#onAbort();
      return;
    }
    signal?.addEventListener("abort", this.#onAbort);
    if (timeout !== undefined) this.#timer = setTimeout(() => this.#onTimeout(), timeout);

    const queue = functions.values();
    for (let lane = 0; lane < Math.min(limit, functions.length); lane++) void this.#lane(queue);
  }

  /** All lanes take from the same iterator, so no function is taken twice. */
  async #lane(queue: Iterable<readonly [number, Extract<Task<T>, (...a: never) => unknown>]>) {
    const context = { signal: this.#canceller.signal };
    for (const [index, start] of queue) {
      if (this.#ending !== undefined) return;
      await this.#watch(index, async () => start(context));
    }
  }

  async #watch(index: number, start: () => Promise<T>): Promise<void> {
    const record = await start().then(
      (value): Settled<T> => ({ index, status: "fulfilled", value }),
      (reason: unknown): Settled<T> => ({ index, status: "rejected", reason }),
    );
    if (this.#ending !== undefined) return;
    this.#records.push(record);
    if (--this.#open === 0) this.#tidy();
    this.#handOver();
  }

  #onTimeout(): void {
    this.#end({
      drops: false,
      error: Object.assign(new KataError("TIMEOUT"), { pending: this.#open }),
    });
  }

  #end(ending: Ending): void {
    this.#tidy();
    this.#ending = ending;
    if (ending.drops) this.#records = [];
    this.#canceller.abort();
    this.#handOver();
  }

  #tidy(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  #handOver(): void {
    const isOver = (): boolean => this.#open === 0 || this.#ending !== undefined;
    while (this.#callers.length > 0 && (this.#records.length > 0 || isOver())) {
      const caller = this.#callers.shift();
      const value = this.#records.shift();
      if (value !== undefined) caller?.({ done: false, value });
      else if (this.#ending !== undefined && "error" in this.#ending) {
        caller?.(Promise.reject(this.#ending.error));
        this.#ending = { drops: true };
      } else caller?.({ done: true, value: undefined });
    }
  }

  next(): Promise<Result<T>> {
    return new Promise((resolve) => {
      this.#callers.push(resolve);
      this.#handOver();
    });
  }

  async return(): Promise<Result<T>> {
    this.#end({ drops: true });
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  return new Completion([...tasks], options);
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
