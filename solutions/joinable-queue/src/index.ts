import { Worker } from "node:worker_threads";
import { KataError, Mutex } from "@concurrency-katas/grader/kit";

/** The queue itself, read and written only by the holder of the lock. */
const FIRST = 0;
const SIZE = 1;
/** Items put and not yet reported as done; changed by atomic steps, and joiners sleep on it. */
const UNFINISHED = 2;
/** One more with every put, and with every get: numbers to sleep on. */
const PUTS = 3;
const GETS = 4;
/** Here the ring of items begins. */
const RING = 5;

interface QueueHandle {
  readonly words: SharedArrayBuffer;
  readonly lock: Mutex["handle"];
}

export class JoinableQueue {
  readonly handle: QueueHandle;
  readonly #words: Int32Array;
  readonly #lock: Mutex;
  readonly #maxsize: number;

  private constructor(handle: QueueHandle) {
    this.handle = handle;
    this.#words = new Int32Array(handle.words);
    this.#lock = Mutex.attach(handle.lock);
    this.#maxsize = this.#words.length - RING;
  }

  static create({ maxsize }: { maxsize: number }): JoinableQueue {
    if (!Number.isInteger(maxsize) || maxsize < 1 || maxsize > 65_536) {
      throw new RangeError(`maxsize is a whole number from 1 to 65536, not ${maxsize}`);
    }
    const words = new SharedArrayBuffer((RING + maxsize) * Int32Array.BYTES_PER_ELEMENT);
    return new JoinableQueue({ words, lock: Mutex.create().handle });
  }

  static attach(handle: unknown): JoinableQueue {
    return new JoinableQueue(handle as QueueHandle);
  }

  put(item: number, o: { timeout?: number } = {}): void {
    const words = this.#words;
    const end = deadline(o.timeout);
    this.#lockWhen(() => words[SIZE]! < this.#maxsize, GETS, end, "FULL");
    words[RING + ((words[FIRST]! + words[SIZE]!) % this.#maxsize)] = item;
    words[SIZE]! += 1;
    Atomics.add(words, UNFINISHED, 1); // before anybody can get the item and call it done
    this.#lock.unlock();
    this.#announce(PUTS);
  }

  get(o: { timeout?: number } = {}): number {
    const words = this.#words;
    const end = deadline(o.timeout);
    this.#lockWhen(() => words[SIZE]! > 0, PUTS, end, "EMPTY");
    const item = words[RING + words[FIRST]!]!;
    words[FIRST] = (words[FIRST]! + 1) % this.#maxsize;
    words[SIZE]! -= 1;
    this.#lock.unlock();
    this.#announce(GETS);
    return item;
  }

  taskDone(): void {
    const words = this.#words;
    let seen = Atomics.load(words, UNFINISHED);
    for (;;) {
      if (seen === 0) throw new KataError("TASK_DONE", "more taskDone() than put()");
      const found = Atomics.compareExchange(words, UNFINISHED, seen, seen - 1);
      if (found === seen) break;
      seen = found;
    }
    if (seen === 1) Atomics.notify(words, UNFINISHED); // all joiners
  }

  join(o: { timeout?: number } = {}): boolean {
    const words = this.#words;
    const end = deadline(o.timeout);
    for (;;) {
      const seen = Atomics.load(words, UNFINISHED);
      if (seen === 0) return true;
      const left = end - performance.now();
      if (left <= 0) return false;
      Atomics.wait(words, UNFINISHED, seen, left);
    }
  }

  qsize(): number {
    return this.#lock.withLock(() => this.#words[SIZE]!);
  }

  unfinished(): number {
    return Atomics.load(this.#words, UNFINISHED);
  }

  /** Returns with the lock held and `holds()` true, or throws `code` without it. */
  #lockWhen(holds: () => boolean, changes: number, end: number, code: string): void {
    this.#lock.lock();
    while (!holds()) {
      // Read under the lock: whoever makes it hold from here on also changes this number.
      const seen = Atomics.load(this.#words, changes);
      this.#lock.unlock();
      const left = end - performance.now();
      if (left <= 0) throw new KataError(code);
      Atomics.wait(this.#words, changes, seen, left);
      this.#lock.lock();
    }
  }

  /** Wakes one of those who wait for this change, also if it has not fallen asleep yet. */
  #announce(changes: number): void {
    Atomics.add(this.#words, changes, 1);
    Atomics.notify(this.#words, changes, 1);
  }
}

/** When a call has to give up, on the clock of `performance.now()`. */
function deadline(timeout = Infinity): number {
  if (!(timeout >= 0)) throw new RangeError(`a timeout is a number of at least 0, not ${timeout}`);
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
