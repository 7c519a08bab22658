/**
 * @mutant spin-wait
 * @bug Whoever finds that another thread builds looks again and again instead of going to sleep.
 * @killed-by C1
 * @verdict livelock
 * @diagnosis busy-wait
 * @sees Every answer is right, but a worker that has to wait burns its processor, probing the same
 *   word over and over.
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

const EMPTY = 0;
const READY = -1;

interface Handle {
  readonly state: SharedArrayBuffer;
  readonly cells: SharedArrayBuffer;
}

export class SharedSingleton {
  readonly handle: Handle;
  readonly #state: Int32Array;
  readonly #view: Int32Array;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#state = new Int32Array(handle.state);
    this.#view = new Int32Array(handle.cells);
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    return new SharedSingleton({
      state: new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT),
      cells: new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT),
    });
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as Handle);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    const me = threadId + 1;
    for (;;) {
      const seen = Atomics.compareExchange(this.#state, 0, EMPTY, me);
      if (seen === READY) return this.#view;
      if (seen === EMPTY) return this.#build(init);
      if (seen === me) throw new KataError("REENTRANT");
    }
  }

  get ready(): boolean {
    return Atomics.load(this.#state, 0) === READY;
  }

  #build(init: (view: Int32Array) => void): Int32Array {
    try {
      init(this.#view);
    } catch (error) {
      this.#view.fill(0);
      this.#end(EMPTY);
      throw error;
    }
    this.#end(READY);
    return this.#view;
  }

  #end(state: typeof EMPTY | typeof READY): void {
    Atomics.store(this.#state, 0, state);
    Atomics.notify(this.#state, 0);
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
