/** The listeners of one target for one type of event, in their order. */

/** One listener. */
export interface Listener {
  readonly callback: object;
  readonly capture: boolean;
  readonly once: boolean;
  readonly passive: boolean;
  removed: boolean;
  /** Undoes what it has to do with an `AbortSignal`. */
  detach?: () => void;
}

/** Adding and removing take the same time however many there are. */
export class ListenerList {
  readonly #ordered = new Set<Listener>();
  readonly #others = new Map<object, Listener>();
  #capturing: Map<object, Listener> | undefined;

  get size(): number {
    return this.#ordered.size;
  }

  find({ callback, capture }: Pick<Listener, "callback" | "capture">): Listener | undefined {
    return this.#index(capture).get(callback);
  }

  add(listener: Listener): void {
    this.#ordered.add(listener);
    this.#index(listener.capture).set(listener.callback, listener);
  }

  remove(listener: Listener): void {
    listener.removed = true;
    this.#ordered.delete(listener);
    this.#index(listener.capture).delete(listener.callback);
  }

  /** Those that there are now. */
  snapshot(): readonly Listener[] {
    return [...this.#ordered];
  }

  #index(capture: boolean): Map<object, Listener> {
    return capture ? (this.#capturing ??= new Map<object, Listener>()) : this.#others;
  }
}
