/**
 * @alternative spin-then-sleep — looks a few times, in case the construction is short, and goes to
 *   sleep for a while at a time after that
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

const EMPTY = 0;
const READY = -1;
const LOOKS = 3;
const MILLISECONDS = 50;

export class SharedSingleton {
  readonly handle: SharedArrayBuffer;
  readonly #state: Int32Array;
  readonly #view: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#state = new Int32Array(handle, 0, 1);
    this.#view = new Int32Array(handle, 4);
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    return new SharedSingleton(new SharedArrayBuffer(4 * (1 + cells)));
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as SharedArrayBuffer);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    const me = threadId + 1;
    for (;;) {
      const state = Atomics.compareExchange(this.#state, 0, EMPTY, me);
      if (state === me) throw new KataError("REENTRANT");
      if (state === READY) return this.#view;
      if (state === EMPTY) return this.#build(init);
      this.#pause(state);
    }
  }

  get ready(): boolean {
    return Atomics.load(this.#state, 0) === READY;
  }

  /** Returns when the state is another one, or after a while. */
  #pause(state: number): void {
    for (let i = 0; i < LOOKS; i++) if (Atomics.load(this.#state, 0) !== state) return;
    Atomics.wait(this.#state, 0, state, MILLISECONDS);
  }

  #build(init: (view: Int32Array) => void): Int32Array {
    let end = EMPTY;
    try {
      init(this.#view);
      end = READY;
      return this.#view;
    } finally {
      if (end === EMPTY) this.#view.fill(0);
      Atomics.store(this.#state, 0, end);
      Atomics.notify(this.#state, 0, Infinity);
    }
  }
}

/** Nobody clears anything: the next caller sees that the run in the slot has failed. */
export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  const failed = new WeakSet<Promise<T>>();
  const slot: [Promise<T>?] = [];

  const once = (): Promise<T> => {
    const [last] = slot;
    if (last !== undefined && !failed.has(last)) return last;
    const run = Promise.resolve().then(factory);
    run.then(undefined, () => failed.add(run));
    slot[0] = run;
    return run;
  };

  return Object.assign(once, {
    reset(): void {
      slot.length = 0;
    },
  });
}
