/**
 * @mutant no-second-check
 * @bug Double-checked locking without the second check: who waited for the lock builds again.
 * @killed-by T1
 * @verdict violation
 * @diagnosis no-second-check
 * @sees Both workers find it not ready, and both take the lock and run init, one after the other.
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
  readonly #words: Int32Array;
  readonly #view: Int32Array;
  readonly #lock: Mutex;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#words = new Int32Array(handle.words);
    this.#view = new Int32Array(handle.cells);
    this.#lock = Mutex.attach(handle.lock);
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    return new SharedSingleton({
      words: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
      cells: new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT),
      lock: Mutex.create().handle,
    });
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as Handle);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    if (this.ready) return this.#view;
    if (Atomics.load(this.#words, BUILDER) === threadId + 1) throw new KataError("REENTRANT");
    return this.#lock.withLock(() => {
      this.#build(init);
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

export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  let current: Promise<T> | undefined;

  function start(): Promise<T> {
    const run = (async () => factory())();
    run.catch(() => {
      if (current === run) current = undefined;
    });
    return run;
  }

  return Object.assign(() => (current ??= start()), {
    reset(): void {
      current = undefined;
    },
  });
}
