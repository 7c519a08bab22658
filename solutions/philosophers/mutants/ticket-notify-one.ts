/**
 * @mutant ticket-notify-one
 * @bug A ticket lock that wakes one sleeper, who need not be the one whose turn it is.
 * @killed-by T5
 * @verdict deadlock
 * @diagnosis lost-wakeup
 * @sees The release wakes the thread with the later ticket. It falls asleep again, and the thread
 *   whose turn it is was never woken.
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

export interface LockLike {
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
}

const NEXT = 0;
const SERVING = 1;

export class Lock implements LockLike {
  readonly handle: Int32Array<SharedArrayBuffer>;

  private constructor(handle: Int32Array<SharedArrayBuffer>) {
    this.handle = handle;
  }

  static create(_o: { maxThreads?: number } = {}): Lock {
    return new Lock(new Int32Array(new SharedArrayBuffer(8)));
  }

  static attach(handle: unknown): Lock {
    return new Lock(handle as Int32Array<SharedArrayBuffer>);
  }

  acquire({ timeout }: { timeout?: number } = {}): boolean {
    if (timeout !== undefined) return this.#acquireWithin(timeout);
    const ticket = Atomics.add(this.handle, NEXT, 1);
    for (;;) {
      const serving = Atomics.load(this.handle, SERVING);
      if (serving === ticket) return true;
      Atomics.wait(this.handle, SERVING, serving);
    }
  }

  #acquireWithin(timeout: number): boolean {
    if (!(timeout >= 0)) throw new RangeError(`no timeout: ${timeout}`);
    const deadline = performance.now() + timeout;
    for (;;) {
      const serving = Atomics.load(this.handle, SERVING);
      if (Atomics.compareExchange(this.handle, NEXT, serving, serving + 1) === serving) return true;
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.handle, SERVING, serving, left);
    }
  }

  release(): void {
    if (!this.locked) throw new KataError("NOT_LOCKED");
    Atomics.add(this.handle, SERVING, 1);
    Atomics.notify(this.handle, SERVING, 1);
  }

  get locked(): boolean {
    return Atomics.load(this.handle, SERVING) !== Atomics.load(this.handle, NEXT);
  }

  withLock<R>(fn: () => R): R {
    this.acquire();
    try {
      return fn();
    } finally {
      this.release();
    }
  }
}

const DEPTHS = 2n ** 16n;

interface RLockHandle {
  readonly queue: Lock["handle"];
  readonly owned: SharedArrayBuffer;
}

export class RLock implements LockLike {
  readonly handle: RLockHandle;
  readonly #queue: Lock;
  readonly #owned: BigInt64Array;

  private constructor(handle: RLockHandle) {
    this.handle = handle;
    this.#queue = Lock.attach(handle.queue);
    this.#owned = new BigInt64Array(handle.owned);
  }

  static create(o: { maxThreads?: number } = {}): RLock {
    return new RLock({ queue: Lock.create(o).handle, owned: new SharedArrayBuffer(8) });
  }

  static attach(handle: unknown): RLock {
    return new RLock(handle as RLockHandle);
  }

  acquire(o: { timeout?: number } = {}): boolean {
    const owned = Atomics.load(this.#owned, 0);
    if (owned / DEPTHS === BigInt(threadId + 1)) {
      Atomics.store(this.#owned, 0, owned + 1n);
      return true;
    }
    if (!this.#queue.acquire(o)) return false;
    Atomics.store(this.#owned, 0, BigInt(threadId + 1) * DEPTHS + 1n);
    return true;
  }

  release(): void {
    const owned = Atomics.load(this.#owned, 0);
    if (owned / DEPTHS !== BigInt(threadId + 1)) throw new KataError("NOT_OWNER");
    const isLast = owned % DEPTHS === 1n;
    Atomics.store(this.#owned, 0, isLast ? 0n : owned - 1n);
    if (isLast) this.#queue.release();
  }

  get locked(): boolean {
    return this.#queue.locked;
  }

  withLock<R>(fn: () => R): R {
    this.acquire();
    try {
      return fn();
    } finally {
      this.release();
    }
  }
}

export interface Table {
  readonly forks: readonly LockLike[];
  readonly waiter: LockLike;
}

export function dine(me: number, { forks, waiter }: Table, eat: () => void, meals: number): void {
  const mine = [forks[me]!, forks[(me + 1) % forks.length]!];
  for (let i = 0; i < meals; i++) {
    waiter.acquire();
    for (const fork of mine) fork.acquire();
    waiter.release();
    try {
      eat();
    } finally {
      for (const fork of mine) fork.release();
    }
  }
}
