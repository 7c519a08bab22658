/**
 * What a submission finds for async work beside the language and the timers: events, abort signals, `DOMException`,
 * `structuredClone` and `queueMicrotask`. All of it is our own: Node's classes would lead a submission to objects that
 * nothing freezes.
 */
import { createAbortClasses } from "./abort.ts";
import { createClone } from "./clone.ts";
import { createDOMException } from "./dom-exception.ts";
import { createEventClasses } from "./event.ts";
import { createTargetClass } from "./event-target.ts";
import { createMicrotasks } from "./microtask.ts";

/** What the surroundings do. */
export interface WebHooks {
  readonly harden: <T>(value: T) => T;
  /** Takes what a listener or a microtask throws, at once. */
  readonly onThrow: (error: unknown) => void;
  /** Calls `fire` in `ms` milliseconds, for `AbortSignal.timeout`; what waits for that keeps nothing alive. */
  readonly startTimer: (fire: () => void, ms: number) => void;
  /** Milliseconds on the clock of `event.timeStamp`. */
  readonly now: () => number;
}

/** Globals for compartments, with what only an engine may do. */
export interface Web {
  readonly globals: Readonly<
    Record<
      | "AbortController"
      | "AbortSignal"
      | "CustomEvent"
      | "DOMException"
      | "Event"
      | "EventTarget"
      | "queueMicrotask"
      | "structuredClone",
      object
    >
  >;
  /** A controller as the compartment's class makes it. */
  createAbortController(): AbortController;
  /** How many listeners a target has, for all types of events and with `onabort`. */
  listenersOf(target: EventTarget): number;
}

/** Makes them, once for a realm that is locked down. */
export function createWeb({ harden, onThrow, startTimer, now }: WebHooks): Web {
  const DOMException = createDOMException();
  const events = createEventClasses(now);
  const targets = createTargetClass({
    events,
    DOMException,
    onThrow,
    onChange: (target) => abort.listenersChanged(target),
    whenAborted: (signal, action) => abort.whenAborted(signal, action),
  });
  const abort = createAbortClasses({ targets, DOMException, startTimer });
  const globals = {
    ...events.globals,
    ...abort.globals,
    EventTarget: targets.EventTarget,
    DOMException,
    structuredClone: createClone(DOMException),
    ...createMicrotasks(onThrow),
  };
  return {
    globals: harden(globals),
    createAbortController: () => abort.createController() as AbortController,
    listenersOf: (target) => targets.countOf(target),
  };
}
