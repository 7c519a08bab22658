/** @alternative counted-word — one word: bit 0 says "held", the bits above count who waits. One philosopher is left-handed. */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

export interface LockLike {
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
}

const HELD = 1;
const WAITER = 2;

export interface CountedLock {
  readonly handle: SharedArrayBuffer;
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
  readonly locked: boolean;
  withLock<R>(fn: () => R): R;
}

export const Lock = {
  create: (_o?: { maxThreads?: number }): CountedLock => lockAt(new SharedArrayBuffer(4)),
  attach: (handle: unknown): CountedLock => lockAt(handle as SharedArrayBuffer),
};

function lockAt(handle: SharedArrayBuffer): CountedLock {
  const word = new Int32Array(handle);

  /** Takes the lock in one step with `counted` fewer waiters, or says what the word holds instead. */
  function tryTake(counted: number): number | undefined {
    for (let seen = Atomics.load(word, 0); ;) {
      if ((seen & HELD) !== 0) return seen;
      const found = Atomics.compareExchange(word, 0, seen, (seen | HELD) - counted);
      if (found === seen) return undefined;
      seen = found;
    }
  }

  const lock: CountedLock = {
    handle,
    acquire(o) {
      const timeout = timeoutOf(o);
      if (tryTake(0) === undefined) return true;
      if (timeout === 0) return false;
      const deadline = performance.now() + timeout;
      Atomics.add(word, 0, WAITER);
      for (;;) {
        const seen = tryTake(WAITER);
        if (seen === undefined) return true;
        const left = deadline - performance.now();
        if (left <= 0) {
          Atomics.sub(word, 0, WAITER);
          return false;
        }
        Atomics.wait(word, 0, seen, left);
      }
    },
    release() {
      const before = Atomics.and(word, 0, ~HELD);
      if ((before & HELD) === 0) throw new KataError("NOT_LOCKED");
      if (before >= WAITER) Atomics.notify(word, 0, 1);
    },
    get locked() {
      return (Atomics.load(word, 0) & HELD) !== 0;
    },
    withLock: (fn) => holding(lock, fn),
  };
  return lock;
}

interface RLockHandle {
  readonly lock: SharedArrayBuffer;
  readonly owner: SharedArrayBuffer;
}

/** Every thread but the owner needs the lock; what it says about the owner is for the owner only. */
export class RLock implements LockLike {
  readonly handle: RLockHandle;
  readonly #lock: CountedLock;
  readonly #owner: Int32Array;
  readonly #depth: Int32Array;

  private constructor(handle: RLockHandle) {
    this.handle = handle;
    this.#lock = Lock.attach(handle.lock);
    this.#owner = new Int32Array(handle.owner, 0, 1);
    this.#depth = new Int32Array(handle.owner, 4, 1);
  }

  static create(o?: { maxThreads?: number }): RLock {
    return new RLock({ lock: Lock.create(o).handle, owner: new SharedArrayBuffer(8) });
  }

  static attach(handle: unknown): RLock {
    return new RLock(handle as RLockHandle);
  }

  acquire(o?: { timeout?: number }): boolean {
    const self = ~threadId; // never 0, not even for the main thread
    if (Atomics.load(this.#owner, 0) !== self) {
      if (!this.#lock.acquire(o)) return false;
      Atomics.store(this.#owner, 0, self);
    }
    this.#depth[0] = this.#depth[0]! + 1;
    return true;
  }

  release(): void {
    if (Atomics.load(this.#owner, 0) !== ~threadId) throw new KataError("NOT_OWNER");
    const depth = this.#depth[0]! - 1;
    this.#depth[0] = depth;
    if (depth > 0) return;
    Atomics.store(this.#owner, 0, 0);
    this.#lock.release();
  }

  get locked(): boolean {
    return this.#lock.locked;
  }

  withLock<R>(fn: () => R): R {
    return holding(this, fn);
  }
}

function timeoutOf(o: { timeout?: number } = {}): number {
  const { timeout = Infinity } = o;
  if (!(timeout >= 0)) throw new RangeError(`a timeout is a number of at least 0, not ${timeout}`);
  return timeout;
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

/** Everybody takes the left fork first, except the last philosopher: that breaks the circle. */
export function dine(me: number, { forks }: Table, eat: () => void, meals: number): void {
  const isLast = me === forks.length - 1;
  const left = forks[me]!;
  const right = forks[isLast ? 0 : me + 1]!;
  for (let i = 0; i < meals; i++) {
    const [first, second] = isLast ? [right, left] : [left, right];
    holding(first, () => holding(second, eat));
  }
}
