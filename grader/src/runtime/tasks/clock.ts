/**
 * Virtual time: it stands still while anything happens, and jumps to the next timer when the engine says so. Timers
 * are those of Node, as far as they can be told apart in one thread: due time first, then the order of their making.
 */

/** What becomes of the timers. */
export interface ClockHooks {
  readonly harden: <T>(value: T) => T;
  /** Takes what a callback throws. */
  readonly onThrow: (error: unknown) => void;
  /** Gives the function that runs a callback in the async context of this moment. */
  readonly captureContext: () => <R>(call: () => R) => R;
  /** Hears of what happens to timers, while somebody writes it down. */
  readonly onEvent?: (event: ClockEvent) => void;
}

/** What happened to a timer of the submission. */
export interface ClockEvent {
  readonly kind: "set" | "cleared" | "fires";
  /** `setTimeout 100 ms`. */
  readonly name: string;
}

/** The clock of one worker. */
export interface VirtualClock {
  /** `setTimeout` and the others, for the compartment. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** Virtual milliseconds since the execution began. */
  now(): number;
  /** Wakes somebody of the engine's after so many milliseconds; it counts as nobody's leftover. */
  wake(ms: number, call: () => void): void;
  /** How many immediates are waiting. */
  immediates(): number;
  /** Runs the oldest immediate; false when there is none. */
  runImmediates(): boolean;
  /** Whether a timer is waiting. */
  hasNext(): boolean;
  /** When the next timer is due. */
  due(): number | undefined;
  /** How many timers, with those of the engine, would keep the process alive. */
  held(): number;
  /** Goes to the next timer and fires it. */
  fireNext(): void;
  /** Time has passed elsewhere, and nothing that is due fires for that. */
  moveTo(now: number): void;
  /** Names of the submission's timers that are left. */
  left(): readonly string[];
  /** Back to 0, without timers. */
  reset(): void;
}

interface Entry {
  readonly name: string;
  readonly call: () => void;
  /** Milliseconds between two firings; 0 = once. */
  readonly every: number;
  readonly delay: number;
  readonly isOwn: boolean;
  /** It was cleared. */
  isOver: boolean;
  /** It keeps its process alive. */
  isHeld: boolean;
  due: number;
  order: number;
  /** Position in the heap; -1 = not there. */
  at: number;
}

/** Longest delay that Node knows; a longer one is 1 ms. */
const LONGEST = 2 ** 31 - 1;

/** Makes the clock, in a realm that is locked down. */
export function createClock(hooks: ClockHooks): VirtualClock {
  let time = 0;
  let orders = 0;
  let heap: Entry[] = [];
  let immediates: { readonly timer: object; readonly call: () => void }[] = [];
  /** Not a field of the timer: a submission could reach it. */
  const entries = new WeakMap<object, Entry>();
  let ids = new Map<number, object>();

  const isBefore = (a: Entry, b: Entry): boolean =>
    a.due < b.due || (a.due === b.due && a.order < b.order);

  function put(entry: Entry, at: number): void {
    heap[at] = entry;
    entry.at = at;
  }

  function up(entry: Entry): void {
    let { at } = entry;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const other = heap[parent] as Entry;
      if (!isBefore(entry, other)) break;
      put(other, at);
      at = parent;
    }
    put(entry, at);
  }

  function down(entry: Entry): void {
    let { at } = entry;
    for (;;) {
      let child = at * 2 + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Entry, heap[child] as Entry))
        child++;
      const other = heap[child] as Entry;
      if (!isBefore(other, entry)) break;
      put(other, at);
      at = child;
    }
    put(entry, at);
  }

  function start(facts: Omit<Entry, "due" | "order" | "at" | "isOver" | "isHeld">): Entry {
    const entry: Entry = { ...facts, isOver: false, isHeld: true, due: 0, order: 0, at: -1 };
    schedule(entry);
    return entry;
  }

  function schedule(entry: Entry): void {
    entry.due = time + entry.delay;
    entry.order = orders++;
    entry.at = heap.length;
    heap.push(entry);
    up(entry);
  }

  function stop(entry: Entry): void {
    if (entry.at === -1) return;
    const last = heap.pop() as Entry;
    const { at } = entry;
    entry.at = -1;
    if (last === entry) return;
    put(last, at);
    up(last);
    down(last);
  }

  function guarded(callback: unknown, values: readonly unknown[]): () => void {
    const inContext = hooks.captureContext();
    return () => {
      try {
        inContext(() => Reflect.apply(callback as () => void, undefined, values) as unknown);
      } catch (error) {
        hooks.onThrow(error);
      }
    };
  }

  class Timer {
    #isRef = true;

    ref(): this {
      return this.#hold(true);
    }
    unref(): this {
      return this.#hold(false);
    }
    hasRef(): boolean {
      return this.#isRef;
    }
    #hold(isHeld: boolean): this {
      this.#isRef = isHeld;
      const entry = entries.get(this);
      if (entry !== undefined) entry.isHeld = isHeld;
      return this;
    }
    refresh(): this {
      const entry = entries.get(this);
      if (entry?.isOver === false) {
        stop(entry);
        schedule(entry);
      }
      return this;
    }
    close(): this {
      clear(this);
      return this;
    }
    [Symbol.toPrimitive](): number {
      const order = entries.get(this)?.order ?? 0;
      ids.set(order + 1, this);
      return order + 1;
    }
  }
  if (Symbol.dispose !== undefined) {
    Object.defineProperty(Timer.prototype, Symbol.dispose, {
      value(this: Timer) {
        clear(this);
      },
    });
  }
  hooks.harden(Timer);

  function begin(kind: string, callback: unknown, ms: unknown, values: readonly unknown[]): Timer {
    if (typeof callback !== "function") {
      throw Object.assign(new TypeError(`${kind}() needs a function`), {
        code: "ERR_INVALID_ARG_TYPE",
      });
    }
    const asked = Number(ms);
    const delay = asked >= 1 && asked <= LONGEST ? Math.trunc(asked) : 1;
    const timer = new Timer();
    const call = guarded(callback, values);
    const every = kind === "setInterval" ? delay : 0;
    const name = `${kind} ${delay} ms`;
    const entry = start({ name, call, every, delay, isOwn: false });
    entries.set(timer, entry);
    hooks.onEvent?.({ kind: "set", name });
    return timer;
  }

  function clear(timer: unknown): void {
    const key = typeof timer === "object" ? timer : ids.get(Number(timer));
    if (key === undefined || key === null) return;
    const entry = entries.get(key);
    if (entry === undefined) {
      immediates = immediates.filter((item) => item.timer !== key);
      return;
    }
    entry.isOver = true;
    if (entry.at === -1) return;
    stop(entry);
    hooks.onEvent?.({ kind: "cleared", name: entry.name });
  }

  return {
    globals: {
      setTimeout: (callback: unknown, ms: unknown, ...values: readonly unknown[]) =>
        begin("setTimeout", callback, ms, values),
      setInterval: (callback: unknown, ms: unknown, ...values: readonly unknown[]) =>
        begin("setInterval", callback, ms, values),
      setImmediate(callback: unknown, ...values: readonly unknown[]) {
        if (typeof callback !== "function") {
          throw Object.assign(new TypeError("setImmediate() needs a function"), {
            code: "ERR_INVALID_ARG_TYPE",
          });
        }
        const timer = new Timer();
        immediates.push({ timer, call: guarded(callback, values) });
        return timer;
      },
      clearTimeout: (timer: unknown) => {
        clear(timer);
      },
      clearInterval: (timer: unknown) => {
        clear(timer);
      },
      clearImmediate: (timer: unknown) => {
        clear(timer);
      },
    },
    now: () => time,
    wake(ms, call) {
      const delay = Math.max(0, ms);
      start({ name: "sleep", call, every: 0, delay, isOwn: true });
    },
    immediates: () => immediates.length,
    runImmediates() {
      if (immediates.length === 0) return false;
      // Only one: microtasks run before the next.
      const [first, ...rest] = immediates;
      immediates = rest;
      first?.call();
      return true;
    },
    hasNext: () => heap.length > 0,
    due: () => heap[0]?.due,
    held: () => heap.filter(({ isHeld }) => isHeld).length,
    moveTo(now) {
      time = Math.max(time, now);
    },
    fireNext() {
      const entry = heap[0];
      if (entry === undefined) return;
      time = Math.max(time, entry.due);
      stop(entry);
      if (!entry.isOwn) hooks.onEvent?.({ kind: "fires", name: entry.name });
      entry.call();
      if (entry.every > 0 && !entry.isOver && entry.at === -1) schedule(entry);
    },
    left: () => heap.filter(({ isOwn }) => !isOwn).map(({ name }) => name),
    reset() {
      time = 0;
      orders = 0;
      heap = [];
      immediates = [];
      ids = new Map();
    },
  };
}
