/** @alternative monitor — the kit's Mutex around plain fields, and a bell to sleep on. Impatient philosophers swap their forks. */
import { threadId } from "node:worker_threads";
import { KataError, Mutex } from "@concurrency-katas/grader/kit";

export interface LockLike {
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
}

const OWNER = 0;
const DEPTH = 1;
const WAITING = 2;
const NOBODY = 0;

interface MonitorHandle {
  readonly mutex: Mutex["handle"];
  /** OWNER, DEPTH and WAITING, which are touched under the mutex only. */
  readonly fields: SharedArrayBuffer;
  /** How often somebody was to be woken: who has seen an older number does not fall asleep. */
  readonly bell: SharedArrayBuffer;
}

/** A re-entrant lock as a monitor. */
class Monitor {
  readonly handle: MonitorHandle;
  readonly #mutex: Mutex;
  readonly #fields: Int32Array;
  readonly #bell: Int32Array;

  constructor(handle: MonitorHandle) {
    this.handle = handle;
    this.#mutex = Mutex.attach(handle.mutex);
    this.#fields = new Int32Array(handle.fields);
    this.#bell = new Int32Array(handle.bell);
  }

  static allocate(): MonitorHandle {
    return {
      mutex: Mutex.create().handle,
      fields: new SharedArrayBuffer(12),
      bell: new SharedArrayBuffer(4),
    };
  }

  enter(me: number, { timeout = Infinity, isReentrant = false }: Entry): boolean {
    if (!(timeout >= 0)) throw new RangeError(`a timeout is at least 0, not ${timeout}`);
    const fields = this.#fields;
    const deadline = performance.now() + timeout;
    this.#mutex.lock();
    const mayEnter = (owner: number): boolean => owner === NOBODY || (isReentrant && owner === me);
    while (!mayEnter(fields[OWNER]!)) {
      const left = deadline - performance.now();
      if (left <= 0) {
        this.#mutex.unlock();
        return false;
      }
      const rung = Atomics.load(this.#bell, 0);
      fields[WAITING]! += 1;
      this.#mutex.unlock();
      Atomics.wait(this.#bell, 0, rung, left);
      this.#mutex.lock();
      fields[WAITING]! -= 1;
    }
    fields[OWNER] = me;
    fields[DEPTH]! += 1;
    this.#mutex.unlock();
    return true;
  }

  /** False if it is not for this thread to leave. */
  leave(mayLeave: (owner: number) => boolean): boolean {
    return this.#mutex.withLock(() => {
      const fields = this.#fields;
      if (!mayLeave(fields[OWNER]!)) return false;
      fields[DEPTH]! -= 1;
      if (fields[DEPTH] === 0) {
        fields[OWNER] = NOBODY;
        if (fields[WAITING]! > 0) {
          Atomics.add(this.#bell, 0, 1);
          Atomics.notify(this.#bell, 0, 1);
        }
      }
      return true;
    });
  }

  get isHeld(): boolean {
    return this.#mutex.withLock(() => this.#fields[OWNER] !== NOBODY);
  }
}

interface Entry {
  readonly timeout?: number;
  readonly isReentrant?: boolean;
}

export class Lock implements LockLike {
  readonly handle: MonitorHandle;
  readonly #monitor: Monitor;

  private constructor(handle: MonitorHandle) {
    this.handle = handle;
    this.#monitor = new Monitor(handle);
  }

  static create(_o: { maxThreads?: number } = {}): Lock {
    return new Lock(Monitor.allocate());
  }

  static attach(handle: unknown): Lock {
    return new Lock(handle as MonitorHandle);
  }

  acquire(o: { timeout?: number } = {}): boolean {
    return this.#monitor.enter(threadId + 1, o);
  }

  release(): void {
    if (!this.#monitor.leave((owner) => owner !== NOBODY)) throw new KataError("NOT_LOCKED");
  }

  get locked(): boolean {
    return this.#monitor.isHeld;
  }

  withLock<R>(fn: () => R): R {
    return holding(this, fn);
  }
}

export class RLock implements LockLike {
  readonly handle: MonitorHandle;
  readonly #monitor: Monitor;

  private constructor(handle: MonitorHandle) {
    this.handle = handle;
    this.#monitor = new Monitor(handle);
  }

  static create(_o: { maxThreads?: number } = {}): RLock {
    return new RLock(Monitor.allocate());
  }

  static attach(handle: unknown): RLock {
    return new RLock(handle as MonitorHandle);
  }

  acquire(o: { timeout?: number } = {}): boolean {
    return this.#monitor.enter(threadId + 1, { ...o, isReentrant: true });
  }

  release(): void {
    if (!this.#monitor.leave((owner) => owner === threadId + 1)) throw new KataError("NOT_OWNER");
  }

  get locked(): boolean {
    return this.#monitor.isHeld;
  }

  withLock<R>(fn: () => R): R {
    return holding(this, fn);
  }
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

/** Whoever has waited too long for the second fork puts the first one down and begins with the other. */
export function dine(me: number, { forks }: Table, eat: () => void, meals: number): void {
  let mine: readonly [LockLike, LockLike] = [forks[me]!, forks[(me + 1) % forks.length]!];
  for (let eaten = 0; eaten < meals;) {
    const [first, second] = mine;
    first.acquire();
    try {
      if (!second.acquire({ timeout: 5 })) {
        mine = [second, first];
        continue;
      }
      try {
        eat();
        eaten++;
      } finally {
        second.release();
      }
    } finally {
      first.release();
    }
  }
}
