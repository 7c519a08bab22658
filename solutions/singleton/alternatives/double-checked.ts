/**
 * @alternative double-checked — a look without the lock, a second look with it, and init under the
 *   lock; the second look is what makes the first one safe
 */
import { threadId } from "node:worker_threads";
import { KataError, Mutex } from "@concurrency-katas/grader/kit";

const READY = 0;
const BUILDER = 1;

interface Handle {
  readonly words: SharedArrayBuffer;
  readonly cells: SharedArrayBuffer;
  readonly lock: Mutex["handle"];
}

export class SharedSingleton {
  readonly handle: Handle;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #view: Int32Array<SharedArrayBuffer>;
  readonly #lock: Mutex;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#words = new Int32Array(handle.words);
    this.#view = new Int32Array(handle.cells);
    this.#lock = Mutex.attach(handle.lock);
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    return new SharedSingleton({
      words: new SharedArrayBuffer(8),
      cells: new SharedArrayBuffer(cells * 4),
      lock: Mutex.create().handle,
    });
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as Handle);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    if (this.ready) return this.#view;
    // Only this thread ever writes its own number there, so nobody else can be mistaken for it.
    if (Atomics.load(this.#words, BUILDER) === threadId + 1) throw new KataError("REENTRANT");
    return this.#lock.withLock(() => {
      if (!this.ready) this.#build(init);
      return this.#view;
    });
  }

  get ready(): boolean {
    return Atomics.load(this.#words, READY) === 1;
  }

  #build(init: (view: Int32Array) => void): void {
    Atomics.store(this.#words, BUILDER, threadId + 1);
    try {
      init(this.#view);
      Atomics.store(this.#words, READY, 1);
    } catch (error) {
      this.#view.fill(0);
      throw error;
    } finally {
      Atomics.store(this.#words, BUILDER, 0);
    }
  }
}

/** The value is kept when it is there, and the promise until then. */
export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  let built: { readonly value: T } | undefined;
  let building: { promise?: Promise<T> } | undefined;

  async function build(mine: object): Promise<T> {
    try {
      const value = await factory();
      if (building === mine) built = { value };
      return value;
    } finally {
      if (building === mine) building = undefined;
    }
  }

  const once = async (): Promise<T> => {
    if (built !== undefined) return built.value;
    if (building?.promise !== undefined) return building.promise;
    const mine: typeof building = {};
    building = mine;
    return (mine.promise = build(mine));
  };

  return Object.assign(once, {
    reset() {
      built = undefined;
      building = undefined;
    },
  });
}
