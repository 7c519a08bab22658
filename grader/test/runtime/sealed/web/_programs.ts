/**
 * Little programs that log what they see. They use nothing but their parameters, so that they also run as texts in a
 * compartment.
 */

/* oxlint-disable unicorn/prefer-add-event-listener -- handlers are part of what is compared */
import type { AsyncLocalStorage, AsyncResource } from "node:async_hooks";

/** What a program works with: classes and functions of Node, or ours. */
export interface Side {
  readonly AbortController: typeof AbortController;
  readonly AbortSignal: typeof AbortSignal;
  readonly AsyncLocalStorage: typeof AsyncLocalStorage;
  readonly AsyncResource: typeof AsyncResource;
  readonly CustomEvent: typeof CustomEvent;
  readonly DOMException: typeof DOMException;
  readonly Event: typeof Event;
  readonly EventTarget: typeof EventTarget;
  readonly clearInterval: typeof clearInterval;
  readonly queueMicrotask: typeof queueMicrotask;
  readonly setImmediate: typeof setImmediate;
  readonly setInterval: typeof setInterval;
  readonly setTimeout: typeof setTimeout;
  readonly structuredClone: typeof structuredClone;
}

/** Calls that the types would not allow. */
export interface Wrong {
  call(receiver: unknown, callee: unknown, ...values: readonly unknown[]): unknown;
  make(constructor: unknown, ...values: readonly unknown[]): object;
}

/** Takes what a program sees. */
export type Log = (...seen: readonly unknown[]) => void;

/** A program. */
export type Program = (side: Side, log: Log, wrong: Wrong) => unknown;

/** Events and targets. */
export const events: Readonly<Record<string, Program>> = {
  "listeners are called in their order, each once, with the target as receiver"(
    { EventTarget, Event },
    log,
  ) {
    const target = new EventTarget();
    const first = function (this: unknown, event: Event): void {
      log("first", this === target, event.type, event.target === target);
    };
    target.addEventListener("x", first);
    target.addEventListener("x", () => log("second"));
    target.addEventListener("x", first);
    target.addEventListener("x", first, true);
    target.addEventListener("y", () => log("never"));
    log(target.dispatchEvent(new Event("x")));
    target.removeEventListener("x", first);
    log(target.dispatchEvent(new Event("x")));
    target.removeEventListener("x", first, { capture: true });
    log(target.dispatchEvent(new Event("x")));
  },
  "an object is asked for handleEvent when the event comes"({ EventTarget, Event }, log) {
    const target = new EventTarget();
    const listener = {
      handleEvent(this: unknown) {
        log(1, this === listener);
      },
    };
    target.addEventListener("x", listener);
    target.dispatchEvent(new Event("x"));
    listener.handleEvent = () => log(2);
    target.dispatchEvent(new Event("x"));
    target.removeEventListener("x", listener);
    target.dispatchEvent(new Event("x"));
  },
  "a listener that is removed while the event goes round is not called"(
    { EventTarget, Event },
    log,
  ) {
    const target = new EventTarget();
    const later = (): void => log("later");
    target.addEventListener("x", () => target.removeEventListener("x", later));
    target.addEventListener("x", later);
    target.addEventListener("x", () => log("last"));
    target.dispatchEvent(new Event("x"));
  },
  "once is once, even when its listener dispatches again"({ EventTarget, Event }, log) {
    const target = new EventTarget();
    const again = (): void => {
      log("again");
      target.dispatchEvent(new Event("x"));
    };
    target.addEventListener("x", again, { once: true });
    target.addEventListener("x", () => log("always"));
    target.dispatchEvent(new Event("x"));
  },
  "preventDefault is for events that can be canceled, and not for passive listeners"(
    { EventTarget, Event },
    log,
  ) {
    for (const [cancelable, passive] of [
      [true, false],
      [false, false],
      [true, true],
    ] as const) {
      const target = new EventTarget();
      target.addEventListener("x", (event: Event) => event.preventDefault(), { passive });
      const event = new Event("x", { cancelable });
      log(target.dispatchEvent(event), event.defaultPrevented, event.returnValue);
    }
  },
  "stopImmediatePropagation ends it"({ EventTarget, Event }, log) {
    const target = new EventTarget();
    const stop = (event: Event): void => {
      log("stop", event.cancelBubble);
      event.stopImmediatePropagation();
    };
    target.addEventListener("x", stop);
    target.addEventListener("x", () => log("after"));
    const event = new Event("x");
    log(
      target.dispatchEvent(event),
      event.target === target,
      event.currentTarget,
      event.eventPhase,
    );
  },
  "an event says what it was made with"({ Event, CustomEvent, EventTarget }, log, { make }) {
    const show = (event: Event & { readonly detail?: unknown }): void =>
      log(
        event.type,
        event.bubbles,
        event.cancelable,
        event.composed,
        event.defaultPrevented,
        event.isTrusted,
        event.target,
        event.currentTarget,
        event.srcElement,
        event.eventPhase,
        event.composedPath(),
        event.cancelBubble,
        typeof event.timeStamp,
        event.detail,
        Object.prototype.toString.call(event),
      );
    show(new Event("x"));
    show(make(Event, 5, { bubbles: 1, cancelable: "", composed: true }) as Event);
    show(make(Event, "x", null) as Event);
    show(new CustomEvent("x", { detail: 7, cancelable: true }));
    show(new CustomEvent("x"));
    log(new CustomEvent("x") instanceof Event);
    for (const name of ["NONE", "CAPTURING_PHASE", "AT_TARGET", "BUBBLING_PHASE"])
      log(Reflect.get(Event, name));
    const target = new EventTarget();
    target.addEventListener("x", (event: Event) =>
      log(event.eventPhase, event.composedPath()[0] === target),
    );
    target.dispatchEvent(new Event("x"));
  },
  "classes may extend them"({ EventTarget, Event }, log) {
    class Door extends EventTarget {
      #opened = 0;
      constructor() {
        super();
        this.addEventListener("open", () => this.#opened++);
      }
      open(): number {
        this.dispatchEvent(new Opened(this.#opened));
        return this.#opened;
      }
    }
    class Opened extends Event {
      readonly before: number;
      constructor(before: number) {
        super("open");
        this.before = before;
      }
    }
    const door = new Door();
    door.addEventListener("open", (event: Event & { readonly before?: number }) =>
      log(event.before, event instanceof Opened, event.type),
    );
    log(
      door.open(),
      door.open(),
      door instanceof EventTarget,
      Object.prototype.toString.call(door),
    );
  },
  "wrong arguments are TypeErrors"({ EventTarget, Event }, log, { call, make }) {
    const target = new EventTarget();
    const { addEventListener, removeEventListener, dispatchEvent } = target;
    const nothing = (): void => undefined;
    for (const wrong of [
      () => call(target, addEventListener, "x"),
      () => call(target, addEventListener, "x", 1),
      () => call(target, addEventListener, "x", nothing, 1),
      () => call(target, addEventListener, "x", nothing, { signal: {} }),
      () => call(target, addEventListener, "x", nothing, { signal: null }),
      () => call(target, addEventListener, Symbol("s"), nothing),
      () => call(target, removeEventListener, "x"),
      () => call(target, dispatchEvent, { type: "x" }),
      () => call(target, dispatchEvent),
      () => make(Event),
      () => make(Event, Symbol("s")),
      () => make(Event, "x", 1),
      () => call(undefined, EventTarget),
      () => call(undefined, Event, "x"),
      () => call({}, dispatchEvent, new Event("x")),
      () => Reflect.get(Event.prototype, "type", {}) as unknown,
    ]) {
      try {
        log("gave", wrong());
      } catch (error) {
        log(error instanceof TypeError);
      }
    }
    log(EventTarget.name, Event.name);
  },
  "a listener with a signal goes with the signal"({ EventTarget, Event, AbortController }, log) {
    const target = new EventTarget();
    const controller = new AbortController();
    const { signal } = controller;
    target.addEventListener("x", () => log("with"), { signal });
    target.addEventListener("x", () => log("without"));
    target.dispatchEvent(new Event("x"));
    controller.abort();
    target.dispatchEvent(new Event("x"));
    target.addEventListener("x", () => log("too late"), { signal });
    target.dispatchEvent(new Event("x"));
  },
};

/** Abort signals and their errors. */
export const aborts: Readonly<Record<string, Program>> = {
  "a signal is aborted once, with its reason"({ AbortController }, log) {
    const controller = new AbortController();
    const { signal } = controller;
    log(signal.aborted, signal.reason, signal.throwIfAborted(), signal === controller.signal);
    signal.addEventListener("abort", (event: Event) =>
      log(event.type, event.isTrusted, signal.aborted),
    );
    log(controller.abort("why"), signal.aborted, signal.reason);
    controller.abort("again");
    log(signal.reason);
    try {
      signal.throwIfAborted();
    } catch (error) {
      log("threw", error);
    }
  },
  "without a reason it is an AbortError"({ AbortController, AbortSignal, DOMException }, log) {
    const controller = new AbortController();
    controller.abort();
    const signals = [controller.signal, AbortSignal.abort(), AbortSignal.abort(undefined)];
    for (const signal of signals) {
      const reason = signal.reason as DOMException;
      log(signal.aborted, reason instanceof DOMException, reason instanceof Error);
      log(reason.name, reason.code, reason.message);
    }
    for (const reason of [null, 0, false, ""]) {
      const signal = AbortSignal.abort(reason);
      log(signal.aborted, signal.reason);
      try {
        signal.throwIfAborted();
      } catch (error) {
        log("threw", error);
      }
    }
  },
  "onabort is a listener in its place"({ AbortController, Event }, log) {
    const controller = new AbortController();
    const { signal } = controller;
    log(signal.onabort);
    signal.addEventListener("abort", () => log(1));
    signal.onabort = function (this: unknown, event: Event) {
      log("replaced", this === signal, event.type);
    };
    signal.addEventListener("abort", () => log(3));
    signal.onabort = function (this: unknown, event: Event) {
      log(2, this === signal, event.type);
    };
    controller.abort();
    signal.onabort = null;
    log(signal.onabort);
    signal.dispatchEvent(new Event("abort"));
  },
  "an event of the name abort aborts nothing"({ AbortController, Event }, log) {
    const { signal } = new AbortController();
    signal.addEventListener("abort", () => log("heard", signal.aborted));
    signal.dispatchEvent(new Event("abort"));
    log(signal.aborted);
  },
  "any is aborted by the first, with its reason"({ AbortController, AbortSignal }, log, { call }) {
    const [a, b] = [new AbortController(), new AbortController()];
    const any = AbortSignal.any([a.signal, b.signal, a.signal]);
    const of = call(AbortSignal, AbortSignal.any, new Set([any])) as AbortSignal;
    any.onabort = () => log("any", of.aborted);
    of.onabort = () => log("of", any.aborted);
    b.signal.onabort = () => log("b", any.aborted, of.aborted);
    log(any.aborted, of.aborted);
    b.abort("b");
    a.abort("a");
    log(any.reason, of.reason);
  },
  "any of nothing is never aborted, and any of an aborted one is at once"({ AbortSignal }, log) {
    log(AbortSignal.any([]).aborted);
    const any = AbortSignal.any([AbortSignal.any([]), AbortSignal.abort(1), AbortSignal.abort(2)]);
    any.onabort = () => log("never");
    log(any.aborted, any.reason);
  },
  "one abort in the middle of another"({ AbortController, AbortSignal }, log) {
    const [a, b] = [new AbortController(), new AbortController()];
    const any = AbortSignal.any([a.signal, b.signal]);
    a.signal.onabort = () => {
      b.abort("b");
      log("a", any.reason);
    };
    b.signal.onabort = () => log("b", any.reason);
    any.onabort = () => log("any", any.reason);
    a.abort("a");
  },
  async "timeout aborts with a TimeoutError"(side, log) {
    const { AbortSignal, DOMException, setInterval, clearInterval } = side;
    // The timer of a signal keeps nobody alive.
    const other = setInterval(() => undefined, 1_000);
    const signal = AbortSignal.timeout(1);
    log(signal.aborted);
    await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    clearInterval(other);
    const reason = signal.reason as DOMException;
    log(signal.aborted, reason instanceof DOMException, reason.name, reason.code, reason.message);
  },
  "wrong arguments are errors of the language"(side, log, { call, make }) {
    const { AbortController, AbortSignal } = side;
    for (const wrong of [
      () => make(AbortSignal),
      () => call(undefined, AbortSignal),
      () => call(undefined, AbortController),
      () => call(AbortSignal, AbortSignal.any),
      () => call(AbortSignal, AbortSignal.any, 1),
      () => call(AbortSignal, AbortSignal.any, [1]),
      () => call(AbortSignal, AbortSignal.timeout),
      () => call(AbortSignal, AbortSignal.timeout, "1"),
      () => call(AbortSignal, AbortSignal.timeout, -1),
      () => call(AbortSignal, AbortSignal.timeout, 1.5),
      () => call(AbortSignal, AbortSignal.timeout, NaN),
      () => call(AbortSignal, AbortSignal.timeout, 2 ** 32),
      () => Reflect.get(AbortSignal.prototype, "aborted", {}) as unknown,
      () => Reflect.get(AbortController.prototype, "signal", {}) as unknown,
      () => call({}, AbortController.prototype.abort),
    ]) {
      try {
        log("gave", wrong());
      } catch (error) {
        log((error as Error).name);
      }
    }
    class Named extends AbortController {
      readonly name = "named";
    }
    const mine = new Named();
    mine.abort(mine.name);
    log(
      mine.signal.reason,
      AbortSignal.name,
      AbortController.name,
      Object.prototype.toString.call(mine.signal),
    );
  },
  "a DOMException is an error with a code"({ DOMException }, log, { make }) {
    for (const args of [
      [],
      ["m"],
      ["m", "AbortError"],
      [5, "DataCloneError"],
      ["m", { name: "TimeoutError", cause: 7 }],
      ["m", { name: "AbortError", cause: undefined }],
      ["m", "OwnError"],
      [undefined, undefined],
      ["", "QuotaExceededError"],
      [null, null],
    ]) {
      const error = make(DOMException, ...args) as DOMException;
      log(error.name, error.message, error.code, "cause" in error, error.cause, String(error));
      log(error instanceof Error, Object.prototype.toString.call(error), Object.keys(error));
    }
    log(DOMException.ABORT_ERR, DOMException.prototype.DATA_CLONE_ERR, DOMException.name);
    log(
      Reflect.getPrototypeOf(DOMException) === Function.prototype,
      Reflect.getPrototypeOf(DOMException.prototype) === Error.prototype,
    );
    class Own extends DOMException {
      #secret = 5;
      get secret(): number {
        return this.#secret;
      }
    }
    const own = new Own("m", "AbortError");
    log(own.secret, own instanceof Own, own.code, own.name);
    try {
      Object.assign(own, { name: "other" });
      log("changed");
    } catch (error) {
      log(error instanceof TypeError, own.name);
    }
  },
};

/** `structuredClone` and `queueMicrotask`. */
export const functions: Readonly<Record<string, Program>> = {
  "structuredClone copies what can be copied"({ structuredClone }, log, { call }) {
    const shared = { x: 1 };
    const value = {
      a: shared,
      b: shared,
      map: new Map([[1, new Set([2n])]]),
      date: new Date(0),
      list: [1, , 3],
    };
    const copy = structuredClone(value);
    log(copy.a, copy.a === copy.b, copy.a === shared, copy.map.get(1)?.has(2n));
    log(copy.date instanceof Date, copy.list, 1 in copy.list);
    const error = structuredClone(new RangeError("m", { cause: 1 }));
    log(error instanceof RangeError, error.message, error.cause);
    const buffer = new ArrayBuffer(8);
    log(structuredClone(buffer, { transfer: [buffer] }).byteLength, buffer.byteLength);
    log(
      structuredClone(undefined),
      call(undefined, structuredClone, null, null),
      structuredClone(1, {}),
    );
  },
  "what cannot be copied is a DataCloneError"({ structuredClone, DOMException }, log, { call }) {
    for (const attempt of [
      () => structuredClone(() => 1),
      () => structuredClone({ s: Symbol("s") }),
      () => structuredClone(new WeakMap()),
      () => structuredClone(new Proxy({}, {})),
      () => structuredClone(Promise.resolve()),
      () => call(undefined, structuredClone, 1, { transfer: [{}] }),
    ]) {
      try {
        log("gave", attempt());
      } catch (error) {
        const { name, code, message } = error as DOMException;
        log(error instanceof DOMException, name, code, message.length > 0);
      }
    }
    const own = new RangeError("own");
    for (const attempt of [
      () => call(undefined, structuredClone),
      () => call(undefined, structuredClone, 1, 1),
      () => call(undefined, structuredClone, 1, { transfer: 1 }),
      () =>
        structuredClone({
          get x() {
            throw own;
          },
        }),
    ]) {
      try {
        log("gave", attempt());
      } catch (error) {
        log(error === own || error instanceof TypeError);
      }
    }
  },
  async "microtasks run in their order, before timers"(
    { queueMicrotask, setTimeout },
    log,
    { call },
  ) {
    setTimeout(() => log("timer"), 0);
    queueMicrotask(function (this: unknown, ...values: readonly unknown[]) {
      log(1, this === undefined, values.length);
      queueMicrotask(() => log(3));
    });
    void Promise.resolve().then(() => log(2));
    log(
      0,
      queueMicrotask(() => undefined),
    );
    await new Promise((resolve) => setTimeout(resolve, 0));
    for (const wrong of [undefined, 1, {}]) {
      try {
        call(undefined, queueMicrotask, wrong);
      } catch (error) {
        log(error instanceof TypeError);
      }
    }
  },
};

/** Async contexts. */
export const contexts: Readonly<Record<string, Program>> = {
  "a store is there while run runs"({ AsyncLocalStorage }, log) {
    const [a, b] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
    const both = (): readonly unknown[] => [a.getStore(), b.getStore()];
    log(both());
    const given = a.run(
      1,
      function (this: unknown, ...values: readonly unknown[]) {
        log(both(), this === null || this === undefined, values);
        a.run(2, () => b.run(3, () => log(both())));
        a.run(undefined, () => log(both()));
        log(both());
        return "given";
      },
      "x",
      "y",
    );
    log(given, both());
    try {
      a.run(1, () => {
        throw new RangeError("out");
      });
    } catch (error) {
      log((error as Error).message, both());
    }
  },
  async "it follows await, then and thenables"({ AsyncLocalStorage }, log) {
    const storage = new AsyncLocalStorage();
    const thenable = (name: string): PromiseLike<string> => {
      const then = (resolve: (value: string) => void): void => {
        log("then of", name, storage.getStore());
        resolve(name);
      };
      return { then } as PromiseLike<string>;
    };
    let settle!: (value: string) => void;
    const outside = new Promise<string>((resolve) => {
      settle = resolve;
    });
    const work = async (name: string): Promise<void> => {
      log(name, 1, storage.getStore());
      await Promise.resolve();
      log(name, 2, storage.getStore());
      log(await thenable(name), storage.getStore());
      await Promise.resolve().then(() => log(name, 3, storage.getStore()));
      log(await outside, name, 4, storage.getStore());
    };
    const all = Promise.all([storage.run("a", work, "A"), storage.run("b", work, "B"), work("C")]);
    const late = outside.then(() => log("late", storage.getStore()));
    storage.run("settler", () => settle("settled"));
    await all;
    await late;
    log(storage.getStore());
  },
  async "it follows timers and microtasks"(side, log) {
    const {
      AsyncLocalStorage,
      queueMicrotask,
      setTimeout,
      setInterval,
      setImmediate,
      clearInterval,
    } = side;
    const storage = new AsyncLocalStorage();
    const done: Promise<void>[] = [];
    const soon = (start: (call: () => void) => void, name: string): void => {
      done.push(
        new Promise((resolve) => {
          start(() => {
            log(name, storage.getStore());
            resolve();
          });
        }),
      );
    };
    storage.run("micro", () => soon(queueMicrotask, "queueMicrotask"));
    await Promise.all(done);
    storage.run("immediate", () => soon(setImmediate, "setImmediate"));
    await Promise.all(done);
    storage.run("timeout", () => soon((call) => setTimeout(call, 1), "setTimeout"));
    await Promise.all(done);
    await storage.run("interval", async () => {
      let ticks = 0;
      await new Promise<void>((resolve) => {
        const timer = setInterval(() => {
          log("setInterval", storage.getStore());
          if (++ticks < 3) return;
          clearInterval(timer);
          resolve();
        }, 1);
      });
      log("after it", storage.getStore());
    });
    log(storage.getStore());
  },
  async "generators and iterators keep to who asks them"({ AsyncLocalStorage }, log) {
    const storage = new AsyncLocalStorage();
    async function* numbers(): AsyncGenerator<number> {
      for (let i = 0; i < 3; i++) {
        log("yields", storage.getStore());
        yield i;
        await Promise.resolve();
      }
    }
    await storage.run("a", async () => {
      for await (const each of numbers()) log(each, storage.getStore());
    });
    log(storage.getStore());
  },
  async "listeners run in the context of who dispatches"(side, log) {
    const { AsyncLocalStorage, AbortController, AbortSignal, EventTarget, Event } = side;
    const { setInterval, clearInterval } = side;
    const storage = new AsyncLocalStorage();
    const [target, controller] = [new EventTarget(), new AbortController()];
    const any = AbortSignal.any([controller.signal]);
    storage.run("listens", () => {
      target.addEventListener("x", () => log("x", storage.getStore()));
      controller.signal.addEventListener("abort", () => log("abort", storage.getStore()));
      any.onabort = () => log("any", storage.getStore());
    });
    target.dispatchEvent(new Event("x"));
    storage.run("dispatches", () => target.dispatchEvent(new Event("x")));
    storage.run("aborts", () => controller.abort());
    const timed = storage.run("sets the timeout", () => AbortSignal.timeout(1));
    const other = setInterval(() => undefined, 1_000);
    await storage.run("waits", async () => {
      await new Promise<void>((resolve) => {
        timed.onabort = () => {
          log("timeout", storage.getStore());
          resolve();
        };
      });
      log("goes on", storage.getStore());
    });
    clearInterval(other);
  },
  async "enterWith is for the rest of what runs"({ AsyncLocalStorage, setTimeout }, log) {
    const storage = new AsyncLocalStorage();
    const work = async (name: string): Promise<void> => {
      await Promise.resolve();
      storage.enterWith(name);
      log(storage.getStore());
      await Promise.resolve();
      log(storage.getStore());
      await new Promise((resolve) => setTimeout(resolve, 1));
      log(storage.getStore());
    };
    await Promise.all([work("a"), work("b")]);
    storage.run("c", () => {
      storage.enterWith("d");
      log(storage.getStore());
    });
    log(storage.getStore());
  },
  "exit and disable empty a storage"({ AsyncLocalStorage }, log) {
    const storage = new AsyncLocalStorage();
    storage.run("a", () => {
      log(storage.exit((...values: readonly unknown[]) => [storage.getStore(), values], 1, 2));
      log(storage.getStore());
      storage.disable();
      log(storage.getStore());
      storage.run("b", () => log(storage.getStore()));
    });
    log(storage.getStore());
  },
  async "a snapshot remembers, and so does what is bound"({ AsyncLocalStorage }, log) {
    const [a, b] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
    const show = function (this: unknown, ...values: readonly unknown[]): readonly unknown[] {
      return [a.getStore(), b.getStore(), values, this === undefined ? "nothing" : this];
    };
    const [snapshot, bound] = a.run(1, () => [
      AsyncLocalStorage.snapshot(),
      AsyncLocalStorage.bind(show),
    ]);
    b.run(2, () => {
      log(snapshot(show, "x"), show());
      log(bound("y"), Reflect.apply(bound, "me", ["z"]));
    });
    await Promise.resolve();
    log(
      snapshot(show),
      bound.length,
      AsyncLocalStorage.bind((x: unknown, y: unknown) => [x, y]).length,
    );
    const nested = snapshot(() => b.run(3, () => AsyncLocalStorage.snapshot()));
    log(nested(show));
  },
  async "a resource keeps the context of its making"(side, log, { call }) {
    const { AsyncLocalStorage, AsyncResource } = side;
    const storage = new AsyncLocalStorage();
    class Job extends AsyncResource {
      readonly #name: string;
      constructor(name: string) {
        super("JOB", { requireManualDestroy: true });
        this.#name = name;
      }
      finish(): unknown {
        return this.runInAsyncScope(
          (...values: readonly unknown[]) => [storage.getStore(), values],
          null,
          this.#name,
        );
      }
    }
    const job = storage.run("makes", () => new Job("job"));
    log(
      storage.run("asks", () => job.finish()),
      job.finish(),
      job instanceof AsyncResource,
    );
    const receiver = { mine: true };
    const method = function (this: unknown): readonly unknown[] {
      return [storage.getStore(), this];
    };
    log(job.runInAsyncScope(method, receiver));
    log(Reflect.apply(job.bind(method), receiver, []), job.bind(method).length);
    log(call(undefined, call(job, job.bind, method, receiver)));
    const bound = storage.run("binds", () => AsyncResource.bind(method, "TYPE", receiver));
    log(
      bound(),
      storage.run("calls", () => bound()),
    );
    await job.runInAsyncScope(async () => {
      await Promise.resolve();
      log(storage.getStore());
    });
    log(typeof job.asyncId(), typeof job.triggerAsyncId(), job.emitDestroy() === job);
    const [first, second] = [new AsyncResource("A"), new AsyncResource("B", 7)];
    log(second.asyncId() > first.asyncId(), second.triggerAsyncId());
    log(first.runInAsyncScope(() => new AsyncResource("C").triggerAsyncId() === first.asyncId()));
    log(
      new AsyncResource("D", { triggerAsyncId: first.asyncId() }).triggerAsyncId() ===
        first.asyncId(),
    );
  },
  "wrong arguments throw, and leave nothing behind"(side, log, { call, make }) {
    const { AsyncLocalStorage, AsyncResource } = side;
    const storage = new AsyncLocalStorage();
    const resource = new AsyncResource("x");
    const { run, exit } = storage;
    for (const wrong of [
      () => call(storage, run, 1),
      () => call(storage, run, 1, 2),
      () => call(storage, exit),
      () => call(AsyncLocalStorage, AsyncLocalStorage.bind, 1),
      () => call(undefined, AsyncLocalStorage.snapshot(), 1),
      () => call(undefined, AsyncLocalStorage),
      () => make(AsyncResource),
      () => make(AsyncResource, {}),
      () => make(AsyncResource, "x", -2),
      () => make(AsyncResource, "x", { triggerAsyncId: "1" }),
      () => call(resource, resource.runInAsyncScope, 1),
      () => call(resource, resource.bind, 1),
      () => call(AsyncResource, AsyncResource.bind),
      () => call({}, run, 1, () => 2),
    ]) {
      try {
        log("gave", wrong());
      } catch (error) {
        log((error as Error).name, storage.getStore());
      }
    }
    log(AsyncLocalStorage.name, AsyncResource.name);
  },
};
