/**
 * @alternative locked-rows — rows without gaps under one lock, all accesses plain: a release moves
 *   the last row into the place of the one that goes
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { threadId } from "node:worker_threads";
import { KataError, Mutex } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly lock: Mutex["handle"];
  readonly count: SharedArrayBuffer;
  readonly owners: SharedArrayBuffer;
  readonly values: SharedArrayBuffer;
}

export class ThreadLocalInt32 {
  readonly handle: Handle;
  readonly #lock: Mutex;
  readonly #count: Uint32Array;
  readonly #owners: Float64Array;
  readonly #values: Int32Array;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#lock = Mutex.attach(handle.lock);
    this.#count = new Uint32Array(handle.count);
    this.#owners = new Float64Array(handle.owners);
    this.#values = new Int32Array(handle.values);
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    return new ThreadLocalInt32({
      lock: Mutex.create().handle,
      count: new SharedArrayBuffer(Uint32Array.BYTES_PER_ELEMENT),
      owners: new SharedArrayBuffer(maxThreads * Float64Array.BYTES_PER_ELEMENT),
      values: new SharedArrayBuffer(maxThreads * Int32Array.BYTES_PER_ELEMENT),
    });
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as Handle);
  }

  get(): number {
    return this.#lock.withLock(() => this.#values[this.#row()] ?? 0);
  }

  set(value: number): void {
    this.#lock.withLock(() => {
      this.#values[this.#ownRow()] = value;
    });
  }

  add(delta: number): number {
    return this.#lock.withLock(() => (this.#values[this.#ownRow()]! += delta));
  }

  release(): number {
    return this.#lock.withLock(() => {
      const row = this.#row();
      if (row === -1) return 0;
      const last = this.#values[row]!;
      const end = this.#count[0]! - 1;
      this.#owners[row] = this.#owners[end]!;
      this.#values[row] = this.#values[end]!;
      this.#count[0] = end;
      return last;
    });
  }

  values(): number[] {
    return this.#lock.withLock(() => [...this.#values.subarray(0, this.#count[0])]);
  }

  /** Row of this thread, or -1. Rows beyond the count are nobody's. */
  #row(): number {
    return this.#owners.subarray(0, this.#count[0]).indexOf(threadId);
  }

  #ownRow(): number {
    const row = this.#row();
    if (row !== -1) return row;
    const end = this.#count[0]!;
    if (end === this.#owners.length) throw new KataError("NO_SLOT");
    this.#owners[end] = threadId;
    this.#values[end] = 0;
    this.#count[0] = end + 1;
    return end;
  }
}

/** The context has a token only; what belongs to a token is in a `WeakMap`, and goes when it goes. */
export class Local<T extends object> {
  readonly #tokens = new AsyncLocalStorage<object | undefined>();
  readonly #bags = new WeakMap<object, Map<keyof T, T[keyof T]>>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    const token = {};
    this.#bags.set(token, new Map(Object.entries(vars) as [keyof T, T[keyof T]][]));
    return this.#tokens.run(token, fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    const bag = this.#bag();
    if (bag === undefined || !bag.has(key)) throw new KataError("ATTRIBUTE");
    return bag.get(key) as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const bag = this.#bag();
    if (bag === undefined) throw new KataError("NO_CONTEXT");
    bag.set(key, value);
  }

  has(key: keyof T): boolean {
    return this.#bag()?.has(key) ?? false;
  }

  delete(key: keyof T): void {
    this.#bag()?.delete(key);
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const token = this.#tokens.getStore();
    return (...args) => this.#tokens.run(token, fn, ...args);
  }

  #bag(): Map<keyof T, T[keyof T]> | undefined {
    const token = this.#tokens.getStore();
    return token && this.#bags.get(token);
  }
}
