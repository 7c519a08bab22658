/**
 * @alternative linear-probing — a hash table with the threadId as the key: everybody begins to look
 *   at another slot, and the claimer sets the value to 0, not the one who releases
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

/** No thread has this number, so the main thread's 0 needs no offset. */
const NOBODY = -1;

interface Handle {
  readonly owners: SharedArrayBuffer;
  readonly values: SharedArrayBuffer;
}

export class ThreadLocalInt32 {
  readonly handle: Handle;
  readonly #owners: Int32Array;
  readonly #values: Int32Array;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#owners = new Int32Array(handle.owners);
    this.#values = new Int32Array(handle.values);
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    const local = new ThreadLocalInt32({
      owners: new SharedArrayBuffer(maxThreads * 4),
      values: new SharedArrayBuffer(maxThreads * 4),
    });
    local.#owners.fill(NOBODY);
    return local;
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as Handle);
  }

  get(): number {
    for (const slot of this.#probe()) {
      if (Atomics.load(this.#owners, slot) === threadId) return Atomics.load(this.#values, slot);
    }
    return 0;
  }

  set(value: number): void {
    this.#update(() => value);
  }

  add(delta: number): number {
    return this.#update((value) => value + delta);
  }

  release(): number {
    for (const slot of this.#probe()) {
      if (Atomics.load(this.#owners, slot) !== threadId) continue;
      const last = Atomics.load(this.#values, slot);
      Atomics.store(this.#owners, slot, NOBODY);
      return last;
    }
    return 0;
  }

  values(): number[] {
    const values: number[] = [];
    for (const slot of this.#owners.keys()) {
      if (Atomics.load(this.#owners, slot) !== NOBODY) {
        values.push(Atomics.load(this.#values, slot));
      }
    }
    return values;
  }

  /** All slots, beginning with the one that this thread prefers. */
  *#probe(): Generator<number> {
    const { length } = this.#owners;
    for (let i = 0; i < length; i++) yield (threadId + i) % length;
  }

  /** Only the owner writes a value, so to load and to store it need not be one step. */
  #update(change: (value: number) => number): number {
    const slot = this.#own();
    const value = change(Atomics.load(this.#values, slot));
    Atomics.store(this.#values, slot, value);
    return value;
  }

  /** A slot that was given back may leave a gap, so the whole table is searched before claiming. */
  #own(): number {
    for (const slot of this.#probe()) {
      if (Atomics.load(this.#owners, slot) === threadId) return slot;
    }
    for (const slot of this.#probe()) {
      if (Atomics.compareExchange(this.#owners, slot, NOBODY, threadId) !== NOBODY) continue;
      Atomics.store(this.#values, slot, 0);
      return slot;
    }
    throw new KataError("NO_SLOT");
  }
}

/** Node's own `bind`, which takes the context along, and with it the bag. */
export class Local<T extends object> {
  readonly #storage = new AsyncLocalStorage<{ readonly bag: Map<keyof T, unknown> }>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    const bag = new Map<keyof T, unknown>();
    for (const key of Object.keys(vars) as (keyof T)[]) bag.set(key, vars[key]);
    return this.#storage.run({ bag }, () => fn());
  }

  get<K extends keyof T>(key: K): T[K] {
    if (!this.has(key)) throw new KataError("ATTRIBUTE");
    return this.#storage.getStore()?.bag.get(key) as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const store = this.#storage.getStore();
    if (!store) throw new KataError("NO_CONTEXT");
    store.bag.set(key, value);
  }

  has(key: keyof T): boolean {
    return this.#storage.getStore()?.bag.has(key) ?? false;
  }

  delete(key: keyof T): void {
    this.#storage.getStore()?.bag.delete(key);
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    return AsyncLocalStorage.bind(fn);
  }
}
