/** The kit under control: the same surface as `@concurrency-katas/grader/kit`, with each lock operation as one step. */
import { KataError, type Mutex } from "../../kit/index.ts";
import type { Machine } from "./machine.ts";
import type { SharedMemory } from "./shared-memory.ts";

/** Builds the kit module of one worker. */
export function createKit(
  machine: Machine,
  memory: SharedMemory,
): { KataError: typeof KataError; Mutex: unknown } {
  const MUTEX_BYTES = 8;
  class ControlledMutex {
    readonly #buffer: object;
    readonly #address: number;
    constructor(buffer: unknown) {
      const place = memory.placeOf(buffer);
      if (place === undefined || place.length !== MUTEX_BYTES) {
        throw new KataError("BAD_HANDLE", "Mutex.attach needs the handle of a Mutex");
      }
      this.#buffer = buffer as object;
      this.#address = place.offset;
    }
    static create(): ControlledMutex {
      const offset = machine.allocate(MUTEX_BYTES);
      if (offset < 0) throw new RangeError("Array buffer allocation failed");
      return new ControlledMutex(memory.bufferAt({ offset, length: MUTEX_BYTES }));
    }
    static attach(handle: unknown): ControlledMutex {
      return new ControlledMutex(handle);
    }
    get handle(): unknown {
      return this.#buffer;
    }
    lock(): void {
      machine.lock(this.#address);
    }
    unlock(): void {
      if (!machine.unlock(this.#address))
        throw new KataError("NOT_LOCKED", "unlock() of a Mutex that is not locked");
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
  Object.defineProperty(ControlledMutex, "name", { value: "Mutex" });
  ControlledMutex satisfies Pick<typeof Mutex, "create" | "attach">;
  return { KataError, Mutex: ControlledMutex };
}
