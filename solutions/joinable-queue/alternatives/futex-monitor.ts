/** @alternative futex-monitor — a three-state futex lock and three counted conditions in one array, no kit. */
import { Worker } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

const LOCK = 0;
const FIRST = 1;
const SIZE = 2;
const UNFINISHED = 3;
/** A condition is two words: a number to sleep on, and how many threads are asleep or about to be. */
const NOT_EMPTY = 4;
const NOT_FULL = 6;
const ALL_DONE = 8;
const RING = 10;

const FREE = 0;
const HELD = 1;
const CONTENDED = 2;

export class JoinableQueue {
  readonly handle: { readonly memory: SharedArrayBuffer };
  readonly #words: Int32Array;

  private constructor(memory: SharedArrayBuffer) {
    this.handle = { memory };
    this.#words = new Int32Array(memory);
  }

  static create({ maxsize }: { maxsize: number }): JoinableQueue {
    if (!Number.isInteger(maxsize) || maxsize < 1 || maxsize > 65_536) throw new RangeError();
    return new JoinableQueue(new SharedArrayBuffer(4 * (RING + maxsize)));
  }

  static attach(handle: unknown): JoinableQueue {
    return new JoinableQueue((handle as JoinableQueue["handle"]).memory);
  }

  get #maxsize(): number {
    return this.#words.length - RING;
  }

  put(item: number, { timeout }: { timeout?: number } = {}): void {
    const words = this.#words;
    const end = deadline(timeout);
    this.#locked(() => {
      while (words[SIZE] === this.#maxsize) {
        if (!this.#wait(NOT_FULL, end)) throw new KataError("FULL");
      }
      words[RING + ((words[FIRST]! + words[SIZE]!) % this.#maxsize)] = item;
      words[SIZE]!++;
      words[UNFINISHED]!++;
      this.#wake(NOT_EMPTY, 1);
    });
  }

  get({ timeout }: { timeout?: number } = {}): number {
    const words = this.#words;
    const end = deadline(timeout);
    return this.#locked(() => {
      while (words[SIZE] === 0) {
        if (!this.#wait(NOT_EMPTY, end)) throw new KataError("EMPTY");
      }
      const item = words[RING + words[FIRST]!]!;
      words[FIRST] = (words[FIRST]! + 1) % this.#maxsize;
      words[SIZE]!--;
      this.#wake(NOT_FULL, 1);
      return item;
    });
  }

  taskDone(): void {
    this.#locked(() => {
      if (this.#words[UNFINISHED] === 0) throw new KataError("TASK_DONE");
      this.#words[UNFINISHED]!--;
      if (this.#words[UNFINISHED] === 0) this.#wake(ALL_DONE, Infinity);
    });
  }

  join({ timeout }: { timeout?: number } = {}): boolean {
    const end = deadline(timeout);
    return this.#locked(() => {
      while (this.#words[UNFINISHED] !== 0) {
        if (!this.#wait(ALL_DONE, end)) return false;
      }
      return true;
    });
  }

  qsize(): number {
    return this.#locked(() => this.#words[SIZE]!);
  }

  unfinished(): number {
    return this.#locked(() => this.#words[UNFINISHED]!);
  }

  #locked<R>(act: () => R): R {
    this.#lock();
    try {
      return act();
    } finally {
      this.#unlock();
    }
  }

  #lock(): void {
    const words = this.#words;
    if (Atomics.compareExchange(words, LOCK, FREE, HELD) === FREE) return;
    while (Atomics.exchange(words, LOCK, CONTENDED) !== FREE) Atomics.wait(words, LOCK, CONTENDED);
  }

  #unlock(): void {
    if (Atomics.exchange(this.#words, LOCK, FREE) === CONTENDED) {
      Atomics.notify(this.#words, LOCK, 1);
    }
  }

  /** Called and left with the lock held, which is free in between; `false` if the time was up before. */
  #wait(condition: number, end: number): boolean {
    const words = this.#words;
    const left = end - performance.now();
    if (left <= 0) return false;
    const number = Atomics.load(words, condition);
    words[condition + 1]!++;
    this.#unlock();
    Atomics.wait(words, condition, number, left);
    this.#lock();
    words[condition + 1]!--;
    return true;
  }

  /** Called with the lock held. */
  #wake(condition: number, count: number): void {
    if (this.#words[condition + 1] === 0) return;
    Atomics.add(this.#words, condition, 1);
    Atomics.notify(this.#words, condition, count);
  }
}

function deadline(timeout = Infinity): number {
  if (!(timeout >= 0)) throw new RangeError(`timeout: ${timeout}`);
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
