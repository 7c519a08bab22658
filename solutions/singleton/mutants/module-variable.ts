/**
 * @mutant module-variable
 * @bug "The" instance is a module variable, and every worker has a module of its own.
 * @killed-by T1
 * @verdict race
 * @diagnosis one-per-thread
 * @sees Each worker builds a record of its own: init runs twice.
 */
import { KataError } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly id: number;
  readonly cells: SharedArrayBuffer;
}

let created = 0;
const records = new Map<number, "building" | Int32Array>();

export class SharedSingleton {
  readonly handle: Handle;

  private constructor(handle: Handle) {
    this.handle = handle;
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    return new SharedSingleton({
      id: created++,
      cells: new SharedArrayBuffer(cells * Int32Array.BYTES_PER_ELEMENT),
    });
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as Handle);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    const { id, cells } = this.handle;
    const record = records.get(id);
    if (record === "building") throw new KataError("REENTRANT");
    if (record !== undefined) return record;
    const view = new Int32Array(cells);
    records.set(id, "building");
    try {
      init(view);
    } catch (error) {
      view.fill(0);
      records.delete(id);
      throw error;
    }
    records.set(id, view);
    return view;
  }

  get ready(): boolean {
    return records.get(this.handle.id) instanceof Int32Array;
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
