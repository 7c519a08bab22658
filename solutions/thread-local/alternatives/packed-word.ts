/**
 * @alternative packed-word — owner and value are the halves of one 64-bit word, so to claim and to
 *   write, or to read and to free, is a single step
 */
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
