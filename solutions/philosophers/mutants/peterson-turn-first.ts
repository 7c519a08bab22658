/**
 * @mutant peterson-turn-first
 * @bug A thread makes itself the victim before it raises its flag.
 * @killed-by T1
 * @verdict violation
 * @diagnosis order-of-two-stores
 * @sees B becomes the victim, then A does and finds no flag: A is inside. B raises its flag, is
 *   not the victim, and goes in as well.
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

export interface LockLike {
  acquire(o?: { timeout?: number }): boolean;
  release(): void;
}

const NOBODY = 0;

interface TournamentHandle {
  readonly slots: number;
  readonly cells: SharedArrayBuffer;
}

interface Side {
  readonly match: number;
  readonly own: number;
  readonly rival: number;
  readonly name: number;
}

class Tournament {
  readonly handle: TournamentHandle;
  readonly #owners: Int32Array;
  readonly #flags: Int32Array;
  readonly #victims: Int32Array;

  constructor(handle: TournamentHandle) {
    const { slots, cells } = handle;
    this.handle = handle;
    this.#owners = new Int32Array(cells, 0, slots);
    this.#victims = new Int32Array(cells, 4 * slots, slots);
    this.#flags = new Int32Array(cells, 8 * slots, 2 * slots);
  }

  static allocate(threads = 64): TournamentHandle {
    const slots = 2 ** Math.ceil(Math.log2(Math.max(2, threads)));
    return { slots, cells: new SharedArrayBuffer(16 * slots) };
  }

  get isContested(): boolean {
    const { own, rival } = this.#path(0).at(-1)!;
    return Atomics.load(this.#flags, own) === 1 || Atomics.load(this.#flags, rival) === 1;
  }

  enter(timeout: number): boolean {
    const deadline = performance.now() + timeout;
    const path = this.#path(this.#slot());
    const leaf = path[0]!.own;
    if (Atomics.load(this.#flags, leaf) === 1) {
      Atomics.wait(this.#flags, leaf, 1, timeout); // for itself: this lock is not re-entrant
      return false;
    }
    for (const [round, side] of path.entries()) {
      if (this.#win(side, deadline)) continue;
      this.#leave(path.slice(0, round + 1));
      return false;
    }
    return true;
  }

  exit(): boolean {
    const path = this.#path(this.#slot());
    if (Atomics.load(this.#flags, path[0]!.own) === 0) return false;
    this.#leave(path);
    return true;
  }

  #win({ match, own, rival, name }: Side, deadline: number): boolean {
    this.#setVictim(match, name);
    Atomics.store(this.#flags, own, 1);
    while (Atomics.load(this.#flags, rival) === 1 && Atomics.load(this.#victims, match) === name) {
      const left = deadline - performance.now();
      if (left <= 0) return false;
      Atomics.wait(this.#victims, match, name, left);
    }
    return true;
  }

  #leave(path: readonly Side[]): void {
    for (const { match, own } of path.toReversed()) {
      Atomics.store(this.#flags, own, 0);
      this.#setVictim(match, NOBODY);
    }
  }

  #setVictim(match: number, name: number): void {
    const before = Atomics.exchange(this.#victims, match, name);
    if (before !== NOBODY && before !== name) Atomics.notify(this.#victims, match);
  }

  #path(slot: number): readonly Side[] {
    const path: Side[] = [];
    for (let own = this.handle.slots + slot; own > 1; own >>= 1) {
      path.push({ match: own >> 1, own, rival: own ^ 1, name: 1 + (own & 1) });
    }
    return path;
  }

  #slot(): number {
    const me = threadId + 1;
    for (let slot = 0; slot < this.handle.slots; slot++) {
      const owner = Atomics.compareExchange(this.#owners, slot, 0, me);
      if (owner === 0 || owner === me) return slot;
    }
    throw new KataError("TOO_MANY_THREADS");
  }
}

export class Lock implements LockLike {
  readonly handle: TournamentHandle;
  readonly #tournament: Tournament;

  private constructor(handle: TournamentHandle) {
    this.handle = handle;
    this.#tournament = new Tournament(handle);
  }

  static create(o: { maxThreads?: number } = {}): Lock {
    return new Lock(Tournament.allocate(o.maxThreads));
  }

  static attach(handle: unknown): Lock {
    return new Lock(handle as TournamentHandle);
  }

  acquire({ timeout = Infinity }: { timeout?: number } = {}): boolean {
    if (!(timeout >= 0)) {
      throw new RangeError(`a timeout is a number of at least 0, not ${timeout}`);
    }
    return this.#tournament.enter(timeout);
  }

  release(): void {
    if (!this.#tournament.exit()) throw new KataError("NOT_LOCKED");
  }

  get locked(): boolean {
    return this.#tournament.isContested;
  }

  withLock<R>(fn: () => R): R {
    return holding(this, fn);
  }
}

interface RLockHandle {
  readonly lock: TournamentHandle;
  readonly owner: SharedArrayBuffer;
}

export class RLock implements LockLike {
  readonly handle: RLockHandle;
  readonly #lock: Lock;
  readonly #owner: Int32Array;

  private constructor(handle: RLockHandle) {
    this.handle = handle;
    this.#lock = Lock.attach(handle.lock);
    this.#owner = new Int32Array(handle.owner);
  }

  static create(o: { maxThreads?: number } = {}): RLock {
    return new RLock({ lock: Lock.create(o).handle, owner: new SharedArrayBuffer(8) });
  }

  static attach(handle: unknown): RLock {
    return new RLock(handle as RLockHandle);
  }

  acquire(o: { timeout?: number } = {}): boolean {
    if (!this.#isOwner()) {
      if (!this.#lock.acquire(o)) return false;
      Atomics.store(this.#owner, 0, threadId + 1);
    }
    this.#owner[1]!++;
    return true;
  }

  release(): void {
    if (!this.#isOwner()) throw new KataError("NOT_OWNER");
    this.#owner[1]!--;
    if (this.#owner[1]! > 0) return;
    Atomics.store(this.#owner, 0, 0);
    this.#lock.release();
  }

  get locked(): boolean {
    return this.#lock.locked;
  }

  withLock<R>(fn: () => R): R {
    return holding(this, fn);
  }

  #isOwner(): boolean {
    return Atomics.load(this.#owner, 0) === threadId + 1;
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

export function dine(me: number, { forks, waiter }: Table, eat: () => void, meals: number): void {
  const left = forks[me]!;
  const right = forks[(me + 1) % forks.length]!;
  for (let i = 0; i < meals; i++) {
    holding(waiter, () => {
      left.acquire();
      right.acquire();
    });
    try {
      eat();
    } finally {
      right.release();
      left.release();
    }
  }
}
