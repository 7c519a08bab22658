/**
 * @alternative tickets — everybody who comes before the end draws a number; the one whose number is
 *   called builds, and after a failure the next number is called
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

/** The next number to draw, the number that is called, and the thread that builds. */
const NEXT = 0;
const CALLED = 1;
const BUILDER = 2;
const FIRST_CELL = 3;

/** No number: it is built, and nobody waits any more. */
const DONE = -1;
const NOBODY = -1;

export class SharedSingleton {
  readonly handle: SharedArrayBuffer;
  readonly #words: Int32Array;
  readonly #view: Int32Array;

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#words = new Int32Array(handle, 0, FIRST_CELL);
    this.#view = new Int32Array(handle, FIRST_CELL * Int32Array.BYTES_PER_ELEMENT);
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    const bytes = (FIRST_CELL + cells) * Int32Array.BYTES_PER_ELEMENT;
    const singleton = new SharedSingleton(new SharedArrayBuffer(bytes));
    singleton.#words[BUILDER] = NOBODY;
    return singleton;
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as SharedArrayBuffer);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    if (this.ready) return this.#view;
    if (Atomics.load(this.#words, BUILDER) === threadId) throw new KataError("REENTRANT");
    const mine = Atomics.add(this.#words, NEXT, 1);
    for (;;) {
      const called = Atomics.load(this.#words, CALLED);
      if (called === DONE) return this.#view;
      if (called === mine) return this.#build(init, mine);
      Atomics.wait(this.#words, CALLED, called);
    }
  }

  get ready(): boolean {
    return Atomics.load(this.#words, CALLED) === DONE;
  }

  #build(init: (view: Int32Array) => void, mine: number): Int32Array {
    let next = mine + 1;
    Atomics.store(this.#words, BUILDER, threadId);
    try {
      init(this.#view);
      next = DONE;
    } finally {
      if (next !== DONE) this.#view.fill(0);
      Atomics.store(this.#words, BUILDER, NOBODY);
      Atomics.store(this.#words, CALLED, next);
      Atomics.notify(this.#words, CALLED);
    }
    return this.#view;
  }
}

/** Every caller awaits the run itself, and the first who hears of its failure takes it away. */
export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  let run: Promise<T> | undefined;

  async function once(): Promise<T> {
    const joined = (run ??= (async () => factory())());
    try {
      return await joined;
    } catch (error) {
      if (run === joined) run = undefined;
      throw error;
    }
  }

  return Object.assign(once, {
    reset() {
      run = undefined;
    },
  });
}
