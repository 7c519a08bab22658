/** The listeners of a worker or port, as far as Node's `EventEmitter` has them for these. */

type Listener = (...values: readonly unknown[]) => unknown;

/** Listeners by event. */
export class Listeners {
  readonly #lists = new Map<unknown, { readonly call: Listener; readonly once: boolean }[]>();
  readonly #onThrow: (error: unknown) => void;
  readonly #onChange: (event: unknown, count: number) => void;

  /** `onThrow` takes what a listener throws; `onChange` hears how many there are after each change. */
  constructor(
    onThrow: (error: unknown) => void,
    onChange: (event: unknown, count: number) => void = () => undefined,
  ) {
    this.#onThrow = onThrow;
    this.#onChange = onChange;
  }

  add(event: unknown, call: unknown, once: boolean): void {
    if (typeof call !== "function") throw new TypeError("a listener must be a function");
    const list = [...(this.#lists.get(event) ?? []), { call: call as Listener, once }];
    this.#set(event, list);
  }

  remove(event: unknown, call: unknown): void {
    const list = this.#lists.get(event) ?? [];
    const at = list.findLastIndex((item) => item.call === call);
    if (at !== -1) this.#set(event, list.toSpliced(at, 1));
  }

  removeAll(event: unknown): void {
    const events = event === undefined ? [...this.#lists.keys()] : [event];
    for (const each of events) this.#set(each, []);
  }

  count(event: unknown): number {
    return this.#lists.get(event)?.length ?? 0;
  }

  /** Calls the listeners in their order; false when there are none. */
  emit(event: string, receiver: object, ...values: readonly unknown[]): boolean {
    const list = this.#lists.get(event) ?? [];
    for (const { call, once } of list) {
      if (once) this.remove(event, call);
      try {
        Reflect.apply(call, receiver, values);
      } catch (error) {
        this.#onThrow(error);
      }
    }
    return list.length > 0;
  }

  #set(event: unknown, list: { readonly call: Listener; readonly once: boolean }[]): void {
    this.#lists.set(event, list);
    this.#onChange(event, list.length);
  }
}
