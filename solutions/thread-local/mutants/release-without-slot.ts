/**
 * @mutant release-without-slot
 * @bug A thread that has no slot gives back the first one.
 * @killed-by T2
 * @verdict violation
 * @diagnosis wrong-slot
 * @sees A thread that was refused calls release(), and the other thread's slot is gone.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

const FREE = 0;

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

  release(): number {
    const slot = this.#mine() ?? 0;
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

  #mine(): number | undefined {
    for (let slot = 0; slot < this.#owners.length; slot++) {
      if (Atomics.load(this.#owners, slot) === threadId + 1) return slot;
    }
    return undefined;
  }

  #claim(): number {
    for (let slot = 0; slot < this.#owners.length; slot++) {
      const owner = Atomics.compareExchange(this.#owners, slot, FREE, threadId + 1);
      if (owner === FREE) return slot;
    }
    throw new KataError("NO_SLOT");
  }
}

type Bag<T> = Map<keyof T, T[keyof T]>;

export class Local<T extends object> {
  readonly #bags = new AsyncLocalStorage<Bag<T> | undefined>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    return this.#bags.run(new Map(Object.entries(vars) as [keyof T, T[keyof T]][]), fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    const bag = this.#bags.getStore();
    if (!bag?.has(key)) throw new KataError("ATTRIBUTE");
    return bag.get(key) as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const bag = this.#bags.getStore();
    if (!bag) throw new KataError("NO_CONTEXT");
    bag.set(key, value);
  }

  has(key: keyof T): boolean {
    return this.#bags.getStore()?.has(key) ?? false;
  }

  delete(key: keyof T): void {
    this.#bags.getStore()?.delete(key);
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const bag = this.#bags.getStore();
    return (...args) => this.#bags.run(bag, fn, ...args);
  }
}
