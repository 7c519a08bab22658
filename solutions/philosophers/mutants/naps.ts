/**
 * @mutant naps
 * @bug acquire() sleeps for a millisecond at a time, and nobody ever wakes it.
 * @killed-by C1
 * @verdict livelock
 * @diagnosis progress-only-by-timeout
 * @sees A thread that waits gets on only because its sleep times out.
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

export interface LockLike {
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
}

const FREE = 0;

class Word {
  readonly #cells: Int32Array;

  constructor(memory: SharedArrayBuffer) {
    this.#cells = new Int32Array(memory);
  }

  get value(): number {
    return Atomics.load(this.#cells, 0);
  }

  take(mine: number, timeout: number): boolean {
    const deadline = performance.now() + timeout;
    for (;;) {
      const found = Atomics.compareExchange(this.#cells, 0, FREE, mine);
      if (found === FREE) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#cells, 0, found, Math.min(left, 1));
    }
  }

  clear(): void {
    Atomics.store(this.#cells, 0, FREE);
  }
}

export class Lock implements LockLike {
  readonly handle: SharedArrayBuffer;
  readonly #word: Word;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#word = new Word(handle);
  }

  static create(_o?: { maxThreads?: number }): Lock {
    return new Lock(new SharedArrayBuffer(4));
  }

  static attach(handle: unknown): Lock {
    return new Lock(handle as SharedArrayBuffer);
  }

  acquire(o?: { timeout?: number }): boolean {
    return this.#word.take(1, timeoutOf(o));
  }

  release(): void {
    if (this.#word.value === FREE) throw new KataError("NOT_LOCKED");
    this.#word.clear();
  }

  get locked(): boolean {
    return this.#word.value !== FREE;
  }

  withLock<R>(fn: () => R): R {
    return holding(this, fn);
  }
}

interface RLockHandle {
  readonly owner: SharedArrayBuffer;
  readonly depth: SharedArrayBuffer;
}

export class RLock implements LockLike {
  readonly handle: RLockHandle;
  readonly #owner: Word;
  readonly #depth: Int32Array;

  private constructor(handle: RLockHandle) {
    this.handle = handle;
    this.#owner = new Word(handle.owner);
    this.#depth = new Int32Array(handle.depth);
  }

  static create(_o?: { maxThreads?: number }): RLock {
    return new RLock({ owner: new SharedArrayBuffer(4), depth: new SharedArrayBuffer(4) });
  }

  static attach(handle: unknown): RLock {
    return new RLock(handle as RLockHandle);
  }

  acquire(o?: { timeout?: number }): boolean {
    const timeout = timeoutOf(o);
    if (this.#owner.value !== threadId + 1 && !this.#owner.take(threadId + 1, timeout)) {
      return false;
    }
    this.#depth[0]! += 1;
    return true;
  }

  release(): void {
    if (this.#owner.value !== threadId + 1) throw new KataError("NOT_OWNER");
    this.#depth[0]! -= 1;
    if (this.#depth[0] === 0) this.#owner.clear();
  }

  get locked(): boolean {
    return this.#owner.value !== FREE;
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
  const left = forks[me]!;
  const right = forks[(me + 1) % forks.length]!;
  const [first, second] = me % 2 === 0 ? [right, left] : [left, right];
  for (let i = 0; i < meals; i++) {
    holding(first, () => {
      holding(second, eat);
    });
  }
}
