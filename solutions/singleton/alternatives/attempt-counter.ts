/**
 * @alternative attempt-counter — one word says who builds, another one counts the attempts
 *   that are over; who loses sleeps until the count goes up
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly taken: SharedArrayBuffer;
  readonly attempts: SharedArrayBuffer;
  readonly ready: SharedArrayBuffer;
  readonly cells: SharedArrayBuffer;
}

export class SharedSingleton {
  readonly handle: Handle;
  /** 0, or 1 + the `threadId` of the builder. */
  readonly #taken: Int32Array;
  readonly #attempts: Int32Array;
  readonly #ready: Int32Array;
  readonly #view: Int32Array;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#taken = new Int32Array(handle.taken);
    this.#attempts = new Int32Array(handle.attempts);
    this.#ready = new Int32Array(handle.ready);
    this.#view = new Int32Array(handle.cells);
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    const words = (count: number): SharedArrayBuffer => new SharedArrayBuffer(4 * count);
    return new SharedSingleton({
      taken: words(1),
      attempts: words(1),
      ready: words(1),
      cells: words(cells),
    });
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as Handle);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    for (;;) {
      // Counted before anything else is looked at: an attempt that ends later is noticed.
      const attempts = Atomics.load(this.#attempts, 0);
      if (this.ready) return this.#view;
      const holder = Atomics.compareExchange(this.#taken, 0, 0, threadId + 1);
      if (holder === 0) return this.#build(init);
      if (holder === threadId + 1) throw new KataError("REENTRANT");
      Atomics.wait(this.#attempts, 0, attempts);
    }
  }

  get ready(): boolean {
    return Atomics.load(this.#ready, 0) !== 0;
  }

  /** It may be built already: whoever was first may have ended between the look and the win. */
  #build(init: (view: Int32Array) => void): Int32Array {
    try {
      if (!this.ready) {
        init(this.#view);
        Atomics.store(this.#ready, 0, 1);
      }
      return this.#view;
    } catch (error) {
      this.#view.fill(0);
      throw error;
    } finally {
      Atomics.store(this.#taken, 0, 0);
      Atomics.add(this.#attempts, 0, 1);
      Atomics.notify(this.#attempts, 0);
    }
  }
}

/** Attempts are numbered: whoever fails clears the slot only if no other attempt has begun since. */
export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  let latest = 0;
  let slot: Promise<T> | null = null;

  async function attempt(mine: number): Promise<T> {
    try {
      return await factory();
    } catch (error) {
      if (mine === latest) slot = null;
      throw error;
    }
  }

  function once(): Promise<T> {
    // A moment later, so that whatever the attempt does, it finds itself in the slot.
    slot ??= Promise.resolve(++latest).then(attempt);
    return slot;
  }
  once.reset = (): void => {
    latest++;
    slot = null;
  };
  return once;
}
