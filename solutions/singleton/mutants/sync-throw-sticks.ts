/**
 * @mutant sync-throw-sticks
 * @bug The state says that a run has begun, before the factory is called; a throw leaves it there.
 * @killed-by A2b
 * @verdict deadlock
 * @diagnosis never-settles
 * @sees The factory has thrown, and the next caller waits for a run that never was.
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

  function start(mine: Waiter<T>[]): void {
    waiters = mine;
    const ended = (value: T): void => {
      if (waiters === mine) built = { value };
      for (const { resolve } of mine) resolve(value);
    };
    const failed = (reason: unknown): void => {
      if (waiters === mine) waiters = undefined;
      for (const { reject } of mine) reject(reason);
    };
    factory().then(ended, failed);
  }

  return Object.assign(
    () =>
      new Promise<T>((resolve, reject) => {
        if (built !== undefined) resolve(built.value);
        else if (waiters !== undefined) waiters.push({ resolve, reject });
        else start([{ resolve, reject }]);
      }),
    {
      reset(): void {
        waiters = undefined;
        built = undefined;
      },
    },
  );
}
