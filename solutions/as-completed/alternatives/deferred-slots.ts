/** @alternative deferred-slots — an empty promise for each task and one for the end; each task that settles fills the next one */
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
type Slot<T> = PromiseWithResolvers<Result<T>>;

export function asCompleted<T>(
  tasks: Iterable<Task<T>>,
  options: Options = {},
): AsyncIterableIterator<Settled<T>> {
  refuse(options);
  const { limit = Infinity, timeout, signal } = options;
  const all = [...tasks];
  const upcoming = all
    .flatMap((task, index) => (typeof task === "function" ? [{ index, task }] : []))
    .values();
  const own = new AbortController();
  let slots: readonly Slot<T>[] = [...all, "end"].map(() => emptySlot<T>());
  let filled = 0;
  let given = 0;
  let running = 0;
  let isOver = false;
  let timer: NodeJS.Timeout | undefined;

  const cleanUp = (): void => {
    isOver = true;
    clearTimeout(timer);
    signal?.removeEventListener("abort", onAbort);
  };

  /** The first slot that is not kept gets the last word. Those that `next()` has given away stay. */
  const endEarly = (kept: number, lastWord: (slot: Slot<T>) => void): void => {
    cleanUp();
    own.abort();
    slots = [...slots.slice(0, Math.max(kept, given)), emptySlot<T>(), emptySlot<T>()];
    const [first, ...rest] = slots.slice(kept);
    if (first !== undefined) lastWord(first);
    for (const slot of rest) slot.resolve({ done: true, value: undefined });
  };

  const reject =
    (reason: unknown) =>
    ({ promise, reject }: Slot<T>): void => {
      promise.catch(() => undefined);
      reject(reason);
    };

  const onAbort = (): void => endEarly(Math.min(filled, given), reject(signal?.reason));

  const onTimeout = (): void => {
    const pending = all.length - filled;
    endEarly(filled, reject(Object.assign(new KataError("TIMEOUT"), { pending })));
  };

  const fill = (result: Result<T>): void => {
    if (!isOver) slots[filled++]?.resolve(result);
    if (filled < all.length || isOver) return;
    cleanUp();
    slots[filled]?.resolve({ done: true, value: undefined });
  };

  const observe = (index: number, task: PromiseLike<T>): Promise<void> =>
    Promise.resolve(task).then(
      (value) => fill({ done: false, value: { index, status: "fulfilled", value } }),
      (reason: unknown) => fill({ done: false, value: { index, status: "rejected", reason } }),
    );

  /** Called when there is room for a function. */
  const startFunctions = (): void => {
    if (isOver) return;
    for (const { index, task } of upcoming) {
      const call = async (): Promise<T> => task({ signal: own.signal });
      running++;
      void observe(index, call()).then(() => {
        running--;
        return startFunctions();
      });
      if (running >= limit || isOver) return;
    }
  };

  for (const [index, task] of all.entries()) {
    if (typeof task !== "function") void observe(index, task);
  }
  if (all.length === 0) {
    cleanUp();
    slots[0]?.resolve({ done: true, value: undefined });
  } else if (signal?.aborted === true) onAbort();
  else {
    signal?.addEventListener("abort", onAbort);
    if (timeout !== undefined) timer = setTimeout(onTimeout, timeout);
    startFunctions();
  }

  return {
    [Symbol.asyncIterator]() {
      return this;
    },
    async next() {
      const slot = (slots[given] ?? slots.at(-1)) as Slot<T>;
      given = Math.min(given + 1, slots.length);
      return slot.promise;
    },
    async return() {
      endEarly(Math.min(filled, given), (slot) => slot.resolve({ done: true, value: undefined }));
      return { done: true, value: undefined };
    },
  };
}

function emptySlot<T>(): Slot<T> {
  return Promise.withResolvers<Result<T>>();
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
