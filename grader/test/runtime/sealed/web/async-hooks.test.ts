import { describe, expect, test } from "vitest";
import { makeOurs } from "./_sides.ts";

describe("an engine that calls back later", () => {
  test("does so in the context of when it was asked", () => {
    const { AsyncLocalStorage, hooks } = makeOurs();
    const [a, b] = [new AsyncLocalStorage(), new AsyncLocalStorage()];
    const both = (): readonly unknown[] => [a.getStore(), b.getStore()];
    const inContext = a.run(1, () => hooks.captureContext());
    b.run(2, () => {
      expect(inContext(both)).toEqual([1, undefined]);
      expect(both()).toEqual([undefined, 2]);
    });
    expect(() =>
      inContext(() => {
        throw new RangeError("out");
      }),
    ).toThrow(RangeError);
    expect(both()).toEqual([undefined, undefined]);
  });

  test("is not touched by what is entered there, nor is the next one", () => {
    const { AsyncLocalStorage, hooks } = makeOurs();
    const outside = hooks.captureContext();
    const storage = new AsyncLocalStorage();
    const enter = (): unknown => {
      const before: unknown = storage.getStore();
      storage.enterWith("entered");
      return before;
    };
    expect([outside(enter), outside(enter), storage.getStore()]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    expect(storage.run("other", () => outside(() => storage.getStore()))).toBeUndefined();
  });

  test("does so across await", async () => {
    const { AsyncLocalStorage, hooks } = makeOurs();
    const storage = new AsyncLocalStorage();
    const inContext = storage.run(1, () => hooks.captureContext());
    const seen = inContext(async () => {
      await Promise.resolve();
      return storage.getStore();
    });
    expect(await seen).toBe(1);
  });
});

describe("between two executions", () => {
  test("all storages are emptied", () => {
    const { AsyncLocalStorage, hooks } = makeOurs();
    const storage = new AsyncLocalStorage({ defaultValue: "none" });
    storage.enterWith(1);
    hooks.reset();
    expect(storage.getStore()).toBe("none");
    storage.run(2, () => expect(storage.getStore()).toBe(2));
  });

  test("ids begin anew", () => {
    const { AsyncResource, hooks } = makeOurs();
    const ids = (): readonly number[] => {
      hooks.reset();
      const [a, b] = [new AsyncResource("a"), new AsyncResource("b")];
      return [a.asyncId(), b.asyncId(), b.triggerAsyncId()];
    };
    expect(ids()).toEqual(ids());
  });
});

test("a storage may have a name, and a value for where it holds nothing", () => {
  const { AsyncLocalStorage } = makeOurs();
  const storage = new AsyncLocalStorage({ name: "request", defaultValue: 7 });
  expect([storage.name, storage.getStore()]).toEqual(["request", 7]);
  const inside = [undefined, 1].map((value) => storage.run(value, () => storage.getStore()));
  expect(inside).toEqual([undefined, 1]);
  expect(storage.exit(() => storage.getStore())).toBeUndefined();
  expect([new AsyncLocalStorage().name, new AsyncLocalStorage().getStore()]).toEqual([
    "",
    undefined,
  ]);
});
