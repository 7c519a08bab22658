/**
 * @mutant slot-by-thread-id
 * @bug A thread uses the slot with the number of its threadId.
 * @killed-by T1b
 * @verdict crash
 * @diagnosis ids-are-no-indexes
 * @sees There are as many slots as threads, but a threadId is no index: the access is out of
 *   range.
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

export interface LockLike {
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
}

const OUTSIDE = 0;
const CHOOSING = -1;

interface BakeryHandle {
  readonly slots: number;
  readonly cells: SharedArrayBuffer;
}

class Bakery {
  readonly handle: BakeryHandle;
  readonly #owners: Int32Array;
  readonly #numbers: Int32Array;
  readonly #depths: Int32Array;
  #slot: number | undefined;

  constructor(handle: BakeryHandle) {
    const { slots, cells } = handle;
    this.handle = handle;
    this.#owners = new Int32Array(cells, 0, slots);
    this.#numbers = new Int32Array(cells, 4 * slots, slots);
    this.#depths = new Int32Array(cells, 8 * slots, slots);
  }

  static allocate(slots = 64): BakeryHandle {
    return { slots, cells: new SharedArrayBuffer(12 * slots) };
  }

  get depth(): number {
    return this.#depths[this.#mine]!;
  }

  set depth(depth: number) {
    this.#depths[this.#mine] = depth;
  }

  get isOccupied(): boolean {
    return this.#numbers.keys().some((slot) => Atomics.load(this.#numbers, slot) !== OUTSIDE);
  }

  enter(timeout: number): boolean {
    const deadline = performance.now() + timeout;
    const mine = this.#mine;
    if (!this.#waitWhile(mine, (number) => number !== OUTSIDE, deadline)) return false;
    Atomics.store(this.#numbers, mine, CHOOSING);
    let highest = 0;
    for (let slot = 0; slot < this.handle.slots; slot++) {
      if (slot !== mine) highest = Math.max(highest, Atomics.load(this.#numbers, slot));
    }
    const own = highest + 1;
    this.#change(mine, own);
    for (let slot = 0; slot < this.handle.slots; slot++) {
      if (slot === mine) continue;
      const isFirst = (number: number): boolean =>
        number !== OUTSIDE && (number < own || (number === own && slot < mine));
      if (!this.#waitWhile(slot, isFirst, deadline)) {
        this.#change(mine, OUTSIDE);
        return false;
      }
    }
    return true;
  }

  leave(): boolean {
    if (Atomics.load(this.#numbers, this.#mine) === OUTSIDE) return false;
    this.#change(this.#mine, OUTSIDE);
    return true;
  }

  get #mine(): number {
    this.#slot ??= this.#claim();
    return this.#slot;
  }

  #claim(): number {
    Atomics.store(this.#owners, threadId, threadId + 1);
    return threadId;
  }

  #change(slot: number, number: number): void {
    Atomics.store(this.#numbers, slot, number);
    Atomics.notify(this.#numbers, slot);
  }

  #waitWhile(slot: number, mustWait: (number: number) => boolean, deadline: number): boolean {
    for (;;) {
      const number = Atomics.load(this.#numbers, slot);
      if (!mustWait(number)) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#numbers, slot, number, left);
    }
  }
}

export class Lock implements LockLike {
  readonly handle: BakeryHandle;
  readonly #bakery: Bakery;

  private constructor(handle: BakeryHandle) {
    this.handle = handle;
    this.#bakery = new Bakery(handle);
  }

  static create(o?: { maxThreads?: number }): Lock {
    return new Lock(Bakery.allocate(o?.maxThreads));
  }

  static attach(handle: unknown): Lock {
    return new Lock(handle as BakeryHandle);
  }

  acquire(o?: { timeout?: number }): boolean {
    return this.#bakery.enter(timeoutOf(o));
  }

  release(): void {
    if (!this.#bakery.leave()) throw new KataError("NOT_LOCKED");
  }

  get locked(): boolean {
    return this.#bakery.isOccupied;
  }

  withLock<R>(fn: () => R): R {
    return holding(this, fn);
  }
}

export class RLock implements LockLike {
  readonly handle: BakeryHandle;
  readonly #bakery: Bakery;

  private constructor(handle: BakeryHandle) {
    this.handle = handle;
    this.#bakery = new Bakery(handle);
  }

  static create(o?: { maxThreads?: number }): RLock {
    return new RLock(Bakery.allocate(o?.maxThreads));
  }

  static attach(handle: unknown): RLock {
    return new RLock(handle as BakeryHandle);
  }

  acquire(o?: { timeout?: number }): boolean {
    const timeout = timeoutOf(o);
    if (this.#bakery.depth === 0 && !this.#bakery.enter(timeout)) return false;
    this.#bakery.depth += 1;
    return true;
  }

  release(): void {
    if (this.#bakery.depth === 0) throw new KataError("NOT_OWNER");
    this.#bakery.depth -= 1;
    if (this.#bakery.depth === 0) this.#bakery.leave();
  }

  get locked(): boolean {
    return this.#bakery.isOccupied;
  }

  withLock<R>(fn: () => R): R {
    return holding(this, fn);
  }
}

function timeoutOf({ timeout = Infinity }: { timeout?: number } = {}): number {
  if (timeout >= 0) return timeout;
  throw new RangeError(`a timeout is a number of at least 0, not ${timeout}`);
}

function holding<R>(lock: LockLike, fn: () => R): R {
  lock.acquire();
  try {
    return fn();
  } finally {
    lock.release();
  }
}

export interface Table {
  readonly forks: readonly LockLike[];
  readonly waiter: LockLike;
}

export function dine(me: number, { forks }: Table, eat: () => void, meals: number): void {
  let first = forks[me]!;
  let second = forks[(me + 1) % forks.length]!;
  for (let i = 0; i < meals; i++) {
    first.acquire();
    while (!second.acquire({ timeout: 0 })) {
      first.release();
      [first, second] = [second, first];
      first.acquire();
    }
    try {
      eat();
    } finally {
      second.release();
      first.release();
    }
  }
}
