/** @alternative changed-cell — one kit Mutex, one number that every change adds to, and everybody is woken. */
import { Worker } from "node:worker_threads";
import { KataError, Mutex } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly state: SharedArrayBuffer;
  readonly items: SharedArrayBuffer;
  readonly mutex: Mutex["handle"];
}

/** How often anything has changed: what all waiting threads sleep on. */
const CHANGED = 0;
const PUT = 1;
const GOT = 2;
const DONE = 3;

export class JoinableQueue {
  readonly handle: Handle;
  readonly #state: Int32Array;
  readonly #items: Int32Array;
  readonly #mutex: Mutex;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#state = new Int32Array(handle.state);
    this.#items = new Int32Array(handle.items);
    this.#mutex = Mutex.attach(handle.mutex);
  }

  static create({ maxsize }: { maxsize: number }): JoinableQueue {
    if (!Number.isInteger(maxsize) || maxsize < 1 || maxsize > 2 ** 16) {
      throw new RangeError(`no queue holds ${maxsize} items`);
    }
    return new JoinableQueue({
      state: new SharedArrayBuffer(16),
      items: new SharedArrayBuffer(4 * maxsize),
      mutex: Mutex.create().handle,
    });
  }

  static attach(handle: unknown): JoinableQueue {
    return new JoinableQueue(handle as Handle);
  }

  put(item: number, o: { timeout?: number } = {}): void {
    const isStored = this.#when(
      () => this.#size < this.#items.length,
      () => {
        this.#items[this.#state[PUT]! % this.#items.length] = item;
        this.#step(PUT);
      },
      o.timeout,
    );
    if (!isStored) throw new KataError("FULL");
  }

  get(o: { timeout?: number } = {}): number {
    let item = 0;
    const isTaken = this.#when(
      () => this.#size > 0,
      () => {
        item = this.#items[this.#state[GOT]! % this.#items.length]!;
        this.#step(GOT);
      },
      o.timeout,
    );
    if (!isTaken) throw new KataError("EMPTY");
    return item;
  }

  taskDone(): void {
    this.#mutex.withLock(() => {
      if (this.#unfinished === 0) throw new KataError("TASK_DONE");
      this.#step(DONE);
    });
  }

  join(o: { timeout?: number } = {}): boolean {
    return this.#when(
      () => this.#unfinished === 0,
      () => undefined,
      o.timeout,
    );
  }

  qsize(): number {
    return this.#mutex.withLock(() => this.#size);
  }

  unfinished(): number {
    return this.#mutex.withLock(() => this.#unfinished);
  }

  // The numbers run on to 2^32 and begin again; their differences stay right.
  get #size(): number {
    return (this.#state[PUT]! - this.#state[GOT]!) | 0;
  }

  get #unfinished(): number {
    return (this.#state[PUT]! - this.#state[DONE]!) | 0;
  }

  #step(counter: number): void {
    this.#state[counter]!++;
    Atomics.add(this.#state, CHANGED, 1);
    Atomics.notify(this.#state, CHANGED);
  }

  /** Does `act` under the lock as soon as `holds`; `false` if that was not in time. */
  #when(holds: () => boolean, act: () => void, timeout = Infinity): boolean {
    if (!(timeout >= 0)) throw new RangeError(`not a timeout: ${timeout}`);
    const end = Date.now() + timeout;
    for (;;) {
      this.#mutex.lock();
      const isReady = holds();
      if (isReady) act();
      const seen = Atomics.load(this.#state, CHANGED);
      this.#mutex.unlock();
      if (isReady) return true;
      const left = end - Date.now();
      if (left <= 0) return false;
      Atomics.wait(this.#state, CHANGED, seen, left);
    }
  }
}

/** Cooks put dishes, eaters process them for ever; the eaters are ended when all is done. */
export async function runKitchen(o: {
  cooks: number;
  dishes: number;
  eaters: number;
  maxsize: number;
}): Promise<{ eaten: number[] }> {
  const queue = JoinableQueue.create({ maxsize: o.maxsize }).handle;
  const plates = new SharedArrayBuffer((1 + o.cooks * o.dishes) * Int32Array.BYTES_PER_ELEMENT);
  const eaters = Array.from({ length: o.eaters }, () => start("eater", { queue, plates }));
  const cooks = Array.from({ length: o.cooks }, (_, i) =>
    start("cook", { queue, first: i * o.dishes, dishes: o.dishes }),
  );
  try {
    // A cook ends after its join(), so when all of them have ended, every dish is done.
    await Promise.race([Promise.all(cooks.map(ended)), ...eaters.map(ended)]);
  } finally {
    await Promise.all([...cooks, ...eaters].map((worker) => worker.terminate()));
  }
  const words = new Int32Array(plates);
  return { eaten: [...words.subarray(1, 1 + words[0]!)] };
}

function start(who: "cook" | "eater", workerData: unknown): Worker {
  return new Worker(new URL(`../given/${who}.ts`, import.meta.url), { workerData });
}

/** Settles when the worker has: with its error, if it had one. */
function ended(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", () => {
      resolve();
    });
  });
}
