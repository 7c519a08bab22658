/** Objects in the order in which they were added, as long as something else keeps them alive. */
export class WeakList<T extends object> {
  #refs: WeakRef<T>[] = [];
  #sweepAt = 16;

  add(item: T): void {
    if (this.#refs.length >= this.#sweepAt) {
      this.#refs = this.#refs.filter((ref) => ref.deref() !== undefined);
      this.#sweepAt = Math.max(16, 2 * this.#refs.length);
    }
    this.#refs.push(new WeakRef(item));
  }

  /** Those that are still there. */
  alive(): readonly T[] {
    return this.#refs.flatMap((ref) => ref.deref() ?? []);
  }
}
