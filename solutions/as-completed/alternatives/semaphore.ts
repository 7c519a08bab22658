/** @alternative semaphore — a semaphore that starters queue at, and a runAll() of its own */
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

/** Permits, and those who wait for one, in the order of their coming. */
class Semaphore {
  #permits: number;
  readonly #waiting: (() => void)[] = [];

  constructor(permits: number) {
    this.#permits = permits;
  }

  acquire(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#permits > 0) {
        this.#permits--;
        resolve();
      } else this.#waiting.push(resolve);
    });
  }

  release(): void {
    const next = this.#waiting.shift();
    if (next === undefined) this.#permits++;
    else next();
  }
}

interface Sink<T> {
  record(record: Settled<T>): void;
  /** Every task has settled. */
  end(): void;
  late(error: KataError): void;
  aborted(reason: unknown): void;
}

/** Runs the tasks and tells the sink; what it returns stops that. */
function run<T>(all: readonly Task<T>[], options: Options, sink: Sink<T>): () => void {
  const { limit = Infinity, timeout, signal } = options;
  const own = new AbortController();
  const semaphore = new Semaphore(limit);
  let pending = all.length;
  let timer: NodeJS.Timeout | undefined;

  function tidy(): void {
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  }
  function stop(): void {
    tidy();
    own.abort();
  }
  function onAbort(): void {
    stop();
    sink.aborted(signal?.reason);
  }
  function onTimeout(): void {
    stop();
    sink.late(Object.assign(new KataError("TIMEOUT"), { pending }));
  }
  function settled(record: Settled<T>): void {
    if (own.signal.aborted) return;
    pending--;
    sink.record(record);
    if (pending > 0) return;
    tidy();
    sink.end();
  }
  function watch(index: number, task: PromiseLike<T> | T): Promise<void> {
    return Promise.resolve(task).then(
      (value) => settled({ index, status: "fulfilled", value }),
      (reason: unknown) => settled({ index, status: "rejected", reason }),
    );
  }
  async function start(index: number, task: () => PromiseLike<T> | T): Promise<void> {
    await semaphore.acquire();
    if (own.signal.aborted) return;
    const call = async (): Promise<T> => task();
    await watch(index, call());
    semaphore.release();
  }

  for (const [index, task] of all.entries()) {
    if (typeof task !== "function") void watch(index, task);
    else void start(index, () => task({ signal: own.signal }));
  }
  if (pending === 0) sink.end();
  else if (signal?.aborted === true) onAbort();
  else {
    signal?.addEventListener("abort", onAbort);
    if (timeout !== undefined) timer = setTimeout(onTimeout, timeout);
  }
  return stop;
}

type Result<T> = IteratorResult<Settled<T>, undefined>;

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  /** Answers without a call, or calls without an answer. */
  let answers: (Result<T> | { readonly error: unknown })[] = [];
  const calls: PromiseWithResolvers<Result<T>>[] = [];
  let isOver = false;

  function flush(): void {
    while (calls.length > 0) {
      if (answers.length === 0 && !isOver) return;
      const call = calls.shift();
      const answer = answers.shift() ?? { done: true, value: undefined };
      if ("error" in answer) call?.reject(answer.error);
      else call?.resolve(answer);
    }
  }
  function over(): void {
    isOver = true;
    flush();
  }
  const stop = run([...tasks], options, {
    record(value) {
      answers.push({ done: false, value });
      flush();
    },
    end: over,
    late(error) {
      answers.push({ error });
      over();
    },
    aborted(reason) {
      answers = [{ error: reason }];
      over();
    },
  });

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const call = Promise.withResolvers<Result<T>>();
      calls.push(call);
      flush();
      return call.promise;
    },
    async return() {
      stop();
      answers = [];
      over();
      return { done: true, value: undefined };
    },
  };
}

/** No iterator is needed when nobody wants the order of settling. */
export function runAll<T>(tasks: Iterable<Task<T>>, options: Options = {}): Promise<Settled<T>[]> {
  refuse(options);
  const all = [...tasks];
  const records: Settled<T>[] = [];
  return new Promise((resolve, reject) => {
    run(all, options, {
      record(record) {
        records.push(record);
      },
      end: () => resolve(records.sort((a, b) => a.index - b.index)),
      late: reject,
      aborted: reject,
    });
  });
}

function refuse({ limit = 1, timeout = 0 }: Options): void {
  if (!Number.isInteger(limit) || limit < 1) {
    throw new RangeError(`limit is a whole number of at least 1, not ${limit}`);
  }
  if (!(timeout >= 0)) throw new RangeError(`timeout is a number of at least 0, not ${timeout}`);
}
