/**
 * @mutant slot-kept-when-late
 * @bug put() that has its slot and runs out of time at the lock gives up and keeps the slot.
 * @killed-by T5
 * @verdict violation
 * @diagnosis phantom-slot
 * @sees The put() says FULL, and rightly stores nothing. But its slot is never free again: the
 *   queue for one is empty and full at once.
 */
import { Worker } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

const SLOTS = 0;
const ITEMS = 1;
const LOCK = 2;
const UNFINISHED = 3;
/** Positions of the next put and the next get in the ring, and the items between them; under the lock. */
const LAST = 4;
const FIRST = 5;
const SIZE = 6;
const RING = 7;

/** Takes one of `words[index]` as soon as there is one, or returns `false` at `end`. */
function acquire(words: Int32Array, index: number, end = Infinity): boolean {
  for (;;) {
    const count = Atomics.load(words, index);
    if (count > 0) {
      if (Atomics.compareExchange(words, index, count, count - 1) === count) return true;
    } else {
      const left = end - performance.now();
      if (left <= 0) return false;
      Atomics.wait(words, index, 0, left);
    }
  }
}

function release(words: Int32Array, index: number): void {
  Atomics.add(words, index, 1);
  Atomics.notify(words, index, 1);
}

export class JoinableQueue {
  readonly handle: SharedArrayBuffer;
  readonly #words: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#words = new Int32Array(handle);
  }

  static create({ maxsize }: { maxsize: number }): JoinableQueue {
    if (!(Number.isInteger(maxsize) && maxsize >= 1 && maxsize <= 65_536)) {
      throw new RangeError(`a queue for ${maxsize} items`);
    }
    const words = new Int32Array(new SharedArrayBuffer(4 * (RING + maxsize)));
    words[SLOTS] = maxsize;
    words[LOCK] = 1;
    return new JoinableQueue(words.buffer);
  }

  static attach(handle: unknown): JoinableQueue {
    return new JoinableQueue(handle as SharedArrayBuffer);
  }

  put(item: number, o?: { timeout?: number }): void {
    const words = this.#words;
    const end = endOf(o?.timeout);
    if (!acquire(words, SLOTS, end) || !acquire(words, LOCK, end)) throw new KataError("FULL");
    const last = words[LAST]!;
    words[RING + last] = item;
    words[LAST] = this.#after(last);
    words[SIZE]!++;
    release(words, LOCK);
    Atomics.add(words, UNFINISHED, 1);
    release(words, ITEMS);
  }

  get(o?: { timeout?: number }): number {
    const words = this.#words;
    if (!acquire(words, ITEMS, endOf(o?.timeout))) throw new KataError("EMPTY");
    acquire(words, LOCK);
    const first = words[FIRST]!;
    const item = words[RING + first]!;
    words[FIRST] = this.#after(first);
    words[SIZE]!--;
    release(words, LOCK);
    release(words, SLOTS);
    return item;
  }

  taskDone(): void {
    for (;;) {
      const tasks = Atomics.load(this.#words, UNFINISHED);
      if (tasks === 0) throw new KataError("TASK_DONE");
      if (Atomics.compareExchange(this.#words, UNFINISHED, tasks, tasks - 1) !== tasks) continue;
      if (tasks === 1) Atomics.notify(this.#words, UNFINISHED);
      return;
    }
  }

  join(o?: { timeout?: number }): boolean {
    const end = endOf(o?.timeout);
    for (;;) {
      const tasks = Atomics.load(this.#words, UNFINISHED);
      if (tasks === 0) return true;
      const left = end - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#words, UNFINISHED, tasks, left);
    }
  }

  qsize(): number {
    acquire(this.#words, LOCK);
    const size = this.#words[SIZE]!;
    release(this.#words, LOCK);
    return size;
  }

  unfinished(): number {
    return Atomics.load(this.#words, UNFINISHED);
  }

  #after(position: number): number {
    return (position + 1) % (this.#words.length - RING);
  }
}

function endOf(timeout = Infinity): number {
  if (Number.isNaN(timeout) || timeout < 0) throw new RangeError(`a timeout of ${timeout}`);
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
