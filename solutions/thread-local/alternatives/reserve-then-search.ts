/**
 * @alternative reserve-then-search — a count of free slots is taken down first, so whoever gets
 *   that far knows that a slot is there and only has to find it
 */
import { AsyncLocalStorage, AsyncResource } from "node:async_hooks";
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly free: SharedArrayBuffer;
  readonly slots: readonly SharedArrayBuffer[];
}

const OWNER = 0;
const VALUE = 1;
/** A slot has a cache line of its own, so that threads do not slow each other down. */
const SLOT_BYTES = 64;

export class ThreadLocalInt32 {
  readonly handle: Handle;
  readonly #free: Int32Array;
  readonly #slots: readonly Int32Array[];

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#free = new Int32Array(handle.free);
    this.#slots = handle.slots.map((slot) => new Int32Array(slot));
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    const slots = Array.from({ length: maxThreads }, () => new SharedArrayBuffer(SLOT_BYTES));
    const local = new ThreadLocalInt32({ free: new SharedArrayBuffer(4), slots });
    local.#free[0] = maxThreads;
    return local;
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as Handle);
  }

  get(): number {
    const slot = this.#mine();
    return slot === undefined ? 0 : Atomics.load(slot, VALUE);
  }

  set(value: number): void {
    Atomics.store(this.#mine() ?? this.#claim(), VALUE, value);
  }

  add(delta: number): number {
    return Atomics.add(this.#mine() ?? this.#claim(), VALUE, delta) + delta;
  }

  release(): number {
    const slot = this.#mine();
    if (slot === undefined) return 0;
    const last = Atomics.load(slot, VALUE);
    Atomics.store(slot, VALUE, 0);
    Atomics.store(slot, OWNER, 0);
    Atomics.add(this.#free, 0, 1); // when the slot can be found
    return last;
  }

  values(): number[] {
    return this.#slots
      .filter((slot) => Atomics.load(slot, OWNER) !== 0)
      .map((slot) => Atomics.load(slot, VALUE));
  }

  #mine(): Int32Array | undefined {
    return this.#slots.find((slot) => Atomics.load(slot, OWNER) === threadId + 1);
  }

  #claim(): Int32Array {
    this.#reserve();
    for (;;) {
      const slot = this.#slots.find(
        (one) => Atomics.compareExchange(one, OWNER, 0, threadId + 1) === 0,
      );
      if (slot !== undefined) return slot; // if not, others have moved: one is free all the same
    }
  }

  #reserve(): void {
    let free = Atomics.load(this.#free, 0);
    for (;;) {
      if (free === 0) throw new KataError("NO_SLOT");
      const found = Atomics.compareExchange(this.#free, 0, free, free - 1);
      if (found === free) return;
      free = found;
    }
  }
}

/** `bind` makes an `AsyncResource`: what runs in its scope has the context in which it was made. */
export class Local<T extends object> {
  readonly #bags = new AsyncLocalStorage<Map<string, T[keyof T]>>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    const bag = new Map<string, T[keyof T]>(Object.entries(vars) as [string, T[keyof T]][]);
    return this.#bags.run(bag, fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    const bag = this.#bags.getStore();
    if (bag === undefined || !bag.has(key as string)) throw new KataError("ATTRIBUTE");
    return bag.get(key as string) as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const bag = this.#bags.getStore();
    if (bag === undefined) throw new KataError("NO_CONTEXT");
    bag.set(key as string, value);
  }

  has(key: keyof T): boolean {
    return this.#bags.getStore()?.has(key as string) ?? false;
  }

  delete(key: keyof T): void {
    this.#bags.getStore()?.delete(key as string);
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const resource = new AsyncResource("Local.bind");
    return (...args) => resource.runInAsyncScope(fn, undefined, ...args);
  }
}
