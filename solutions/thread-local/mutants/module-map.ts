/**
 * @mutant module-map
 * @bug The values are in a module variable: private indeed, and nobody can add them up.
 * @killed-by T1
 * @verdict violation
 * @diagnosis no-effect
 * @sees Each worker greets its own student, and values() on the main thread is empty.
 */
import { AsyncLocalStorage } from "node:async_hooks";
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

type Bag<T> = Map<keyof T, T[keyof T]>;

export class Local<T extends object> {
  readonly #bags = new AsyncLocalStorage<Bag<T> | undefined>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    return this.#bags.run(new Map(Object.entries(vars) as [keyof T, T[keyof T]][]), fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    const bag = this.#bags.getStore();
    if (!bag?.has(key)) throw new KataError("ATTRIBUTE");
    return bag.get(key) as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const bag = this.#bags.getStore();
    if (!bag) throw new KataError("NO_CONTEXT");
    bag.set(key, value);
  }

  has(key: keyof T): boolean {
    return this.#bags.getStore()?.has(key) ?? false;
  }

  delete(key: keyof T): void {
    this.#bags.getStore()?.delete(key);
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const bag = this.#bags.getStore();
    return (...args) => this.#bags.run(bag, fn, ...args);
  }
}
