/** `AbortController` and `AbortSignal` of the DOM standard. */
import type { ExceptionClass } from "./dom-exception.ts";
import type { TargetClass } from "./event-target.ts";
import { named } from "./named.ts";
import { WeakList } from "./weak-list.ts";

/** What signals need of their surroundings. */
export interface AbortHooks {
  readonly targets: TargetClass;
  readonly DOMException: ExceptionClass;
  /** Calls `fire` in so many milliseconds. What waits keeps nothing alive. */
  readonly startTimer: (fire: () => void, ms: number) => void;
}

/** The classes, with what only our own code may do. */
export interface AbortClasses {
  readonly globals: Readonly<Record<"AbortController" | "AbortSignal", object>>;
  createController(): object;
  /** See {@link TargetHooks}. */
  whenAborted(signal: unknown, action: () => void): (() => void) | undefined;
  /** To be told of each target that has one listener more or less. */
  listenersChanged(target: object): void;
}

/** What is known of a signal; most have no more than a reason. */
interface SignalState {
  /** Not `undefined` once it is aborted. */
  reason: unknown;
  /** What is done before listeners hear of the abort. */
  actions: Set<() => void> | undefined;
  /** The signals that `any` has made of this one. */
  dependents: WeakList<object> | undefined;
  /** Those of them that somebody listens to, so that they must live as long as this one. */
  heard: Set<object> | undefined;
  /** The signals that this one was made of, when `any` has made it. */
  sources: WeakList<object> | undefined;
}

/** Longest time that `timeout` takes: the largest unsigned integer of 32 bits. */
const LONGEST = 2 ** 32 - 1;

/** Makes the classes. */
export function createAbortClasses({
  targets,
  DOMException,
  startTimer,
}: AbortHooks): AbortClasses {
  let stateOf!: (value: unknown) => SignalState | undefined;
  /** Who has this makes a signal. */
  const license = {};

  class KataAbortSignal extends targets.EventTarget {
    readonly #state: SignalState = {
      reason: undefined,
      actions: undefined,
      dependents: undefined,
      heard: undefined,
      sources: undefined,
    };
    #handler: object | null = null;
    /** The listener that calls the handler, once there has been one. */
    #handle: ((event: unknown) => void) | undefined;

    static {
      stateOf = (value) =>
        typeof value === "object" && value !== null && #state in value ? value.#state : undefined;
    }

    constructor(token?: unknown) {
      if (token !== license) throw new TypeError("Illegal constructor");
      super();
    }

    static abort(reason?: unknown): KataAbortSignal {
      const signal = new KataAbortSignal(license);
      abort(signal, reason);
      return signal;
    }

    static timeout(ms: unknown): KataAbortSignal {
      if (typeof ms !== "number") throw new TypeError("a timeout must be a number");
      if (!Number.isInteger(ms) || ms < 0 || ms > LONGEST)
        throw new RangeError(`a timeout must be an integer from 0 to ${LONGEST}`);
      const signal = new KataAbortSignal(license);
      startTimer(() => {
        const message = "The operation was aborted due to timeout";
        abort(signal, new DOMException(message, "TimeoutError"));
      }, ms);
      return signal;
    }

    static any(signals: Iterable<unknown>): KataAbortSignal {
      const made = new KataAbortSignal(license);
      join(made, [...signals]);
      return made;
    }

    get aborted(): boolean {
      return this.#state.reason !== undefined;
    }
    get reason(): unknown {
      return this.#state.reason;
    }
    throwIfAborted(): void {
      if (this.#state.reason !== undefined) throw this.#state.reason;
    }

    get onabort(): object | null {
      return this.#handler;
    }
    set onabort(handler: unknown) {
      const had = this.#handler !== null;
      this.#handler = isObject(handler) ? handler : null;
      const has = this.#handler !== null;
      this.#handle ??= (event) => {
        if (typeof this.#handler === "function")
          Reflect.apply(this.#handler as () => void, this, [event]);
      };
      if (has && !had) targets.listen(this, "abort", this.#handle);
      if (had && !has) targets.unlisten(this, "abort", this.#handle);
    }
  }

  class KataAbortController {
    readonly #signal = new KataAbortSignal(license);

    get signal(): KataAbortSignal {
      return this.#signal;
    }
    abort(reason?: unknown): void {
      abort(this.#signal, reason);
    }
  }

  /** Makes one signal depend on others. */
  function join(made: object, signals: readonly unknown[]): void {
    const state = known(made);
    const sources = new Set<object>();
    for (const signal of signals) known(signal);
    for (const signal of signals as readonly object[]) {
      const { reason, sources: behind } = known(signal);
      if (reason !== undefined) {
        state.reason = reason;
        return;
      }
      for (const source of behind?.alive() ?? [signal]) sources.add(source);
    }
    state.sources = new WeakList();
    for (const source of sources) {
      state.sources.add(source);
      (known(source).dependents ??= new WeakList()).add(made);
    }
  }

  function known(signal: unknown): SignalState {
    const state = stateOf(signal);
    if (state === undefined) throw new TypeError("an AbortSignal is needed");
    return state;
  }

  /** Aborts a signal and all that depend on it: first they are all aborted, then anybody hears of it. */
  function abort(signal: object, given: unknown): void {
    const state = known(signal);
    if (state.reason !== undefined) return;
    const reason =
      given === undefined ? new DOMException("This operation was aborted", "AbortError") : given;
    state.reason = reason;
    const dependents = state.dependents?.alive() ?? [];
    const others = dependents.filter((other) => known(other).reason === undefined);
    for (const other of others) known(other).reason = reason;
    for (const each of [signal, ...others]) tell(each);
  }

  function tell(signal: object): void {
    const state = known(signal);
    for (const act of state.actions ?? []) act();
    state.actions = undefined;
    state.dependents = undefined;
    state.heard = undefined;
    keepIfHeard(signal);
    targets.fire(signal, "abort");
  }

  /** A signal made by `any` lives as long as one that it was made of, if somebody listens to it. */
  function keepIfHeard(signal: object): void {
    const { sources, reason, actions } = known(signal);
    if (sources === undefined) return;
    const count = (actions?.size ?? 0) + targets.countOf(signal);
    const isHeard = reason === undefined && count > 0;
    for (const source of sources.alive().map(known)) {
      if (isHeard) (source.heard ??= new Set()).add(signal);
      else source.heard?.delete(signal);
    }
  }

  return {
    globals: {
      AbortController: named("AbortController", KataAbortController),
      AbortSignal: named("AbortSignal", KataAbortSignal),
    },
    createController: () => new KataAbortController(),
    whenAborted(signal, action) {
      const state = known(signal);
      if (state.reason !== undefined) return undefined;
      const actions = (state.actions ??= new Set());
      actions.add(action);
      keepIfHeard(signal as object);
      return () => {
        actions.delete(action);
        keepIfHeard(signal as object);
      };
    },
    listenersChanged(target) {
      if (stateOf(target) !== undefined) keepIfHeard(target);
    },
  };
}

function isObject(value: unknown): value is object {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
