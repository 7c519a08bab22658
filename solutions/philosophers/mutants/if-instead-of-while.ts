/**
 * @mutant if-instead-of-while
 * @bug A thread that was woken takes it for granted that it has the lock now.
 * @killed-by T1b
 * @verdict violation
 * @diagnosis no-loop
 * @sees A is woken, but C has taken the lock before A runs: both are inside.
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

export interface LockLike {
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
}

const FREE = 0;
const HELD = 1;
/** Held, and somebody may be asleep: whoever releases has to wake one. */
const CONTENDED = 2;

export class Lock implements LockLike {
  readonly handle: SharedArrayBuffer;
  readonly #state: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#state = new Int32Array(handle);
  }

  static create(_o: { maxThreads?: number } = {}): Lock {
    return new Lock(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  }

  static attach(handle: unknown): Lock {
    return new Lock(handle as SharedArrayBuffer);
  }

  acquire({ timeout = Infinity }: { timeout?: number } = {}): boolean {
    checkTimeout(timeout);
    if (Atomics.compareExchange(this.#state, 0, FREE, HELD) === FREE) return true;
    if (timeout === 0) return false;
    const deadline = performance.now() + timeout;
    if (Atomics.exchange(this.#state, 0, CONTENDED) === FREE) return true;
    if (Atomics.wait(this.#state, 0, CONTENDED, deadline - performance.now()) === "timed-out") {
      return false;
    }
    Atomics.store(this.#state, 0, CONTENDED);
    return true;
  }

  release(): void {
    const before = Atomics.exchange(this.#state, 0, FREE);
    if (before === FREE) throw new KataError("NOT_LOCKED");
    if (before === CONTENDED) Atomics.notify(this.#state, 0, 1);
  }

  get locked(): boolean {
    return Atomics.load(this.#state, 0) !== FREE;
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

interface RLockHandle {
  readonly lock: Lock["handle"];
  readonly cells: SharedArrayBuffer;
}

const OWNER = 0;
const DEPTH = 1;
const NOBODY = 0;

/** What stands for this thread in OWNER: one more than its id, for the main thread's id is 0. */
function me(): number {
  return threadId + 1;
}

export class RLock implements LockLike {
  readonly handle: RLockHandle;
  readonly #lock: Lock;
  readonly #cells: Int32Array;

  private constructor(handle: RLockHandle) {
    this.handle = handle;
    this.#lock = Lock.attach(handle.lock);
    this.#cells = new Int32Array(handle.cells);
  }

  static create(o: { maxThreads?: number } = {}): RLock {
    const cells = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
    return new RLock({ lock: Lock.create(o).handle, cells });
  }

  static attach(handle: unknown): RLock {
    return new RLock(handle as RLockHandle);
  }

  acquire(o: { timeout?: number } = {}): boolean {
    checkTimeout(o.timeout);
    if (!this.#isMine) {
      if (!this.#lock.acquire(o)) return false;
      Atomics.store(this.#cells, OWNER, me());
    }
    this.#cells[DEPTH]! += 1;
    return true;
  }

  release(): void {
    if (!this.#isMine) throw new KataError("NOT_OWNER");
    this.#cells[DEPTH]! -= 1;
    if (this.#cells[DEPTH] !== 0) return;
    Atomics.store(this.#cells, OWNER, NOBODY); // before the release: then it may be another's
    this.#lock.release();
  }

  get locked(): boolean {
    return this.#lock.locked;
  }

  withLock<R>(fn: () => R): R {
    this.acquire();
    try {
      return fn();
    } finally {
      this.release();
    }
  }

  get #isMine(): boolean {
    return Atomics.load(this.#cells, OWNER) === me();
  }
}

function checkTimeout(timeout = Infinity): void {
  if (timeout >= 0) return;
  throw new RangeError(`a timeout is a number of at least 0, not ${timeout}`);
}

export interface Table {
  readonly forks: readonly LockLike[];
  readonly waiter: LockLike;
}

export function dine(me: number, { forks }: Table, eat: () => void, meals: number): void {
  const right = (me + 1) % forks.length;
  const first = forks[Math.min(me, right)]!;
  const second = forks[Math.max(me, right)]!;
  for (let i = 0; i < meals; i++) {
    first.acquire();
    try {
      second.acquire();
      try {
        eat();
      } finally {
        second.release();
      }
    } finally {
      first.release();
    }
  }
}
