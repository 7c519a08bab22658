/** @alternative semaphore — a counter of permits beside a counter of sleepers. Forks are taken in the order of their numbers. */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

export interface LockLike {
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
}

const PERMITS = 0;
const SLEEPERS = 1;

/** What `Lock` and `RLock` have in common. */
abstract class Holdable implements LockLike {
  abstract acquire(o?: { timeout?: number }): boolean;
  abstract release(): void;

  withLock<R>(fn: () => R): R {
    this.acquire();
    try {
      return fn();
    } finally {
      this.release();
    }
  }
}

/** A semaphore with one permit. */
export class Lock extends Holdable {
  readonly handle: SharedArrayBuffer;
  readonly #cells: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    super();
    this.handle = handle;
    this.#cells = new Int32Array(handle);
  }

  static create(_o?: { maxThreads?: number }): Lock {
    const lock = new Lock(new SharedArrayBuffer(8));
    lock.#cells[PERMITS] = 1;
    return lock;
  }

  static attach(handle: unknown): Lock {
    return new Lock(handle as SharedArrayBuffer);
  }

  acquire({ timeout = Number.POSITIVE_INFINITY }: { timeout?: number } = {}): boolean {
    checkTimeout(timeout);
    if (this.#tryTake()) return true;
    if (timeout === 0) return false;
    const deadline = Date.now() + timeout;
    // Said before the next look: a release after that look finds it, one before it left a permit.
    Atomics.add(this.#cells, SLEEPERS, 1);
    try {
      for (;;) {
        if (this.#tryTake()) return true;
        const left = deadline - Date.now();
        if (left <= 0) return false;
        Atomics.wait(this.#cells, PERMITS, 0, left);
      }
    } finally {
      Atomics.sub(this.#cells, SLEEPERS, 1);
    }
  }

  release(): void {
    if (Atomics.compareExchange(this.#cells, PERMITS, 0, 1) !== 0) {
      throw new KataError("NOT_LOCKED");
    }
    if (Atomics.load(this.#cells, SLEEPERS) > 0) Atomics.notify(this.#cells, PERMITS, 1);
  }

  get locked(): boolean {
    return Atomics.load(this.#cells, PERMITS) === 0;
  }

  #tryTake(): boolean {
    return Atomics.compareExchange(this.#cells, PERMITS, 1, 0) === 1;
  }
}

interface RLockHandle {
  readonly lock: Lock["handle"];
  readonly owner: SharedArrayBuffer;
}

/** Beside its lock it keeps who has it, and how many more releases than one that will take. */
export class RLock extends Holdable {
  readonly handle: RLockHandle;
  readonly #lock: Lock;
  readonly #owner: Uint32Array;
  readonly #extra: Uint8Array;

  private constructor(handle: RLockHandle) {
    super();
    this.handle = handle;
    this.#lock = Lock.attach(handle.lock);
    this.#owner = new Uint32Array(handle.owner, 0, 1);
    this.#extra = new Uint8Array(handle.owner, 4, 1);
  }

  static create(o?: { maxThreads?: number }): RLock {
    return new RLock({ lock: Lock.create(o).handle, owner: new SharedArrayBuffer(8) });
  }

  static attach(handle: unknown): RLock {
    return new RLock(handle as RLockHandle);
  }

  acquire(o: { timeout?: number } = {}): boolean {
    checkTimeout(o.timeout ?? 0);
    if (Atomics.load(this.#owner, 0) === threadId + 1) {
      this.#extra[0]!++;
      return true;
    }
    const isTaken = this.#lock.acquire(o);
    if (isTaken) Atomics.store(this.#owner, 0, threadId + 1);
    return isTaken;
  }

  release(): void {
    if (Atomics.load(this.#owner, 0) !== threadId + 1) throw new KataError("NOT_OWNER");
    if (this.#extra[0]! > 0) {
      this.#extra[0]!--;
      return;
    }
    Atomics.store(this.#owner, 0, 0);
    this.#lock.release();
  }

  get locked(): boolean {
    return this.#lock.locked;
  }
}

function checkTimeout(timeout: number): void {
  if (Number.isNaN(timeout) || timeout < 0) throw new RangeError(`no timeout: ${timeout}`);
}

export interface Table {
  readonly forks: readonly LockLike[];
  readonly waiter: LockLike;
}

/** Picks up the forks of `mine` in this order and eats. */
function eatWith(mine: readonly LockLike[], eat: () => void): void {
  const [next, ...others] = mine;
  if (next === undefined) {
    eat();
    return;
  }
  next.acquire();
  try {
    eatWith(others, eat);
  } finally {
    next.release();
  }
}

/** The table's own order is everybody's order, so nobody waits for a lower fork than one he holds. */
export function dine(me: number, { forks }: Table, eat: () => void, meals: number): void {
  const neighbour = (me + 1) % forks.length;
  const mine = forks.filter((_, i) => i === me || i === neighbour);
  for (let meal = 1; meal <= meals; meal++) eatWith(mine, eat);
}
