/**
 * @alternative bitmap — a bit for each slot that is taken, and no owners at all: each worker knows
 *   its own slot, and nobody else has to
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { threadId } from "node:worker_threads";
import { KataError } from "@concurrency-katas/grader/kit";

interface Handle {
  readonly id: string;
  readonly taken: Int32Array;
  readonly values: Int32Array;
}

let created = 0;
const slots = new Map<string, number>();

export class ThreadLocalInt32 {
  readonly handle: Handle;

  private constructor(handle: Handle) {
    this.handle = handle;
  }

  static create({ maxThreads }: { readonly maxThreads: number }): ThreadLocalInt32 {
    return new ThreadLocalInt32({
      id: `${threadId}/${created++}`,
      taken: new Int32Array(new SharedArrayBuffer(4 * Math.ceil(maxThreads / 32))),
      values: new Int32Array(new SharedArrayBuffer(4 * maxThreads)),
    });
  }

  static attach(handle: unknown): ThreadLocalInt32 {
    return new ThreadLocalInt32(handle as Handle);
  }

  get(): number {
    const slot = slots.get(this.handle.id);
    return slot === undefined ? 0 : Atomics.load(this.handle.values, slot);
  }

  set(value: number): void {
    Atomics.store(this.handle.values, this.#slot(), value);
  }

  add(delta: number): number {
    const slot = this.#slot();
    Atomics.add(this.handle.values, slot, delta);
    return Atomics.load(this.handle.values, slot);
  }

  release(): number {
    const { id, taken, values } = this.handle;
    const slot = slots.get(id);
    if (slot === undefined) return 0;
    slots.delete(id);
    const last = Atomics.exchange(values, slot, 0);
    Atomics.and(taken, slot >> 5, ~(1 << (slot & 31)));
    return last;
  }

  values(): number[] {
    const { taken, values } = this.handle;
    const found: number[] = [];
    for (let slot = 0; slot < values.length; slot++) {
      const isTaken = (Atomics.load(taken, slot >> 5) & (1 << (slot & 31))) !== 0;
      if (isTaken) found.push(Atomics.load(values, slot));
    }
    return found;
  }

  #slot(): number {
    const known = slots.get(this.handle.id);
    if (known !== undefined) return known;
    const slot = this.#claim();
    slots.set(this.handle.id, slot);
    return slot;
  }

  /** `or` answers with the bits as they were: who finds the bit clear has set it. */
  #claim(): number {
    const { taken, values } = this.handle;
    for (let slot = 0; slot < values.length; slot++) {
      const bit = 1 << (slot & 31);
      if ((Atomics.or(taken, slot >> 5, bit) & bit) === 0) return slot;
    }
    throw new KataError("NO_SLOT");
  }
}

/** A box with a frozen record in it: `set` and `delete` put a new record into the box. */
export class Local<T extends object> {
  readonly #boxes = new AsyncLocalStorage<{ vars: Readonly<Partial<T>> } | undefined>();

  run<R>(vars: Partial<T>, fn: () => R): R {
    return this.#boxes.run({ vars: Object.freeze({ ...vars }) }, fn);
  }

  get<K extends keyof T>(key: K): T[K] {
    if (!this.has(key)) throw new KataError("ATTRIBUTE");
    return this.#boxes.getStore()?.vars[key] as T[K];
  }

  set<K extends keyof T>(key: K, value: T[K]): void {
    const box = this.#boxes.getStore();
    if (box === undefined) throw new KataError("NO_CONTEXT");
    box.vars = Object.freeze({ ...box.vars, [key]: value });
  }

  has(key: keyof T): boolean {
    const box = this.#boxes.getStore();
    return box !== undefined && Object.hasOwn(box.vars, key);
  }

  delete(key: keyof T): void {
    const box = this.#boxes.getStore();
    if (box === undefined) return;
    const { [key]: _, ...rest } = box.vars;
    box.vars = Object.freeze(rest as Partial<T>);
  }

  bind<A extends unknown[], R>(fn: (...args: A) => R): (...args: A) => R {
    const box = this.#boxes.getStore();
    return (...args) => this.#boxes.run(box, () => fn(...args));
  }
}
