import { describe, expect, test } from "vitest";
import { KataError, Mutex } from "../../../src/kit/index.ts";
import { createKit } from "../../../src/runtime/threads/kit.ts";
import { ownWorld, stepsOf } from "./_worlds.ts";

const realKit = { KataError, Mutex };
const own = ownWorld();
const controlled = createKit(own.machine, own.memory) as unknown as typeof realKit;

describe.each([
  { name: "the real kit", kit: realKit, shared: SharedArrayBuffer },
  { name: "the kit under control", kit: controlled, shared: own.world.SharedArrayBuffer },
])("$name", ({ kit, shared }) => {
  const { Mutex, KataError } = kit;
  /** Name, code and message of what a function throws. */
  const errorOf = (run: () => unknown): unknown => {
    try {
      return run();
    } catch (error) {
      const { name, code, message } = error as InstanceType<typeof KataError>;
      return { name, code, message, isKataError: error instanceof KataError };
    }
  };

  test("locks, unlocks and says when nobody holds it", () => {
    const mutex = Mutex.create();
    mutex.lock();
    mutex.unlock();
    expect(errorOf(() => mutex.unlock())).toMatchInlineSnapshot(`
      {
        "code": "NOT_LOCKED",
        "isKataError": true,
        "message": "unlock() was called, but nobody holds this mutex.",
        "name": "KataError",
      }
    `);
  });

  test("attaches to a handle of four shared bytes, and to nothing else", () => {
    const mutex = Mutex.create();
    mutex.lock();
    Mutex.attach(mutex.handle).unlock();
    expect((mutex.handle as SharedArrayBuffer).byteLength).toBe(4);
    expect(mutex.handle).toBeInstanceOf(shared);
    expect(Object.keys(mutex)).toEqual(["handle"]);
    expect(errorOf(() => Mutex.attach(new shared(4)).unlock())).toMatchObject({
      code: "NOT_LOCKED",
    });
    for (const bad of [undefined, null, 5, {}, mutex, new shared(8), new ArrayBuffer(4)]) {
      expect(errorOf(() => Mutex.attach(bad))).toEqual({
        name: "KataError",
        code: "BAD_HANDLE",
        message: "Mutex.attach() needs the `handle` of a Mutex.",
        isKataError: true,
      });
    }
  });

  test("unlocks after withLock, whatever happened in it", () => {
    const mutex = Mutex.create();
    expect(mutex.withLock(() => 5)).toBe(5);
    expect(() =>
      mutex.withLock(() => {
        throw new EvalError("inside");
      }),
    ).toThrow(EvalError);
    expect(errorOf(() => mutex.unlock())).toMatchObject({ code: "NOT_LOCKED" });
  });

  test("does not unlock in withLock what it could not lock", () => {
    const mutex = Mutex.create();
    mutex.lock = () => {
      throw new EvalError("not now");
    };
    expect(() => mutex.withLock(() => 1)).toThrow(EvalError);
  });

  test("has an error with a code, which may be extended", () => {
    class Full extends KataError {
      constructor() {
        super("FULL");
      }
    }
    const show = (error: Error & { code: string }): unknown => [
      error.name,
      error.code,
      error.message,
      error instanceof Error,
      String(error),
    ];
    expect(show(new KataError("A"))).toEqual(["KataError", "A", "A", true, "KataError: A"]);
    expect(show(new KataError("A", "long"))).toEqual([
      "KataError",
      "A",
      "long",
      true,
      "KataError: long",
    ]);
    expect(show(new Full())).toEqual(["KataError", "FULL", "FULL", true, "KataError: FULL"]);
    expect(Object.keys(new KataError("A"))).toEqual(["name", "code"]);
  });
});

test("each operation of a mutex is one step", () => {
  const mutex = controlled.Mutex.create();
  expect(stepsOf(own, () => controlled.Mutex.attach(mutex.handle))).toEqual([]);
  expect(stepsOf(own, () => mutex.withLock(() => undefined))).toEqual(["lock", "unlock"]);
});

test("the module has the members of the real one, and no more", () => {
  expect(Object.keys(controlled).toSorted()).toEqual(Object.keys(realKit).toSorted());
  const membersOf = (value: object): unknown => Reflect.ownKeys(value).map(String).toSorted();
  for (const name of ["Mutex", "KataError"] as const) {
    expect(controlled[name].name).toBe(name);
    expect(membersOf(controlled[name])).toEqual(membersOf(realKit[name]));
    expect(membersOf(controlled[name].prototype)).toEqual(membersOf(realKit[name].prototype));
  }
});
