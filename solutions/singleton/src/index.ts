/**
 * Reference solution.
 *
 * Between threads one word says everything that they have to agree on: nobody has begun, this thread
 * is building, or it is done. Whoever changes it from `EMPTY` to its own number is the builder.
 * Between tasks of one thread a promise in a variable says the same.
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

/** Nobody has built the record, and nobody is at it. */
const EMPTY = 0;
/** The record is built, for good. Any other value is the builder's `threadId + 1`. */
const READY = -1;

interface Handle {
  readonly state: SharedArrayBuffer;
  readonly cells: SharedArrayBuffer;
}

/** A shared record of Int32 values, constructed at most once over all threads. */
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

  /**
   * To see that nobody builds and to be the builder is one step. Whoever loses it sleeps on the
   * winner's number: `wait` compares it again, so an end of the construction cannot be missed.
   */
  getInstance(init: (view: Int32Array) => void): Int32Array {
    const me = threadId + 1; // the main thread is 0, and 0 is EMPTY
    for (;;) {
      const seen = Atomics.compareExchange(this.#state, 0, EMPTY, me);
      if (seen === READY) return this.#view;
      if (seen === EMPTY) return this.#build(init);
      if (seen === me) throw new KataError("REENTRANT", "init() called getInstance()");
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
      this.#view.fill(0); // before anybody else may begin
      this.#end(EMPTY);
      throw error;
    }
    this.#end(READY);
    return this.#view;
  }

  /** Everybody is woken: all of them if it is ready, and if not, whoever is fastest builds. */
  #end(state: typeof EMPTY | typeof READY): void {
    Atomics.store(this.#state, 0, state);
    Atomics.notify(this.#state, 0);
  }
}

/** What `onceAsync` returns. */
interface Once<T> {
  (): Promise<T>;
  reset(): void;
}

/**
 * Runs the factory once for concurrent and later callers.
 *
 * The slot holds the promise, not the value, and it is filled in the step that calls the factory:
 * nobody can come between the two.
 */
export function onceAsync<T>(factory: () => Promise<T>): Once<T> {
  let current: Promise<T> | undefined;

  function start(): Promise<T> {
    // An async function does not throw: whatever the factory throws becomes a rejection.
    const run = (async () => factory())();
    // The first reaction of all, so that a caller who hears of the failure finds the slot empty.
    run.catch(() => {
      if (current === run) current = undefined; // after a reset it may be somebody else's
    });
    return run;
  }

  return Object.assign(() => (current ??= start()), {
    reset(): void {
      current = undefined;
    },
  });
}
