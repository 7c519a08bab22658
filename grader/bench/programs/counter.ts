/** The benchmark's submission: a counter under a futex mutex (Drepper, "Futexes are tricky", mutex2). */
export class Counter {
  readonly handle: SharedArrayBuffer;
  readonly #cells: Int32Array;

  constructor(handle: SharedArrayBuffer) {
    this.handle = handle;
    this.#cells = new Int32Array(handle);
  }

  static create(): Counter {
    return new Counter(new SharedArrayBuffer(8));
  }

  lock(): void {
    if (Atomics.compareExchange(this.#cells, 0, 0, 1) === 0) return;
    while (Atomics.exchange(this.#cells, 0, 2) !== 0) Atomics.wait(this.#cells, 0, 2);
  }

  unlock(): void {
    if (Atomics.exchange(this.#cells, 0, 0) === 2) Atomics.notify(this.#cells, 0, 1);
  }

  increment(): void {
    this.lock();
    this.#cells[1] = (this.#cells[1] ?? 0) + 1;
    this.unlock();
  }

  get value(): number {
    return this.#cells[1] ?? 0;
  }
}
