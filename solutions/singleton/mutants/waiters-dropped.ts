/**
 * @mutant waiters-dropped
 * @bug On a failure the list of waiters is emptied, and only the first caller hears of it.
 * @killed-by A2
 * @verdict deadlock
 * @diagnosis never-settles
 * @sees The run has failed, and the second caller waits for ever.
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
  readonly #state: Int32Array<SharedArrayBuffer>;
  readonly #view: Int32Array<SharedArrayBuffer>;

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

interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  let waiters: Waiter<T>[] | undefined;
  let built: { readonly value: T } | undefined;

  async function start(mine: Waiter<T>[]): Promise<T> {
    waiters = mine;
    try {
      const value = await factory();
      if (waiters === mine) built = { value };
      for (const { resolve } of mine) resolve(value);
      return value;
    } catch (error) {
      if (waiters === mine) waiters = undefined;
      throw error;
    }
  }

  return Object.assign(
    async (): Promise<T> => {
      if (built !== undefined) return built.value;
      if (waiters === undefined) return start([]);
      const list = waiters;
      return new Promise<T>((resolve, reject) => list.push({ resolve, reject }));
    },
    {
      reset(): void {
        waiters = undefined;
        built = undefined;
      },
    },
  );
}
