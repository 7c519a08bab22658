import { EventEmitter as NodeEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { EventEmitter, once } from "../../../src/runtime/processes/emitter.ts";

/** Both must do the same. */
const classes = [
  ["ours", EventEmitter],
  ["Node's", NodeEmitter],
] as const;

describe.each(classes)("an emitter, %s", (_whose, Emitter) => {
  test("calls listeners in order, those of once() once, with itself as this", () => {
    const emitter = new Emitter();
    const calls: unknown[] = [];
    emitter.once("a", (value: unknown) => calls.push(["once", value]));
    emitter.on("a", function (this: unknown, value: unknown) {
      calls.push([this === emitter, value]);
    });
    emitter.prependListener("a", () => calls.push("first"));
    expect([emitter.emit("a", 1), emitter.emit("a", 2), emitter.emit("b")]).toEqual([
      true,
      true,
      false,
    ]);
    expect(calls).toEqual(["first", ["once", 1], [true, 1], "first", [true, 2]]);
  });

  test("a listener that is removed while the event is emitted is still called", () => {
    const emitter = new Emitter();
    const calls: string[] = [];
    const second = (): void => void calls.push("second");
    emitter.on("a", () => emitter.off("a", second));
    emitter.on("a", second);
    emitter.emit("a");
    emitter.emit("a");
    expect(calls).toEqual(["second"]);
  });

  test("an error that nobody listens to is thrown", () => {
    const error = new RangeError("no");
    expect(() => new Emitter().emit("error", error)).toThrow(error);
  });

  test("the same listener twice is removed once", () => {
    const emitter = new Emitter();
    const listener = (): void => undefined;
    emitter.on("a", listener).on("a", listener).off("a", listener);
    expect(emitter.listenerCount("a")).toBe(1);
    expect(emitter.removeAllListeners().eventNames()).toEqual([]);
  });

  test("a listener must be a function", () => {
    const bad = 1 as never;
    expect(() => new Emitter().on("a", bad)).toThrow(TypeError);
  });
});

test("once() resolves to the values of the event, and leaves no listener", async () => {
  const emitter = new EventEmitter();
  const values = once(emitter, "a");
  emitter.emit("a", 1, 2);
  expect(await values).toEqual([1, 2]);
  expect(emitter.eventNames()).toEqual([]);
});

test("once() rejects with an error that comes before the event", async () => {
  const emitter = new EventEmitter();
  const values = once(emitter, "a");
  emitter.emit("error", new RangeError("no"));
  await expect(values).rejects.toThrow("no");
  expect(emitter.eventNames()).toEqual([]);
});
