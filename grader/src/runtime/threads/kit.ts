/** The kit under control: the same surface as `@concurrency-katas/grader/kit`, with each lock operation as one step. */
import type { Machine } from "./machine.ts";
import type { SharedMemory } from "./shared-memory.ts";

/** The module that a submission imports. */
export interface Kit {
  readonly KataError: new (code: string, message?: string) => Error & { readonly code: string };
  readonly Mutex: MutexConstructor;
}

interface MutexConstructor {
  create(): ControlledMutex;
  attach(handle: unknown): ControlledMutex;
}

interface ControlledMutex {
  readonly handle: unknown;
  lock(): void;
  unlock(): void;
  withLock<R>(fn: () => R): R;
}

/** Bytes of a mutex's shared memory, as in the real kit. */
const MUTEX_BYTES = 4;

/** Builds the kit of one worker, in a realm that is locked down: its classes come from there, and can be hardened. */
export function createKit(
  machine: Pick<Machine, "allocate" | "unlock"> & { lock(address: number): void },
  memory: SharedMemory,
): Kit {
  // The `Error` of this module can read stacks; the one that errors name as their constructor cannot.
  const HarmlessError = Error.prototype.constructor as ErrorConstructor;

  class KataError extends HarmlessError {
    override readonly name = "KataError";
    readonly code: string;

    constructor(code: string, message: string = code) {
      super(message);
      this.code = code;
    }
  }

  class Mutex {
    readonly handle: unknown;
    readonly #address: number;

    constructor(handle: unknown) {
      const place = memory.placeOf(handle);
      if (place?.length !== MUTEX_BYTES) {
        throw new KataError("BAD_HANDLE", "Mutex.attach() needs the `handle` of a Mutex.");
      }
      this.handle = handle;
      this.#address = place.offset;
    }

    static create(): Mutex {
      const offset = machine.allocate(MUTEX_BYTES);
      if (offset < 0) throw new RangeError("Array buffer allocation failed");
      return new Mutex(memory.bufferAt({ offset, length: MUTEX_BYTES }));
    }

    static attach(handle: unknown): Mutex {
      return new Mutex(handle);
    }

    lock(): void {
      machine.lock(this.#address);
    }

    unlock(): void {
      if (machine.unlock(this.#address)) return;
      throw new KataError("NOT_LOCKED", "unlock() was called, but nobody holds this mutex.");
    }

    withLock<R>(fn: () => R): R {
      this.lock();
      try {
        return fn();
      } finally {
        this.unlock();
      }
    }
  }

  return { KataError, Mutex };
}
