/**
 * @alternative packed-word — owner and value are the halves of one 64-bit word, so to claim and to
 *   write, or to read and to free, is a single step
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

const FREE = 0n;

const pack = (owner: number, value: number): bigint =>
  (BigInt(owner) << 32n) | BigInt.asUintN(32, BigInt(value));
const ownerOf = (word: bigint): number => Number(word >> 32n);
const valueOf = (word: bigint): number => Number(BigInt.asIntN(32, word));

export class ThreadLocalInt32 {
  readonly handle: SharedArrayBuffer;
  readonly #words: BigInt64Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#words = new BigInt64Array(handle);
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    return new ThreadLocalInt32(
      new SharedArrayBuffer(maxThreads * BigInt64Array.BYTES_PER_ELEMENT),
    );
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as SharedArrayBuffer);
  }

  get(): number {
    return this.#mine()?.value ?? 0;
  }

  set(value: number): void {
    const mine = this.#mine();
    const word = pack(threadId + 1, value);
    if (mine === undefined) this.#claim(word);
    else Atomics.store(this.#words, mine.slot, word);
  }

  add(delta: number): number {
    const sum = this.get() + delta;
    this.set(sum);
    return sum;
  }

  release(): number {
    const mine = this.#mine();
    if (mine === undefined) return 0;
    return valueOf(Atomics.exchange(this.#words, mine.slot, FREE));
  }

  values(): number[] {
    const words = Array.from(this.#words.keys(), (slot) => Atomics.load(this.#words, slot));
    return words.filter((word) => word !== FREE).map(valueOf);
  }

  #mine(): { readonly slot: number; readonly value: number } | undefined {
    for (const slot of this.#words.keys()) {
      const word = Atomics.load(this.#words, slot);
      if (ownerOf(word) === threadId + 1) return { slot, value: valueOf(word) };
    }
    return undefined;
  }

  #claim(word: bigint): void {
    for (const slot of this.#words.keys()) {
      if (Atomics.compareExchange(this.#words, slot, FREE, word) === FREE) return;
    }
    throw new KataError("NO_SLOT");
  }
}

/** A column for each key: which run has which value. */
export class Local<T extends object> {
  readonly #runs = new AsyncLocalStorage<object | undefined>();
  readonly #columns = new Map<keyof T, WeakMap<object, { readonly value: unknown }>>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    const run = {};
    for (const [key, value] of Object.entries(vars)) {
      this.#column(key as keyof T).set(run, { value });
    }
    return this.#runs.run(run, fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    const run = this.#runs.getStore();
    const cell = run && this.#column(key).get(run);
    if (!cell) throw new KataError("ATTRIBUTE");
    return cell.value as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const run = this.#runs.getStore();
    if (!run) throw new KataError("NO_CONTEXT");
    this.#column(key).set(run, { value });
  }

  has(key: keyof T): boolean {
    const run = this.#runs.getStore();
    return run !== undefined && this.#column(key).has(run);
  }

  delete(key: keyof T): void {
    const run = this.#runs.getStore();
    if (run) this.#column(key).delete(run);
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const run = this.#runs.getStore();
    return (...args) => this.#runs.run(run, () => fn(...args));
  }

  #column(key: keyof T): WeakMap<object, { readonly value: unknown }> {
    const column = this.#columns.get(key) ?? new WeakMap<object, { readonly value: unknown }>();
    this.#columns.set(key, column);
    return column;
  }
}
