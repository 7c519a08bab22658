import { KataError } from "./kata-error.ts";

/** Nobody holds the mutex. */
const FREE = 0;
/** A thread holds the mutex, and nobody waits for it. */
const HELD = 1;
/** A thread holds the mutex, and other threads may be asleep, waiting for it. */
const CONTENDED = 2;

/**
 * A lock that only one thread can hold at a time (**mut**ual **ex**clusion).
 *
 * ```ts
 * const mutex = Mutex.create();
 * new Worker(file, { workerData: mutex.handle });
 *
 * // In the worker: the same mutex, because it is the same memory.
 * const mutex = Mutex.attach(workerData);
 * mutex.withLock(() => {
 *   // Only one thread at a time is in here.
 * });
 * ```
 *
 * **How it works.** All that the threads share is one number: `FREE`, `HELD` or
 * `CONTENDED`. There are two dangers. Two threads may see `FREE` at the same
 * moment and both go in. And a thread may go to sleep just after it was woken,
 * and then nobody wakes it again. The comments below say how each is avoided.
 * (It is "mutex3" of Ulrich Drepper's "Futexes Are Tricky".)
 *
 * **What it does not do.** It is not re-entrant: a thread that locks it twice
 * waits for itself, for ever. It is not fair: a thread that comes late may get
 * it first. And it does not know who holds it: any thread can unlock it.
 */
export class Mutex {
  /** Send this to another thread with `postMessage` or `workerData`, and `attach` to it there. */
  readonly handle: unknown;
  readonly #state: Int32Array<SharedArrayBuffer>;

  private constructor(memory: SharedArrayBuffer) {
    this.handle = memory;
    this.#state = new Int32Array(memory);
  }

  /** Makes a new mutex, which nobody holds. */
  static create(): Mutex {
    return new Mutex(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)); // All zero: FREE.
  }

  /** Gives the mutex with this `handle`, also in another thread. Otherwise throws `BAD_HANDLE`. */
  static attach(handle: unknown): Mutex {
    if (handle instanceof SharedArrayBuffer && handle.byteLength === Int32Array.BYTES_PER_ELEMENT) {
      return new Mutex(handle);
    }
    throw new KataError("BAD_HANDLE", "Mutex.attach() needs the `handle` of a Mutex.");
  }

  /** Waits until the mutex is free, and takes it. */
  lock(): void {
    // To see that it is free and to take it must be ONE step, or two threads could do it together.
    // compareExchange is one step. It gives the old number: FREE means that we have the mutex.
    if (Atomics.compareExchange(this.#state, 0, FREE, HELD) === FREE) return;

    // Another thread has it. Say that somebody waits, so that this thread's unlock() wakes us.
    // The mutex may be free by now. Then exchange gives FREE, and we have it: no need to sleep.
    while (Atomics.exchange(this.#state, 0, CONTENDED) !== FREE) {
      // wait() sleeps only if the number is still CONTENDED, and it looks and falls asleep in one
      // step. If unlock() came first, it does not sleep, so the wake-up cannot be lost.
      Atomics.wait(this.#state, 0, CONTENDED);
      // Awake, but a third thread may be faster than we are. So go round and try again.
    }
    // We took it as CONTENDED, not as HELD, because more threads may be asleep. If there are none,
    // unlock() wakes nobody, and that costs a little time and does no harm.
  }

  /** Gives the mutex back. Throws `NOT_LOCKED` if nobody holds it. */
  unlock(): void {
    const before = Atomics.exchange(this.#state, 0, FREE);
    if (before === FREE) {
      throw new KataError("NOT_LOCKED", "unlock() was called, but nobody holds this mutex.");
    }
    // First free, then wake: the other way round, the thread would wake up, find the mutex held
    // and sleep again. One is enough, because only one thread can have the mutex.
    if (before === CONTENDED) Atomics.notify(this.#state, 0, 1);
  }

  /**
   * Runs `fn` while this thread holds the mutex, and gives back what `fn` returns. If `fn` throws,
   * the mutex is unlocked too. `fn` must not be `async`: an async function returns at its first
   * `await`, and the mutex would be unlocked in the middle of it.
   */
  withLock<R>(fn: () => R): R {
    this.lock();
    try {
      return fn();
    } finally {
      this.unlock();
    }
  }
}
