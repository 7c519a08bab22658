/** @alternative two-locks — one lock for producers, one for consumers; the size between them is atomic. */
import { Worker } from "node:worker_threads";
import { KataError, Mutex } from "@concurrency-katas/grader/kit";

const SIZE = 0;
const UNFINISHED = 1;
const PUTS = 2;
const GETS = 3;
/** Where the next item goes: under the producers' lock. */
const LAST = 4;
/** Where the next item is: under the consumers' lock. */
const FIRST = 5;
const RING = 6;

interface Handle {
  readonly memory: SharedArrayBuffer;
  readonly producers: Mutex["handle"];
  readonly consumers: Mutex["handle"];
}

export class JoinableQueue {
  readonly handle: Handle;
  readonly #words: Int32Array;
  readonly #ring: Int32Array;
  readonly #producers: Mutex;
  readonly #consumers: Mutex;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#words = new Int32Array(handle.memory, 0, RING);
    this.#ring = new Int32Array(handle.memory, 4 * RING);
    this.#producers = Mutex.attach(handle.producers);
    this.#consumers = Mutex.attach(handle.consumers);
  }

  static create({ maxsize }: { maxsize: number }): JoinableQueue {
    if (!Number.isInteger(maxsize) || maxsize < 1 || maxsize > 65_536) {
      throw new RangeError(`maxsize must be 1 to 65536, not ${maxsize}`);
    }
    return new JoinableQueue({
      memory: new SharedArrayBuffer(4 * (RING + maxsize)),
      producers: Mutex.create().handle,
      consumers: Mutex.create().handle,
    });
  }

  static attach(handle: unknown): JoinableQueue {
    return new JoinableQueue(handle as Handle);
  }

  put(item: number, options?: { timeout?: number }): void {
    const words = this.#words;
    const hasRoom = (): boolean => Atomics.load(words, SIZE) < this.#ring.length;
    if (!this.#enter(this.#producers, GETS, hasRoom, options?.timeout)) throw new KataError("FULL");
    const last = words[LAST]!;
    this.#ring[last] = item;
    words[LAST] = (last + 1) % this.#ring.length;
    Atomics.add(words, UNFINISHED, 1);
    Atomics.add(words, SIZE, 1);
    this.#producers.unlock();
    this.#announce(PUTS);
  }

  get(options?: { timeout?: number }): number {
    const words = this.#words;
    const hasItem = (): boolean => Atomics.load(words, SIZE) > 0;
    if (!this.#enter(this.#consumers, PUTS, hasItem, options?.timeout)) {
      throw new KataError("EMPTY");
    }
    const first = words[FIRST]!;
    const item = this.#ring[first]!;
    words[FIRST] = (first + 1) % this.#ring.length;
    Atomics.sub(words, SIZE, 1);
    this.#consumers.unlock();
    this.#announce(GETS);
    return item;
  }

  taskDone(): void {
    let before: number;
    do {
      before = Atomics.load(this.#words, UNFINISHED);
      if (before === 0) throw new KataError("TASK_DONE");
    } while (Atomics.compareExchange(this.#words, UNFINISHED, before, before - 1) !== before);
    Atomics.notify(this.#words, UNFINISHED);
  }

  join(options?: { timeout?: number }): boolean {
    const end = endOf(options?.timeout);
    let tasks = Atomics.load(this.#words, UNFINISHED);
    while (tasks > 0) {
      const left = end - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#words, UNFINISHED, tasks, left);
      tasks = Atomics.load(this.#words, UNFINISHED);
    }
    return true;
  }

  qsize(): number {
    return Atomics.load(this.#words, SIZE);
  }

  unfinished(): number {
    return Atomics.load(this.#words, UNFINISHED);
  }

  /** Takes `lock` when `isReady`, which the other side makes true without this lock. */
  #enter(lock: Mutex, change: number, isReady: () => boolean, timeout?: number): boolean {
    const end = endOf(timeout);
    for (;;) {
      lock.lock();
      // First the number, then the look: a change between the two makes the wait return at once.
      const seen = Atomics.load(this.#words, change);
      if (isReady()) return true;
      lock.unlock();
      const left = end - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#words, change, seen, left);
    }
  }

  #announce(change: number): void {
    Atomics.add(this.#words, change, 1);
    Atomics.notify(this.#words, change, 1);
  }
}

function endOf(timeout = Infinity): number {
  if (Number.isNaN(timeout) || timeout < 0) throw new RangeError(`no such timeout: ${timeout}`);
  return performance.now() + timeout;
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
