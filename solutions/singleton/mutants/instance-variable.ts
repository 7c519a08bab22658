/**
 * @mutant instance-variable
 * @bug Whether it is built is a field of the instance, and every attach makes a new instance.
 * @killed-by T1
 * @verdict race
 * @diagnosis one-per-instance
 * @sees Each worker builds a record of its own, and so does each further instance in one worker.
 */
import { KataError } from "@concurrency-katas/grader/kit";

export class SharedSingleton {
  readonly handle: SharedArrayBuffer;
  readonly #view: Int32Array;
  #state: "empty" | "building" | "ready" = "empty";

  private constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#view = new Int32Array(handle);
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    return new SharedSingleton(new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT));
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as SharedArrayBuffer);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    if (this.#state === "building") throw new KataError("REENTRANT");
    if (this.#state === "empty") this.#build(init);
    return this.#view;
  }

  get ready(): boolean {
    return this.#state === "ready";
  }

  #build(init: (view: Int32Array) => void): void {
    this.#state = "building";
    try {
      init(this.#view);
    } catch (error) {
      this.#view.fill(0);
      this.#state = "empty";
      throw error;
    }
    this.#state = "ready";
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
