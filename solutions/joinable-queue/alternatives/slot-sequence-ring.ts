/**
 * @alternative slot-sequence-ring — Vyukov's bounded queue: no lock, a number in each slot says whose turn it is.
 *
 * The number of slot `p % maxsize` is `2p` while it is free for position `p`, `2p + 1` while it holds
 * its item. A thread owns a position when its exchange of `HEAD` or `TAIL` has succeeded; who finds a
 * slot owned but not ready waits for its owner as for a lock, without a time limit.
 */
import { Worker } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

/** Positions of the next get and the next put: 64 bits, so that they never come back. */
const HEAD = 0;
const TAIL = 1;
/** How often all tasks were done, above the number of unfinished ones: a joiner cannot miss it. */
const TASKS = 2;
const TURNS = 3;

const DRAINED = 32n;
const COUNT = (1n << DRAINED) - 1n;

interface Handle {
  readonly numbers: SharedArrayBuffer;
  readonly items: SharedArrayBuffer;
}

export class JoinableQueue {
  readonly handle: Handle;
  readonly #numbers: BigInt64Array;
  readonly #items: Int32Array;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#numbers = new BigInt64Array(handle.numbers);
    this.#items = new Int32Array(handle.items);
  }

  static create({ maxsize }: { maxsize: number }): JoinableQueue {
    if (!Number.isInteger(maxsize) || maxsize < 1 || maxsize > 65_536) {
      throw new RangeError(`maxsize ${maxsize}`);
    }
    const queue = new JoinableQueue({
      numbers: new SharedArrayBuffer(8 * (TURNS + maxsize)),
      items: new SharedArrayBuffer(4 * maxsize),
    });
    for (let slot = 0; slot < maxsize; slot++) queue.#numbers[TURNS + slot] = BigInt(2 * slot);
    return queue;
  }

  static attach(handle: unknown): JoinableQueue {
    return new JoinableQueue(handle as Handle);
  }

  put(item: number, { timeout = Infinity }: { timeout?: number } = {}): void {
    const until = deadline(timeout);
    const numbers = this.#numbers;
    for (;;) {
      const position = Atomics.load(numbers, TAIL);
      const slot = this.#slot(position);
      const turn = Atomics.load(numbers, TURNS + slot);
      if (turn === 2n * position) {
        if (!this.#claim(TAIL, position)) continue;
        this.#items[slot] = item;
        Atomics.add(numbers, TASKS, 1n);
        this.#pass(slot, 2n * position + 1n);
        return;
      }
      if (turn > 2n * position) continue; // another thread has put there since
      const isFull = Atomics.load(numbers, HEAD) + BigInt(this.#items.length) === position;
      const left = isFull ? until - performance.now() : Infinity;
      if (left <= 0) throw new KataError("FULL");
      Atomics.wait(numbers, TURNS + slot, turn, left);
    }
  }

  get({ timeout = Infinity }: { timeout?: number } = {}): number {
    const until = deadline(timeout);
    const numbers = this.#numbers;
    for (;;) {
      const position = Atomics.load(numbers, HEAD);
      const slot = this.#slot(position);
      const turn = Atomics.load(numbers, TURNS + slot);
      if (turn === 2n * position + 1n) {
        if (!this.#claim(HEAD, position)) continue;
        const item = this.#items[slot]!;
        this.#pass(slot, 2n * (position + BigInt(this.#items.length)));
        return item;
      }
      if (turn > 2n * position + 1n) continue; // another thread has got it since
      const isEmpty = Atomics.load(numbers, TAIL) === position;
      const left = isEmpty ? until - performance.now() : Infinity;
      if (left <= 0) throw new KataError("EMPTY");
      Atomics.wait(numbers, TURNS + slot, turn, left);
    }
  }

  taskDone(): void {
    let seen = Atomics.load(this.#numbers, TASKS);
    for (;;) {
      const count = seen & COUNT;
      if (count === 0n) throw new KataError("TASK_DONE");
      const next = count === 1n ? seen - 1n + (1n << DRAINED) : seen - 1n;
      const found = Atomics.compareExchange(this.#numbers, TASKS, seen, next);
      if (found === seen) {
        if (count === 1n) Atomics.notify(this.#numbers, TASKS);
        return;
      }
      seen = found;
    }
  }

  join({ timeout = Infinity }: { timeout?: number } = {}): boolean {
    const until = deadline(timeout);
    const first = Atomics.load(this.#numbers, TASKS);
    let seen = first;
    while ((seen & COUNT) !== 0n && seen >> DRAINED === first >> DRAINED) {
      const left = until - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#numbers, TASKS, seen, left);
      seen = Atomics.load(this.#numbers, TASKS);
    }
    return true;
  }

  qsize(): number {
    for (;;) {
      const tail = Atomics.load(this.#numbers, TAIL);
      const head = Atomics.load(this.#numbers, HEAD);
      if (Atomics.load(this.#numbers, TAIL) === tail) return Number(tail - head);
    }
  }

  unfinished(): number {
    return Number(Atomics.load(this.#numbers, TASKS) & COUNT);
  }

  #slot(position: bigint): number {
    return Number(position % BigInt(this.#items.length));
  }

  #claim(end: number, position: bigint): boolean {
    return Atomics.compareExchange(this.#numbers, end, position, position + 1n) === position;
  }

  #pass(slot: number, turn: bigint): void {
    Atomics.store(this.#numbers, TURNS + slot, turn);
    Atomics.notify(this.#numbers, TURNS + slot);
  }
}

function deadline(timeout: number): number {
  if (Number.isNaN(timeout) || timeout < 0) throw new RangeError(`timeout ${timeout}`);
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
