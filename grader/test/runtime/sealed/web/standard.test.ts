/* oxlint-disable unicorn/prefer-add-event-listener -- handlers are a part of it */
/** Where ours keep to the standard and Node does not, and what only an engine asks. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { setImmediate as nextTurn } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { makeOurs, wrong } from "./_sides.ts";

describe("the standard is followed:", () => {
  test("a listener that is added while the event goes round waits for the next one", () => {
    const { EventTarget, Event } = makeOurs();
    const target = new EventTarget();
    const heard: string[] = [];
    const added = (): unknown => heard.push("added");
    target.addEventListener("x", () => target.addEventListener("x", added));
    target.addEventListener("x", () => heard.push("second"));
    target.dispatchEvent(new Event("x"));
    expect(heard).toEqual(["second"]);
    target.dispatchEvent(new Event("x"));
    expect(heard).toEqual(["second", "second", "added"]);
  });

  test("an event that was stopped can be dispatched anew", () => {
    const { EventTarget, Event } = makeOurs();
    const target = new EventTarget();
    const heard: string[] = [];
    const stop = (event: Event): void => event.stopImmediatePropagation();
    target.addEventListener("x", stop);
    target.addEventListener("x", () => heard.push("after"));
    const event = new Event("x");
    target.dispatchEvent(event);
    expect(heard).toEqual([]);
    target.removeEventListener("x", stop);
    target.dispatchEvent(event);
    expect(heard).toEqual(["after"]);
  });

  test("an event is at its target for each listener, and cannot be dispatched meanwhile", () => {
    const { EventTarget, Event, thrown } = makeOurs();
    const target = new EventTarget();
    const seen: unknown[] = [];
    for (const _ of [1, 2]) {
      target.addEventListener("x", (event: Event) => {
        seen.push(event.currentTarget === target, event.eventPhase);
        target.dispatchEvent(event);
      });
    }
    target.dispatchEvent(new Event("x"));
    expect(seen).toEqual([true, 2, true, 2]);
    expect(thrown).toMatchObject([
      { name: "InvalidStateError", code: 11 },
      { name: "InvalidStateError", code: 11 },
    ]);
  });

  test("a second addEventListener with a signal does not bind the first one to it", () => {
    const { EventTarget, Event, AbortController } = makeOurs();
    const target = new EventTarget();
    const controller = new AbortController();
    const heard: string[] = [];
    const listener = (): unknown => heard.push("heard");
    target.addEventListener("x", listener);
    target.addEventListener("x", listener, { signal: controller.signal });
    controller.abort();
    target.dispatchEvent(new Event("x"));
    expect(heard).toEqual(["heard"]);
  });

  test("onabort takes objects, and nothing else", () => {
    const { AbortController } = makeOurs();
    const { signal } = new AbortController();
    Object.assign(signal, { onabort: 5 });
    expect(signal.onabort).toBeNull();
  });

  test("no listener is none, and nothing to complain about", () => {
    const { EventTarget, web } = makeOurs();
    const target = new EventTarget();
    for (const none of [null, undefined]) {
      wrong.call(target, target.addEventListener, "x", none);
      wrong.call(target, target.removeEventListener, "x", none);
    }
    expect(web.listenersOf(target)).toBe(0);
  });
});

describe("what is thrown goes to the engine, and the rest is called:", () => {
  test("by a listener", () => {
    const { EventTarget, Event, thrown } = makeOurs();
    const target = new EventTarget();
    const heard: string[] = [];
    const throws = (what: unknown) => () => {
      heard.push("thrower");
      throw what;
    };
    target.addEventListener("x", throws(1));
    target.addEventListener("x", { handleEvent: throws(undefined) });
    target.addEventListener("x", {} as EventListener);
    target.addEventListener("x", () => heard.push("last"));
    expect(target.dispatchEvent(new Event("x"))).toBe(true);
    expect(heard).toEqual(["thrower", "thrower", "last"]);
    expect(thrown).toEqual([1, undefined, expect.any(TypeError)]);
  });

  test("by onabort, by who listens to it, and by who listens to what any made", () => {
    const { AbortController, AbortSignal, thrown } = makeOurs();
    const controller = new AbortController();
    const any = AbortSignal.any([controller.signal]);
    const throws = (what: unknown) => () => {
      throw what;
    };
    controller.signal.onabort = throws("handler");
    controller.signal.addEventListener("abort", throws("listener"));
    any.addEventListener("abort", throws("any"));
    controller.abort();
    expect(thrown).toEqual(["handler", "listener", "any"]);
  });

  test("by a microtask", async () => {
    const { queueMicrotask, thrown } = makeOurs();
    const error = new RangeError("microtask");
    queueMicrotask(() => {
      throw error;
    });
    expect(thrown).toEqual([]);
    await Promise.resolve();
    expect(thrown).toEqual([error]);
  });
});

describe("an engine can ask how many listeners there are:", () => {
  const nothing = (): void => undefined;

  test("of all types, with onabort", () => {
    const { web } = makeOurs();
    const { signal } = web.createAbortController();
    expect(web.listenersOf(signal)).toBe(0);
    signal.addEventListener("abort", nothing);
    signal.addEventListener("abort", nothing);
    signal.addEventListener("abort", nothing, true);
    signal.addEventListener("other", nothing);
    signal.onabort = nothing;
    expect(web.listenersOf(signal)).toBe(4);
    signal.onabort = null;
    signal.removeEventListener("abort", nothing);
    expect(web.listenersOf(signal)).toBe(2);
  });

  test("those of an abort that was heard once are gone, others stay", () => {
    const { web } = makeOurs();
    const controller = web.createAbortController();
    controller.signal.addEventListener("abort", nothing, { once: true });
    controller.signal.addEventListener("abort", () => undefined);
    controller.abort();
    expect(web.listenersOf(controller.signal)).toBe(1);
  });

  test("others that only depend on the signal are not among them", () => {
    const { web, AbortSignal, EventTarget } = makeOurs();
    const { signal } = web.createAbortController();
    const any = AbortSignal.any([signal]);
    any.addEventListener("abort", nothing);
    new EventTarget().addEventListener("x", nothing, { signal });
    expect([web.listenersOf(signal), web.listenersOf(any)]).toEqual([0, 1]);
  });

  test("whatever a submission does to the signal", () => {
    const { web, EventTarget } = makeOurs();
    const { signal } = web.createAbortController();
    Object.assign(signal, { addEventListener: nothing, dispatchEvent: nothing });
    wrong.call(signal, EventTarget.prototype.addEventListener, "abort", nothing);
    expect(web.listenersOf(signal)).toBe(1);
  });
});

describe("what stays alive:", () => {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  const settle = async (): Promise<void> => {
    await nextTurn();
    collect();
    await nextTurn();
  };

  test("a signal that any made, as long as somebody listens to it", async () => {
    const { AbortController, AbortSignal } = makeOurs();
    const controller = new AbortController();
    const heard: string[] = [];
    const make = (isHeard: boolean): WeakRef<object> => {
      const any = AbortSignal.any([AbortSignal.any([controller.signal])]);
      const listener = (): unknown => heard.push("heard");
      any.addEventListener("abort", listener);
      if (!isHeard) any.removeEventListener("abort", listener);
      return new WeakRef(any);
    };
    const [kept, left] = [make(true), make(false)];
    await settle();
    expect([kept.deref() !== undefined, left.deref() !== undefined]).toEqual([true, false]);
    controller.abort();
    expect(heard).toEqual(["heard"]);
    await settle();
    expect(kept.deref()).toBeUndefined();
  });

  test("no target whose listener was removed, although it had a signal", async () => {
    const { AbortController, EventTarget } = makeOurs();
    const controller = new AbortController();
    const make = (): WeakRef<object> => {
      const target = new EventTarget();
      const listener = (): void => undefined;
      target.addEventListener("x", listener, { signal: controller.signal });
      target.removeEventListener("x", listener);
      return new WeakRef(target);
    };
    const target = make();
    await settle();
    expect(target.deref()).toBeUndefined();
    expect(controller.signal.aborted).toBe(false);
  });
});
