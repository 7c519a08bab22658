/**
 * @alternative next-fit — each search begins where a shared counter says, so slots are claimed all
 *   round the table; a slot is a pair of words in a buffer per column
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { isMainThread, threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

/** The main thread's name; all other threads have their `threadId`, which is at least 1. */
const MAIN = -1;
const NOBODY = 0;

interface Handle {
  readonly start: Uint32Array;
  readonly owner: Int32Array;
  readonly value: Int32Array;
}

export class ThreadLocalInt32 {
  readonly handle: Handle;
  readonly #me = isMainThread ? MAIN : threadId;

  private constructor(handle: Handle) {
    this.handle = handle;
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    const column = (): Int32Array => new Int32Array(new SharedArrayBuffer(4 * maxThreads));
    const start = new Uint32Array(new SharedArrayBuffer(4));
    return new ThreadLocalInt32({ start, owner: column(), value: column() });
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as Handle);
  }

  get(): number {
    const slot = this.#mine();
    return slot < 0 ? 0 : Atomics.load(this.handle.value, slot);
  }

  set(value: number): void {
    const slot = this.#mine();
    Atomics.store(this.handle.value, slot < 0 ? this.#claim() : slot, value);
  }

  add(delta: number): number {
    const sum = this.get() + delta;
    this.set(sum);
    return sum;
  }

  release(): number {
    const { owner, value } = this.handle;
    const slot = this.#mine();
    if (slot < 0) return 0;
    const last = Atomics.load(value, slot);
    Atomics.store(value, slot, 0);
    Atomics.store(owner, slot, NOBODY);
    return last;
  }

  values(): number[] {
    const { owner, value } = this.handle;
    return [...owner.keys()].flatMap((slot) =>
      Atomics.load(owner, slot) === NOBODY ? [] : [Atomics.load(value, slot)],
    );
  }

  #mine(): number {
    const { owner } = this.handle;
    let slot = owner.length - 1;
    while (slot >= 0 && Atomics.load(owner, slot) !== this.#me) slot--;
    return slot;
  }

  #claim(): number {
    const { start, owner } = this.handle;
    const first = Atomics.add(start, 0, 1);
    for (let i = 0; i < owner.length; i++) {
      const slot = (first + i) % owner.length;
      if (Atomics.compareExchange(owner, slot, NOBODY, this.#me) === NOBODY) return slot;
    }
    throw new KataError("NO_SLOT");
  }
}

/** What was done to a bag, the latest first. */
interface Change {
  readonly key: unknown;
  /** Absent when the key was deleted. */
  readonly set?: { readonly value: unknown };
  readonly before: Change | undefined;
}

/** A bag is a list of changes, and the latest one of a key counts. */
export class Local<T extends object> {
  readonly #bags = new AsyncLocalStorage<{ latest: Change | undefined } | undefined>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    let latest: Change | undefined;
    for (const [key, value] of Object.entries(vars)) {
      latest = { key, set: { value }, before: latest };
    }
    return this.#bags.run({ latest }, fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    const found = this.#find(key);
    if (found === undefined) throw new KataError("ATTRIBUTE");
    return found.value as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const bag = this.#bags.getStore();
    if (bag === undefined) throw new KataError("NO_CONTEXT");
    bag.latest = { key, set: { value }, before: bag.latest };
  }

  has(key: keyof T): boolean {
    return this.#find(key) !== undefined;
  }

  delete(key: keyof T): void {
    const bag = this.#bags.getStore();
    if (bag !== undefined) bag.latest = { key, before: bag.latest };
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const bag = this.#bags.getStore();
    return (...args) => this.#bags.run(bag, fn, ...args);
  }

  #find(key: unknown): Change["set"] {
    let change = this.#bags.getStore()?.latest;
    while (change !== undefined && change.key !== key) change = change.before;
    return change?.set;
  }
}
