/**
 * @alternative instance-cache — each instance remembers its slot, and believes it only while the
 *   owner word still says so; owner and value stand side by side
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

export class ThreadLocalInt32 {
  readonly handle: SharedArrayBuffer;
  /** Owner, value, owner, value, … */
  readonly #words: Int32Array;
  #last = 0;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#words = new Int32Array(handle);
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    return new ThreadLocalInt32(new SharedArrayBuffer(maxThreads * 8));
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as SharedArrayBuffer);
  }

  get(): number {
    return this.#isMine() ? this.#words[this.#last + 1]! : 0; // no other thread writes it
  }

  set(value: number): void {
    if (!this.#isMine()) this.#claim();
    Atomics.store(this.#words, this.#last + 1, value);
  }

  add(delta: number): number {
    this.set(this.get() + delta);
    return this.get();
  }

  release(): number {
    const value = this.get();
    if (this.#isMine()) {
      Atomics.store(this.#words, this.#last + 1, 0);
      Atomics.store(this.#words, this.#last, 0);
    }
    return value;
  }

  values(): number[] {
    const values: number[] = [];
    for (let i = 0; i < this.#words.length; i += 2) {
      if (Atomics.load(this.#words, i) !== 0) values.push(Atomics.load(this.#words, i + 1));
    }
    return values;
  }

  /** Looks at the remembered slot first, and at the others only if that is not mine. */
  #isMine(): boolean {
    const me = threadId + 1;
    if (Atomics.load(this.#words, this.#last) === me) return true;
    for (let i = 0; i < this.#words.length; i += 2) {
      if (Atomics.load(this.#words, i) !== me) continue;
      this.#last = i;
      return true;
    }
    return false;
  }

  #claim(): void {
    for (let i = 0; i < this.#words.length; i += 2) {
      if (Atomics.compareExchange(this.#words, i, 0, threadId + 1) !== 0) continue;
      this.#last = i;
      return;
    }
    throw new KataError("NO_SLOT");
  }
}

/** `bind` takes a snapshot of the whole context and runs the function in it. */
export class Local<T extends object> {
  readonly #records = new AsyncLocalStorage<Partial<T>>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    const record = Object.assign(Object.create(null) as Partial<T>, vars);
    return this.#records.run(record, fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    const record = this.#records.getStore();
    if (record === undefined || !(key in record)) throw new KataError("ATTRIBUTE");
    return record[key] as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const record = this.#records.getStore();
    if (record === undefined) throw new KataError("NO_CONTEXT");
    record[key] = value;
  }

  has(key: keyof T): boolean {
    const record = this.#records.getStore();
    return record !== undefined && key in record; // the record has no prototype
  }

  delete(key: keyof T): void {
    const record = this.#records.getStore();
    if (record !== undefined) Reflect.deleteProperty(record, key);
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const inContext = AsyncLocalStorage.snapshot();
    return (...args) => inContext(() => fn(...args));
  }
}
