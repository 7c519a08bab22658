/**
 * `EventTarget` of the DOM standard, where no target has a parent. As in Node, listeners hear of an event in the order
 * in which they were added, whether they capture or not.
 */
import type { ExceptionClass } from "./dom-exception.ts";
import type { EventClasses, EventState } from "./event.ts";
import { type Listener, ListenerList } from "./listener-list.ts";
import { named } from "./named.ts";
import { dictionary, toText } from "./values.ts";

/** What targets need of their surroundings. */
export interface TargetHooks {
  readonly events: EventClasses;
  readonly DOMException: ExceptionClass;
  /** Takes what a listener throws. */
  readonly onThrow: (error: unknown) => void;
  /** Hears that a target has one listener more or less. */
  readonly onChange: (target: object) => void;
  /** Has `action` done when `signal` is aborted; gives what undoes that, or undefined when it is aborted already. */
  readonly whenAborted: (signal: unknown, action: () => void) => (() => void) | undefined;
}

/** The class, with what only our own code may do. */
export interface TargetClass {
  readonly EventTarget: new () => object;
  listen(target: object, type: string, callback: object): void;
  unlisten(target: object, type: string, callback: object): void;
  /** Dispatches an event that no program has made. */
  fire(target: object, type: string): void;
  /** How many listeners a target has in all. */
  countOf(target: object): number;
}

/** Makes the class. */
export function createTargetClass(hooks: TargetHooks): TargetClass {
  let listsOf!: (target: object) => Map<string, ListenerList>;

  class KataEventTarget {
    readonly #lists = new Map<string, ListenerList>();

    static {
      listsOf = (target) => (target as KataEventTarget).#lists;
    }

    addEventListener(...given: readonly unknown[]): void {
      const lists = this.#lists;
      const { type, callback, options } = readArguments(given);
      const { signal, ...how } = readOptions(options);
      if (callback === undefined) return;
      let list = lists.get(type);
      if (list === undefined) lists.set(type, (list = new ListenerList()));
      add(this, list, { callback, removed: false, ...how }, signal);
    }

    removeEventListener(...given: readonly unknown[]): void {
      const { type, callback, options } = readArguments(given);
      const capture = typeof options === "boolean" ? options : dictionary(options)["capture"];
      const list = this.#lists.get(type);
      if (list === undefined || callback === undefined) return;
      const listener = list.find({ callback, capture: Boolean(capture) });
      if (listener !== undefined) remove(this, list, listener);
    }

    dispatchEvent(event: unknown): boolean {
      const lists = this.#lists;
      const state = hooks.events.stateOf(event);
      if (state === undefined) throw new TypeError("dispatchEvent needs an event");
      if (state.isDispatching)
        throw new hooks.DOMException("the event is being dispatched", "InvalidStateError");
      dispatch(this, event as object, state, lists.get(state.type));
      return !state.canceled;
    }
  }

  function add(target: object, list: ListenerList, listener: Listener, signal: unknown): void {
    const isNew = list.find(listener) === undefined;
    if (signal !== undefined) {
      const detach = hooks.whenAborted(signal, () => remove(target, list, listener));
      if (detach === undefined) return;
      if (isNew) listener.detach = detach;
      else detach();
    }
    if (!isNew) return;
    list.add(listener);
    hooks.onChange(target);
  }

  function remove(target: object, list: ListenerList, listener: Listener): void {
    listener.detach?.();
    if (listener.removed) return;
    list.remove(listener);
    hooks.onChange(target);
  }

  function dispatch(
    target: object,
    event: object,
    state: EventState,
    list: ListenerList | undefined,
  ): void {
    state.isDispatching = true;
    state.target = target;
    state.currentTarget = target;
    for (const listener of list?.snapshot() ?? []) {
      if (state.stopped) break;
      if (listener.removed) continue;
      if (listener.once) remove(target, list as ListenerList, listener);
      state.inPassiveListener = listener.passive;
      try {
        call(listener.callback, target, event);
      } catch (error) {
        hooks.onThrow(error);
      }
      state.inPassiveListener = false;
    }
    state.currentTarget = null;
    state.isDispatching = false;
    state.propagationStopped = false;
    state.stopped = false;
  }

  const { addEventListener, removeEventListener } = KataEventTarget.prototype;
  return {
    listen: (target, type, callback) => Reflect.apply(addEventListener, target, [type, callback]),
    unlisten: (target, type, callback) =>
      Reflect.apply(removeEventListener, target, [type, callback]),
    EventTarget: named("EventTarget", KataEventTarget),
    fire(target, type) {
      const event = hooks.events.createTrusted(type);
      const state = hooks.events.stateOf(event) as EventState;
      dispatch(target, event, state, listsOf(target).get(type));
    },
    countOf: (target) => [...listsOf(target).values()].reduce((sum, { size }) => sum + size, 0),
  };
}

function call(callback: object, target: object, event: object): void {
  if (typeof callback === "function") {
    Reflect.apply(callback as () => void, target, [event]);
    return;
  }
  const { handleEvent } = callback as { readonly handleEvent?: unknown };
  if (typeof handleEvent !== "function")
    throw new TypeError("a listener that is an object needs a method handleEvent");
  Reflect.apply(handleEvent as () => void, callback, [event]);
}

function readArguments(given: readonly unknown[]): {
  readonly type: string;
  readonly callback: object | undefined;
  readonly options: unknown;
} {
  if (given.length < 2) throw new TypeError("a type and a listener are needed");
  const [type, callback, options] = given;
  const isCallable = typeof callback === "function" || typeof callback === "object";
  if (!isCallable && callback !== undefined)
    throw new TypeError("a listener must be a function or an object");
  return { type: toText(type), callback: callback ?? undefined, options };
}

function readOptions(options: unknown): Pick<Listener, "capture" | "once" | "passive"> & {
  readonly signal: unknown;
} {
  if (typeof options === "boolean")
    return { capture: options, once: false, passive: false, signal: undefined };
  const { capture, once, passive, signal } = dictionary(options);
  return {
    capture: Boolean(capture),
    once: Boolean(once),
    passive: Boolean(passive),
    signal,
  };
}
