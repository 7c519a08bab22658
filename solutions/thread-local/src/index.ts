/**
 * Reference solution.
 *
 * For threads, a table of slots: a word that says who owns the slot, and the value. A thread becomes
 * the owner of a free slot in one step, and only the owner writes the value or gives the slot back.
 * For tasks, a bag for each run, which Node passes on to all that the run starts.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

/** Nobody owns the slot. Otherwise the word is the owner's `threadId + 1`. */
const FREE = 0;

interface Handle {
  readonly owners: SharedArrayBuffer;
  readonly values: SharedArrayBuffer;
}

/** One private Int32 per thread, at most `maxThreads` threads holding a slot at the same time. */
export class ThreadLocalInt32 {
  readonly handle: Handle;
  readonly #owners: Int32Array<SharedArrayBuffer>;
  readonly #values: Int32Array<SharedArrayBuffer>;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#owners = new Int32Array(handle.owners);
    this.#values = new Int32Array(handle.values);
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    const bytes = maxThreads * Int32Array.BYTES_PER_ELEMENT;
    return new ThreadLocalInt32({
      owners: new SharedArrayBuffer(bytes),
      values: new SharedArrayBuffer(bytes),
    });
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as Handle);
  }

  get(): number {
    const slot = this.#mine();
    return slot === undefined ? 0 : Atomics.load(this.#values, slot);
  }

  set(value: number): void {
    Atomics.store(this.#values, this.#mine() ?? this.#claim(), value);
  }

  add(delta: number): number {
    return Atomics.add(this.#values, this.#mine() ?? this.#claim(), delta) + delta;
  }

  /** The value first, then the owner: once the slot is free, it may be somebody else's. */
  release(): number {
    const slot = this.#mine();
    if (slot === undefined) return 0;
    const last = Atomics.exchange(this.#values, slot, 0);
    Atomics.store(this.#owners, slot, FREE);
    return last;
  }

  values(): number[] {
    const values: number[] = [];
    for (let slot = 0; slot < this.#owners.length; slot++) {
      if (Atomics.load(this.#owners, slot) !== FREE) values.push(Atomics.load(this.#values, slot));
    }
    return values;
  }

  /** The slot of this thread. Nobody else writes this thread's number, so what is found stays. */
  #mine(): number | undefined {
    for (let slot = 0; slot < this.#owners.length; slot++) {
      if (Atomics.load(this.#owners, slot) === threadId + 1) return slot;
    }
    return undefined;
  }

  /** Takes the first slot that is free at the moment of the look. */
  #claim(): number {
    for (let slot = 0; slot < this.#owners.length; slot++) {
      const owner = Atomics.compareExchange(this.#owners, slot, FREE, threadId + 1);
      if (owner === FREE) return slot;
    }
    throw new KataError("NO_SLOT", `all ${this.#owners.length} slots are taken`);
  }
}

/** The values of one run. */
type Bag<T> = Map<keyof T, T[keyof T]>;

/**
 * One bag of named values per run().
 *
 * `AsyncLocalStorage` passes a bag on to whatever is started while it is the current one, and has
 * none outside. What is left is to make a new bag for each run, and to remember one in `bind`.
 */
export class Local<T extends object> {
  readonly #bags = new AsyncLocalStorage<Bag<T> | undefined>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    return this.#bags.run(new Map(Object.entries(vars) as [keyof T, T[keyof T]][]), fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    const bag = this.#bags.getStore();
    if (!bag?.has(key)) throw new KataError("ATTRIBUTE", `${String(key)} is not set`);
    return bag.get(key) as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const bag = this.#bags.getStore();
    if (!bag) throw new KataError("NO_CONTEXT", `set(${String(key)}) outside run()`);
    bag.set(key, value);
  }

  has(key: keyof T): boolean {
    return this.#bags.getStore()?.has(key) ?? false;
  }

  delete(key: keyof T): void {
    this.#bags.getStore()?.delete(key);
  }

  /** The bag of this moment; also if there is none. */
  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const bag = this.#bags.getStore();
    return (...args) => this.#bags.run(bag, fn, ...args);
  }
}
