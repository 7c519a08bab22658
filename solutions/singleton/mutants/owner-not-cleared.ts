/**
 * @mutant owner-not-cleared
 * @bug The builder's number stays in the memory when the construction is over.
 * @killed-by T4b
 * @verdict crash
 * @diagnosis uncaught-error
 * @sees A worker fails and calls again while another one builds: it finds its own old number and
 *   gets REENTRANT.
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

const STATE = 0;
const OWNER = 1;

const EMPTY = 0;
const BUILDING = 1;
const READY = 2;

interface Handle {
  readonly control: SharedArrayBuffer;
  readonly cells: SharedArrayBuffer;
}

export class SharedSingleton {
  readonly handle: Handle;
  readonly #control: Int32Array;
  readonly #view: Int32Array;

  private constructor(handle: Handle) {
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
    return new SharedSingleton(handle as Handle);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    for (;;) {
      const seen = Atomics.compareExchange(this.#control, STATE, EMPTY, BUILDING);
      if (seen === READY) return this.#view;
      if (seen === EMPTY) return this.#build(init);
      if (Atomics.load(this.#control, OWNER) === threadId + 1) throw new KataError("REENTRANT");
      Atomics.wait(this.#control, STATE, BUILDING);
    }
  }

  get ready(): boolean {
    return Atomics.load(this.#control, STATE) === READY;
  }

  #build(init: (view: Int32Array) => void): Int32Array {
    Atomics.store(this.#control, OWNER, threadId + 1);
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
    Atomics.store(this.#control, STATE, state);
    Atomics.notify(this.#control, STATE);
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
