/** @alternative pull-stream — a small readable stream: chunks in a queue, reads in another, an error or an end behind them */
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

/** What a reader gets: a value, or what throws. */
type Chunk<V> = () => V;

interface Controller<V> {
  /** Adds a chunk for the next read. */
  enqueue(chunk: Chunk<V>): void;
  /** No chunk comes after those that are there. */
  close(): void;
  /** Drops all chunks; the next read rejects. */
  error(reason: unknown): void;
}

/** As much of a `ReadableStream` as is needed here. */
class Stream<V> {
  #chunks: Chunk<V>[] = [];
  #reads: PromiseWithResolvers<IteratorResult<V, undefined>>[] = [];
  #isClosed = false;
  readonly #cancel: () => void;

  constructor(source: { start: (controller: Controller<V>) => void; cancel: () => void }) {
    this.#cancel = source.cancel;
    source.start({
      enqueue: (chunk) => {
        if (this.#isClosed) return;
        this.#chunks.push(chunk);
        this.#flow();
      },
      close: () => this.#close(),
      error: (reason) => {
        if (this.#isClosed) return;
        this.#chunks = [
          () => {
            throw reason;
          },
        ];
        this.#close();
      },
    });
  }

  read(): Promise<IteratorResult<V, undefined>> {
    const read = Promise.withResolvers<IteratorResult<V, undefined>>();
    this.#reads.push(read);
    this.#flow();
    return read.promise;
  }

  cancel(): void {
    this.#chunks = [];
    this.#close();
    this.#cancel();
  }

  #close(): void {
    this.#isClosed = true;
    this.#flow();
  }

  #flow(): void {
    while (this.#reads.length > 0 && (this.#chunks.length > 0 || this.#isClosed)) {
      const read = this.#reads.shift();
      const chunk = this.#chunks.shift();
      try {
        read?.resolve(
          chunk === undefined ? { done: true, value: undefined } : { done: false, value: chunk() },
        );
      } catch (error) {
        read?.reject(error);
      }
    }
  }
}

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  const all = [...tasks];
  let stop = (): void => undefined;
  const stream = new Stream<Settled<T>>({
    start(controller) {
      stop = run(all, options, controller);
    },
    cancel: () => stop(),
  });
  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next: () => stream.read(),
    async return() {
      stream.cancel();
      return { done: true, value: undefined };
    },
  };
}

/** Feeds the stream; the function that it returns stops that. */
function run<T>(
  all: readonly Task<T>[],
  { limit = Infinity, timeout, signal }: Options,
  controller: Controller<Settled<T>>,
): () => void {
  const own = new AbortController();
  const waiting: (() => void)[] = [];
  let running = 0;
  let pending = all.length;

  const tidy = (): void => {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
  const stop = (): void => {
    tidy();
    own.abort();
    waiting.length = 0;
  };
  const onAbort = (): void => {
    stop();
    controller.error(signal?.reason);
  };
  const onTimeout = (): void => {
    stop();
    const error = Object.assign(new KataError("TIMEOUT"), { pending });
    controller.enqueue(() => {
      throw error;
    });
    controller.close();
  };

  const settle = (record: Settled<T>): void => {
    if (own.signal.aborted) return;
    controller.enqueue(() => record);
    pending--;
    if (pending > 0) return;
    tidy();
    controller.close();
  };
  const watch = (index: number, promise: Promise<T>): Promise<void> =>
    promise.then(
      (value) => settle({ index, status: "fulfilled", value }),
      (reason: unknown) => settle({ index, status: "rejected", reason }),
    );
  const fillUp = (): void => {
    while (waiting.length > 0) {
      if (running >= limit) return;
      waiting.shift()?.();
    }
  };

  let timer: NodeJS.Timeout | undefined;
  for (const [index, task] of all.entries()) {
    if (typeof task !== "function") void watch(index, Promise.resolve(task));
    else {
      waiting.push(() => {
        running++;
        const promise = new Promise<T>((resolve) => resolve(task({ signal: own.signal })));
        void watch(index, promise).finally(() => {
          running--;
          fillUp();
        });
      });
    }
  }
  if (pending === 0) controller.close();
  else if (signal?.aborted === true) onAbort();
  else {
    signal?.addEventListener("abort", onAbort, { once: true });
    if (timeout !== undefined) timer = setTimeout(onTimeout, timeout);
    fillUp();
  }
  return stop;
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
