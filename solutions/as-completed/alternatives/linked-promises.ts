/** @alternative linked-promises — a linked list: each cell is a promise of a result and of the cell behind it */
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

/** `take` gives the result, or throws; `rest` is where the next one will be. */
interface Cell<T> {
  readonly take: () => Result<T>;
  readonly rest: Promise<Cell<T>>;
}

const done = (): { readonly done: true; readonly value: undefined } => ({
  done: true,
  value: undefined,
});

/** The list's end: however often one goes on from here, it is done. */
function endOf<T>(): Promise<Cell<T>> {
  const end = Promise.withResolvers<Cell<T>>();
  end.resolve({ take: done, rest: end.promise });
  return end.promise;
}

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  const { timeout, signal } = options;
  const all = [...tasks];
  const own = new AbortController();
  let tail = Promise.withResolvers<Cell<T>>();
  let head = tail.promise;
  let unsettled = all.length;
  let undelivered = 0;

  const append = (take: Cell<T>["take"]): void => {
    const cell = tail;
    tail = Promise.withResolvers();
    cell.resolve({ take, rest: tail.promise });
  };
  const close = (): void => {
    own.signal.removeEventListener("abort", close);
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };
  /** Forgets what nobody has taken; calls that wait are at the end of the list already. */
  const drop = (): void => {
    if (undelivered <= 0) return;
    tail = Promise.withResolvers();
    head = tail.promise;
  };
  const end = (error?: { readonly reason: unknown }): void => {
    if (own.signal.aborted) return;
    own.abort();
    if (error !== undefined) {
      append(() => {
        throw error.reason;
      });
    }
    tail.resolve(endOf());
  };
  const onAbort = (): void => {
    drop();
    end({ reason: signal?.reason });
  };
  const onTimeout = (): void => {
    end({ reason: Object.assign(new KataError("TIMEOUT"), { pending: unsettled }) });
  };
  own.signal.addEventListener("abort", close);

  const settled = (value: Settled<T>): void => {
    if (own.signal.aborted) return;
    undelivered++;
    append(() => ({ done: false, value }));
    unsettled--;
    if (unsettled > 0) return;
    close();
    tail.resolve(endOf());
  };
  const watch = (index: number, promise: Promise<T>): Promise<void> =>
    promise.then(
      (value) => settled({ index, status: "fulfilled", value }),
      (reason: unknown) => settled({ index, status: "rejected", reason }),
    );

  const queue: (() => Promise<void>)[] = [];
  for (const [index, task] of all.entries()) {
    if (typeof task !== "function") void watch(index, Promise.resolve(task));
    else {
      queue.push(() => {
        const started = new Promise<T>((resolve) => resolve(task({ signal: own.signal })));
        return watch(index, started);
      });
    }
  }
  let timer: NodeJS.Timeout | undefined;
  if (all.length === 0) tail.resolve(endOf());
  else if (signal?.aborted === true) onAbort();
  else {
    signal?.addEventListener("abort", onAbort);
    if (timeout !== undefined) timer = setTimeout(onTimeout, timeout);
    /** Starts a function; its end starts another one. */
    const startOne = (): void => {
      if (own.signal.aborted) return;
      void queue.shift()?.().then(startOne);
    };
    const { limit = queue.length } = options;
    for (let i = Math.min(limit, queue.length); i > 0; i--) startOne();
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    next() {
      const cell = head;
      head = cell.then(({ rest }) => rest);
      undelivered--;
      return cell.then(({ take }) => take());
    },
    async return() {
      drop();
      end();
      head = endOf();
      return done();
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
