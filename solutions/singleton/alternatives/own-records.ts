/**
 * @alternative own-records — each worker remembers in a module variable which singletons it has
 *   seen ready and which it is building now; the shared word has three states and no owner
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly id: string;
  readonly state: SharedArrayBuffer;
  readonly cells: SharedArrayBuffer;
}

const EMPTY = 0;
const BUILDING = 1;
const READY = 2;

let created = 0;
/** What this thread knows: `"building"` from its own call, `"ready"` because that never changes. */
const known = new Map<string, "building" | "ready">();

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
      id: `${threadId}/${created++}`,
      state: new SharedArrayBuffer(4),
      cells: new SharedArrayBuffer(4 * cells),
    });
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as Handle);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    const { id } = this.handle;
    if (known.get(id) === "building") throw new KataError("REENTRANT");
    while (!this.ready) {
      if (Atomics.compareExchange(this.#state, 0, EMPTY, BUILDING) === EMPTY) this.#build(init);
      else Atomics.wait(this.#state, 0, BUILDING);
    }
    return this.#view;
  }

  get ready(): boolean {
    const { id } = this.handle;
    if (known.get(id) === "ready") return true;
    const ready = Atomics.load(this.#state, 0) === READY;
    if (ready) known.set(id, "ready");
    return ready;
  }

  #build(init: (view: Int32Array) => void): void {
    const { id } = this.handle;
    known.set(id, "building");
    try {
      init(this.#view);
    } catch (error) {
      this.#view.fill(0);
      this.#end(EMPTY);
      throw error;
    } finally {
      known.delete(id);
    }
    this.#end(READY);
  }

  #end(state: number): void {
    Atomics.store(this.#state, 0, state);
    Atomics.notify(this.#state, 0);
  }
}

/** A run has a record of its own and forgets itself there; `reset` lays a new record on the table. */
export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  const blank = (): { promise?: Promise<T> } => ({});
  let record = blank();

  const once = (): Promise<T> => {
    const mine = record;
    if (mine.promise === undefined) {
      mine.promise = new Promise<T>((resolve) => {
        resolve(factory()); // what is thrown in here rejects the promise
      }).catch((error: unknown) => {
        delete mine.promise;
        throw error;
      });
    }
    return mine.promise;
  };

  return Object.assign(once, {
    reset: () => {
      record = blank();
    },
  });
}
