/**
 * @alternative wake-one-after-failure — success wakes everybody, a failure only one: that one, or
 *   whoever is faster, builds and wakes the others in the end
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

const STATE = 0;
const OWNER = 1;

const EMPTY = 0;
const BUILDING = 1;
const READY = 2;

export class SharedSingleton {
  readonly handle: { readonly control: SharedArrayBuffer; readonly cells: SharedArrayBuffer };
  readonly #control: Int32Array;
  readonly #view: Int32Array;

  private constructor(handle: SharedSingleton["handle"]) {
    this.handle = handle;
    this.#control = new Int32Array(handle.control);
    this.#view = new Int32Array(handle.cells);
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    return new SharedSingleton({
      control: new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT),
      cells: new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT),
    });
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as SharedSingleton["handle"]);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    for (;;) {
      switch (Atomics.compareExchange(this.#control, STATE, EMPTY, BUILDING)) {
        case READY:
          return this.#view;
        case EMPTY:
          Atomics.store(this.#control, OWNER, threadId + 1);
          try {
            init(this.#view);
          } catch (error) {
            this.#undo();
            throw error;
          }
          Atomics.store(this.#control, OWNER, 0);
          Atomics.store(this.#control, STATE, READY);
          Atomics.notify(this.#control, STATE);
          return this.#view;
        default:
          // The owner is cleared before the state: a number of mine is from my own call.
          if (Atomics.load(this.#control, OWNER) === threadId + 1) throw new KataError("REENTRANT");
          Atomics.wait(this.#control, STATE, BUILDING);
      }
    }
  }

  get ready(): boolean {
    return Atomics.load(this.#control, STATE) === READY;
  }

  #undo(): void {
    for (const i of this.#view.keys()) Atomics.store(this.#view, i, 0);
    Atomics.store(this.#control, OWNER, 0);
    Atomics.store(this.#control, STATE, EMPTY);
    Atomics.notify(this.#control, STATE, 1);
  }
}

/** Runs are keyed by an epoch that ends with a failure or a reset, and old epochs are dropped. */
export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  const runs = new Map<symbol, Promise<T>>();
  let epoch = Symbol("epoch");

  function end(ended: symbol): void {
    runs.delete(ended);
    if (epoch === ended) epoch = Symbol("epoch");
  }

  const once = (): Promise<T> => {
    const mine = epoch;
    let run = runs.get(mine);
    if (run === undefined) {
      run = (async () => {
        let isDone = false;
        try {
          const value = await factory();
          isDone = true;
          return value;
        } finally {
          if (!isDone) end(mine);
        }
      })();
      if (epoch === mine) runs.set(mine, run);
    }
    return run;
  };

  return Object.assign(once, {
    reset(): void {
      end(epoch);
    },
  });
}
