/**
 * Callbacks that wait until somebody drains the queue. That one calls them, one after the other: for
 * Node they are a part of its work, and not of the work of those who pushed them.
 */
export class TaskQueue {
  readonly #callbacks: (() => void)[] = [];

  push(callback: () => void): void {
    this.#callbacks.push(callback);
  }

  /** Calls what is in the queue, and what is pushed meanwhile. */
  drain(): void {
    for (let next = this.#callbacks.shift(); next; next = this.#callbacks.shift()) next();
  }
}
