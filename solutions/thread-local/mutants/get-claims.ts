/**
 * @mutant get-claims
 * @bug get() claims a slot as set() does.
 * @killed-by T2
 * @verdict crash
 * @diagnosis uncaught-error
 * @sees A thread that only looks takes a slot, or gets NO_SLOT instead of 0.
 */
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
    return Atomics.load(this.#values, this.#mine() ?? this.#claim());
  }

  set(value: number): void {
    Atomics.store(this.#values, this.#mine() ?? this.#claim(), value);
  }

  add(delta: number): number {
    return Atomics.add(this.#values, this.#mine() ?? this.#claim(), delta) + delta;
  }

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
