/**
 * @mutant reset-rejects
 * @bug reset() gives up the run that is in flight, and its callers get an error.
 * @killed-by A3
 * @verdict violation
 * @diagnosis reset-rejects
 * @sees Whoever waited for the older run gets RESET instead of what the run gives.
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

export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  let current: PromiseWithResolvers<T> | undefined;

  return Object.assign(
    (): Promise<T> => {
      if (current !== undefined) return current.promise;
      const mine = Promise.withResolvers<T>();
      current = mine;
      const run = (async () => factory())();
      run.then(mine.resolve, (reason: unknown) => {
        if (current === mine) current = undefined;
        mine.reject(reason);
      });
      return mine.promise;
    },
    {
      reset(): void {
        current?.reject(new KataError("RESET"));
        current = undefined;
      },
    },
  );
}
