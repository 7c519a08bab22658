/**
 * @mutant reentrant-undetected
 * @bug A thread that builds waits for the builder like any other.
 * @killed-by T4
 * @verdict deadlock
 * @diagnosis self-deadlock
 * @sees An init that calls getInstance() waits for itself.
 */
import { threadId } from "node:worker_threads";

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
      Atomics.wait(this.#state, 0, seen);
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
