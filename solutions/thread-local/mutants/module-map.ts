/**
 * @mutant module-map
 * @bug The values are in a module variable: private indeed, and nobody can add them up.
 * @killed-by T1
 * @verdict violation
 * @diagnosis no-effect
 * @sees Each worker greets its own student, and values() on the main thread is empty.
 */
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly id: string;
  readonly maxThreads: number;
}

const objects = new Map<string, Map<number, number>>();
let created = 0;

export class ThreadLocalInt32 {
  readonly handle: Handle;
  readonly #slots: Map<number, number>;

  private constructor(handle: Handle) {
    this.handle = handle;
    this.#slots = objects.get(handle.id) ?? new Map<number, number>();
    objects.set(handle.id, this.#slots);
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    return new ThreadLocalInt32({ id: `${threadId}/${created++}`, maxThreads });
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as Handle);
  }

  get(): number {
    return this.#slots.get(threadId) ?? 0;
  }

  set(value: number): void {
    const isNew = !this.#slots.has(threadId);
    if (isNew && this.#slots.size === this.handle.maxThreads) throw new KataError("NO_SLOT");
    this.#slots.set(threadId, value);
  }

  add(delta: number): number {
    this.set(this.get() + delta);
    return this.get();
  }

  release(): number {
    const last = this.get();
    this.#slots.delete(threadId);
    return last;
  }

  values(): number[] {
    return [...this.#slots.values()];
  }
}
