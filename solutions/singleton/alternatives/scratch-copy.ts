/**
 * @alternative scratch-copy — init fills an array that nobody else can see, and it is copied when
 *   init is done: after a failure there is nothing to clean up
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

type Phase = "empty" | "building" | "ready";
const PHASES: Readonly<Record<Phase, number>> = { empty: 0, building: 1, ready: 2 };

export class SharedSingleton {
  readonly handle: { readonly control: Int32Array; readonly cells: Int32Array };
  readonly #control: Int32Array;
  readonly #cells: Int32Array;

  private constructor(handle: SharedSingleton["handle"]) {
    this.handle = handle;
    this.#control = handle.control;
    this.#cells = handle.cells;
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    return new SharedSingleton({
      control: new Int32Array(new SharedArrayBuffer(8)),
      cells: new Int32Array(new SharedArrayBuffer(cells * 4)),
    });
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as SharedSingleton["handle"]);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    while (!this.ready) {
      if (Atomics.load(this.#control, 1) === ~threadId) throw new KataError("REENTRANT");
      if (this.#claim()) this.#build(init);
      else Atomics.wait(this.#control, 0, PHASES.building);
    }
    return this.#cells;
  }

  get ready(): boolean {
    return Atomics.load(this.#control, 0) === PHASES.ready;
  }

  #claim(): boolean {
    return (
      Atomics.compareExchange(this.#control, 0, PHASES.empty, PHASES.building) === PHASES.empty
    );
  }

  #build(init: (view: Int32Array) => void): void {
    Atomics.store(this.#control, 1, ~threadId); // never 0
    let phase: Phase = "empty";
    try {
      const scratch = new Int32Array(this.#cells.length);
      init(scratch);
      this.#cells.set(scratch);
      phase = "ready";
    } finally {
      Atomics.store(this.#control, 1, 0);
      Atomics.store(this.#control, 0, PHASES[phase]);
      Atomics.notify(this.#control, 0);
    }
  }
}

/** A promise that is settled from outside; the one who settles it looks whether it is still wanted. */
export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  let current: PromiseWithResolvers<T> | undefined;

  const once = (): Promise<T> => {
    if (current !== undefined) return current.promise;
    const mine = Promise.withResolvers<T>();
    current = mine;
    const failed = (reason: unknown): void => {
      if (current === mine) current = undefined;
      mine.reject(reason);
    };
    try {
      factory().then(mine.resolve, failed);
    } catch (error) {
      failed(error);
    }
    return mine.promise;
  };

  return Object.assign(once, {
    reset(): void {
      current = undefined;
    },
  });
}
