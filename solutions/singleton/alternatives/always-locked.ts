/**
 * @alternative always-locked — Python's way: every call takes the lock, so the flag and the cells
 *   are plain; only the question who holds it is asked without the lock
 */
import { threadId } from "node:worker_threads";
import { KataError, Mutex } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly memory: SharedArrayBuffer;
  readonly lock: Mutex["handle"];
}

export class SharedSingleton {
  readonly handle: Handle;
  readonly #holder: Int32Array;
  readonly #built: Uint8Array;
  readonly #view: Int32Array;
  readonly #lock: Mutex;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#holder = new Int32Array(handle.memory, 0, 1);
    this.#built = new Uint8Array(handle.memory, 4, 1);
    this.#view = new Int32Array(handle.memory, 8);
    this.#lock = Mutex.attach(handle.lock);
  }

  static create({ cells }: { readonly cells: number }): SharedSingleton {
    const memory = new SharedArrayBuffer((2 + cells) * Int32Array.BYTES_PER_ELEMENT);
    return new SharedSingleton({ memory, lock: Mutex.create().handle });
  }

  static attach(handle: unknown): SharedSingleton {
    return new SharedSingleton(handle as Handle);
  }

  getInstance(init: (view: Int32Array) => void): Int32Array {
    return this.#holding(() => {
      if (this.#built[0] === 1) return this.#view;
      try {
        init(this.#view);
      } catch (error) {
        for (let i = 0; i < this.#view.length; i++) this.#view[i] = 0;
        throw error;
      }
      this.#built[0] = 1;
      return this.#view;
    });
  }

  get ready(): boolean {
    return this.#holding(() => this.#built[0] === 1);
  }

  #holding<R>(fn: () => R): R {
    const me = threadId + 1;
    if (Atomics.load(this.#holder, 0) === me) throw new KataError("REENTRANT");
    return this.#lock.withLock(() => {
      Atomics.store(this.#holder, 0, me);
      try {
        return fn();
      } finally {
        Atomics.store(this.#holder, 0, 0);
      }
    });
  }
}

/** Who called, and has no answer yet. */
interface Waiter<T> {
  readonly resolve: (value: T) => void;
  readonly reject: (reason: unknown) => void;
}

type Phase<T> =
  | { readonly kind: "idle" }
  | { readonly kind: "running"; readonly waiters: Waiter<T>[] }
  | { readonly kind: "done"; readonly value: T };

/** A state machine with a list of waiters: each caller has a promise of its own. */
export function onceAsync<T>(factory: () => Promise<T>): { (): Promise<T>; reset(): void } {
  const idle: Phase<T> = { kind: "idle" };
  let phase: Phase<T> = idle;

  function run(waiters: Waiter<T>[]): void {
    const mine: Phase<T> = { kind: "running", waiters };
    phase = mine;
    const end = (next: Phase<T>, answer: (waiter: Waiter<T>) => void): void => {
      if (phase === mine) phase = next;
      for (const waiter of waiters) answer(waiter);
    };
    const failed = (reason: unknown): void => {
      end(idle, (waiter) => waiter.reject(reason));
    };
    try {
      factory().then(
        (value) => end({ kind: "done", value }, (waiter) => waiter.resolve(value)),
        failed,
      );
    } catch (error) {
      failed(error);
    }
  }

  const once = (): Promise<T> =>
    new Promise((resolve, reject) => {
      const waiter = { resolve, reject };
      if (phase.kind === "done") resolve(phase.value);
      else if (phase.kind === "running") phase.waiters.push(waiter);
      else run([waiter]);
    });

  return Object.assign(once, {
    reset: () => {
      phase = idle;
    },
  });
}
