/** `node:events` for a submission: the same as Node's, as far as these katas need it, and frozen. */

type Listener = (...values: readonly unknown[]) => unknown;
type Name = string | symbol;

interface Entry {
  readonly call: Listener;
  readonly once: boolean;
}

/** Hears how many listeners an event has after each change. */
type ChangeHook = (event: Name, count: number) => void;

const hooks = new WeakMap<object, ChangeHook>();

/** Lets the engine know which listeners `emitter` has. */
export function watchListeners(emitter: EventEmitter, hook: ChangeHook): void {
  hooks.set(emitter, hook);
}

/** Node's `EventEmitter`. */
export class EventEmitter {
  readonly #lists = new Map<Name, readonly Entry[]>();

  on(event: Name, listener: unknown): this {
    return this.#add(event, listener, { once: false, first: false });
  }

  addListener(event: Name, listener: unknown): this {
    return this.on(event, listener);
  }

  once(event: Name, listener: unknown): this {
    return this.#add(event, listener, { once: true, first: false });
  }

  prependListener(event: Name, listener: unknown): this {
    return this.#add(event, listener, { once: false, first: true });
  }

  prependOnceListener(event: Name, listener: unknown): this {
    return this.#add(event, listener, { once: true, first: true });
  }

  off(event: Name, listener: unknown): this {
    const list = this.#lists.get(event) ?? [];
    const at = list.findLastIndex(({ call }) => call === listener);
    if (at !== -1) this.#set(event, list.toSpliced(at, 1));
    return this;
  }

  removeListener(event: Name, listener: unknown): this {
    return this.off(event, listener);
  }

  removeAllListeners(event?: Name): this {
    for (const name of event === undefined ? [...this.#lists.keys()] : [event]) this.#set(name, []);
    return this;
  }

  emit(event: Name, ...values: readonly unknown[]): boolean {
    const list = this.#lists.get(event) ?? [];
    if (list.length === 0 && event === "error") throw values[0];
    for (const entry of list) {
      if (entry.once) this.#drop(event, entry);
      Reflect.apply(entry.call, this, values);
    }
    return list.length > 0;
  }

  listenerCount(event: Name): number {
    return this.#lists.get(event)?.length ?? 0;
  }

  listeners(event: Name): readonly Listener[] {
    return (this.#lists.get(event) ?? []).map(({ call }) => call);
  }

  eventNames(): readonly Name[] {
    return [...this.#lists].flatMap(([name, list]) => (list.length > 0 ? [name] : []));
  }

  setMaxListeners(): this {
    return this;
  }

  #add(
    event: Name,
    listener: unknown,
    { once, first }: { readonly once: boolean; readonly first: boolean },
  ): this {
    if (typeof listener !== "function") {
      throw Object.assign(new TypeError('The "listener" argument must be of type function'), {
        code: "ERR_INVALID_ARG_TYPE",
      });
    }
    const entry: Entry = { call: listener as Listener, once };
    const list = this.#lists.get(event) ?? [];
    this.#set(event, first ? [entry, ...list] : [...list, entry]);
    return this;
  }

  #drop(event: Name, entry: Entry): void {
    this.#set(
      event,
      (this.#lists.get(event) ?? []).filter((other) => other !== entry),
    );
  }

  #set(event: Name, list: readonly Entry[]): void {
    this.#lists.set(event, list);
    hooks.get(this)?.(event, list.length);
  }
}

/** What Node's `once(emitter, event)` resolves to: the values of the next `event`; an `error` before it rejects. */
export function once(emitter: EventEmitter, event: Name): Promise<readonly unknown[]> {
  return new Promise((resolve, reject) => {
    const onEvent = (...values: readonly unknown[]): void => {
      emitter.off("error", onError);
      resolve(values);
    };
    const onError = (error: unknown): void => {
      emitter.off(event, onEvent);
      reject(error);
    };
    emitter.once(event, onEvent);
    if (event !== "error") emitter.once("error", onError);
  });
}
