/**
 * @alternative free-list — slots that were never used are handed out by a counter, used ones by a
 *   linked list, both under a lock; each worker remembers its slots in a module variable
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { threadId } from "node:worker_threads";
import { KataError, Mutex } from "@concurrency-katas/grader/kit";

/** The next slot that was never used, and the first of the list; 0 ends the list, so 1 is slot 0. */
const FRESH = 0;
const HEAD = 1;

interface Handle {
  readonly id: string;
  readonly lock: Mutex["handle"];
  readonly list: SharedArrayBuffer;
  readonly links: SharedArrayBuffer;
  /** 1 where a slot is claimed: values() looks at it without the lock. */
  readonly claimed: SharedArrayBuffer;
  readonly values: SharedArrayBuffer;
}

let created = 0;
/** Which slot this thread has in which object. */
const slots = new Map<string, number>();

export class ThreadLocalInt32 {
  readonly handle: Handle;
  readonly #lock: Mutex;
  readonly #list: Int32Array;
  readonly #links: Int32Array;
  readonly #claimed: Int32Array;
  readonly #values: Int32Array;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#lock = Mutex.attach(handle.lock);
    this.#list = new Int32Array(handle.list);
    this.#links = new Int32Array(handle.links);
    this.#claimed = new Int32Array(handle.claimed);
    this.#values = new Int32Array(handle.values);
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    return new ThreadLocalInt32({
      id: `${threadId}/${created++}`,
      lock: Mutex.create().handle,
      list: new SharedArrayBuffer(8),
      links: new SharedArrayBuffer(4 * maxThreads),
      claimed: new SharedArrayBuffer(4 * maxThreads),
      values: new SharedArrayBuffer(4 * maxThreads),
    });
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as Handle);
  }

  get(): number {
    const slot = slots.get(this.handle.id);
    return slot === undefined ? 0 : Atomics.load(this.#values, slot);
  }

  set(value: number): void {
    Atomics.store(this.#values, this.#slot(), value);
  }

  add(delta: number): number {
    return Atomics.add(this.#values, this.#slot(), delta) + delta;
  }

  release(): number {
    const slot = slots.get(this.handle.id);
    if (slot === undefined) return 0;
    slots.delete(this.handle.id);
    return this.#lock.withLock(() => {
      const last = Atomics.exchange(this.#values, slot, 0);
      Atomics.store(this.#claimed, slot, 0);
      this.#links[slot] = this.#list[HEAD]!;
      this.#list[HEAD] = slot + 1;
      return last;
    });
  }

  values(): number[] {
    return [...this.#claimed.keys()]
      .filter((slot) => Atomics.load(this.#claimed, slot) === 1)
      .map((slot) => Atomics.load(this.#values, slot));
  }

  #slot(): number {
    const known = slots.get(this.handle.id);
    if (known !== undefined) return known;
    const slot = this.#lock.withLock(() => this.#take());
    slots.set(this.handle.id, slot);
    return slot;
  }

  /** Under the lock. */
  #take(): number {
    const used = this.#list[HEAD]!;
    const slot = used === 0 ? this.#list[FRESH]! : used - 1;
    if (slot === this.#values.length) throw new KataError("NO_SLOT");
    if (used === 0) this.#list[FRESH] = slot + 1;
    else this.#list[HEAD] = this.#links[slot]!;
    Atomics.store(this.#claimed, slot, 1);
    return slot;
  }
}

/** One storage for all Locals of this thread: an immutable map says which bag each of them has. */
const contexts = new AsyncLocalStorage<ReadonlyMap<object, Map<unknown, unknown>>>();

export class Local<T extends object> {
  run<R>(vars: Partial<T>, fn: () => R): R {
    return this.#within(new Map(Object.entries(vars)), fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    if (!this.has(key)) throw new KataError("ATTRIBUTE");
    return this.#bag?.get(key) as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    if (this.#bag === undefined) throw new KataError("NO_CONTEXT");
    this.#bag.set(key, value);
  }

  has(key: keyof T): boolean {
    return this.#bag?.has(key) === true;
  }

  delete(key: keyof T): void {
    this.#bag?.delete(key);
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const bag = this.#bag;
    return (...args) => this.#within(bag, () => fn(...args));
  }

  get #bag(): Map<unknown, unknown> | undefined {
    return contexts.getStore()?.get(this);
  }

  /** The other Locals keep theirs. */
  #within<R>(bag: Map<unknown, unknown> | undefined, fn: () => R): R {
    const context = new Map(contexts.getStore());
    if (bag === undefined) context.delete(this);
    else context.set(this, bag);
    return contexts.run(context, fn);
  }
}
