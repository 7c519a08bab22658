import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { Refused, nativeWorld, ownWorld, typeNames } from "./_worlds.ts";

const { world } = ownWorld();
const prototypeOf = (of: object): object => Object.getPrototypeOf(of) as object;

/** Native objects and ours that must have the same members. */
const pairs: readonly (readonly [string, object, object])[] = [
  ["SharedArrayBuffer", SharedArrayBuffer, world.SharedArrayBuffer],
  ["SharedArrayBuffer.prototype", SharedArrayBuffer.prototype, world.SharedArrayBuffer.prototype],
  ["%TypedArray%", prototypeOf(Int8Array), prototypeOf(world.Int8Array)],
  [
    "%TypedArray%.prototype",
    prototypeOf(Int8Array.prototype),
    prototypeOf(world.Int8Array.prototype),
  ],
  ["DataView", DataView, world.DataView],
  ["DataView.prototype", DataView.prototype, world.DataView.prototype],
  ["Atomics", Atomics, world.Atomics],
  ...typeNames.flatMap((name) => {
    const native = nativeWorld[name];
    return [
      [name, native, world[name]] as const,
      [`${name}.prototype`, native.prototype, world[name].prototype] as const,
    ];
  }),
];

function descriptorOf(object: object, key: PropertyKey): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
}

/** What a property holds: a value, a getter or a setter. */
function functionsOf(descriptor: PropertyDescriptor): readonly unknown[] {
  return ["value", "get", "set"].map((part) => Reflect.get(descriptor, part) as unknown);
}

describe.each(pairs)("%s", (_name, native, ours) => {
  test("has exactly the members that this Node's has, in name, arity and attributes", () => {
    const shapeOf = (object: object): unknown =>
      new Map(
        Reflect.ownKeys(object).map((key) => {
          const descriptor = descriptorOf(object, key);
          const { writable, enumerable, configurable } = descriptor;
          const describe = (part: unknown): unknown =>
            typeof part === "function"
              ? [part.name, part.length, Object.hasOwn(part, "prototype")]
              : typeof part === "object"
                ? "an object"
                : part;
          return [
            key,
            [writable, enumerable, configurable, ...functionsOf(descriptor).map(describe)],
          ];
        }),
      );
    expect(shapeOf(ours)).toEqual(shapeOf(native));
  });

  test("shares no function with the native one, but harmless getters and what all arrays share", () => {
    const harmless = new Set<unknown>([Array.prototype.toString]);
    const isHarmless = (key: PropertyKey, part: unknown): boolean =>
      harmless.has(part) || key === "isLockFree" || key === "pause" || key === Symbol.species;
    const shared = Reflect.ownKeys(ours).filter((key) => {
      const natives = functionsOf(descriptorOf(native, key));
      return functionsOf(descriptorOf(ours, key)).some(
        (part) => typeof part === "function" && natives.includes(part) && !isHarmless(key, part),
      );
    });
    expect(shared).toEqual([]);
  });
});

describe("a member that the engine does not know", () => {
  test.each([
    [
      "a grown buffer",
      () => new world.SharedArrayBuffer(8, { maxByteLength: 16 }),
      "a growable SharedArrayBuffer",
    ],
    [
      "slice of a buffer",
      () => new world.SharedArrayBuffer(8).slice(),
      "SharedArrayBuffer.prototype.slice",
    ],
    [
      "grow of a buffer",
      () => new world.SharedArrayBuffer(8).grow(16),
      "SharedArrayBuffer.prototype.grow",
    ],
    [
      "waitAsync",
      () => world.Atomics.waitAsync(new world.Int32Array(new world.SharedArrayBuffer(8)), 0, 0),
      "Atomics.waitAsync",
    ],
  ])("%s is refused by name", (_what, use, name) => {
    expect(use).toThrow(new Refused(name));
  });

  test("is refused on shared memory also if it comes with a later Node", async () => {
    const worker = new Worker(new URL("./_future-worker.ts", import.meta.url));
    const [found] = (await once(worker, "message")) as [unknown];
    expect(found).toEqual({
      "SharedArrayBuffer.future": "refused: SharedArrayBuffer.future",
      "SharedArrayBuffer.prototype.future": "refused: SharedArrayBuffer.prototype.future",
      "SharedArrayBuffer.prototype.futureGetter":
        "refused: SharedArrayBuffer.prototype.futureGetter",
      "TypedArray.prototype.future on a view":
        "refused: TypedArray.prototype.future on shared memory",
      "TypedArray.prototype.future on an array": "native",
      "TypedArray.prototype.futureGetter on a view":
        "refused: TypedArray.prototype.futureGetter on shared memory",
      "Uint8Array.prototype.future on a view":
        "refused: Uint8Array.prototype.future on shared memory",
      "Uint8Array.future of a view": "refused: Uint8Array.future with shared memory",
      "Uint8Array.future of an array": "native",
      "DataView.prototype.getFuture8 on a view":
        "refused: DataView.prototype.getFuture8 on shared memory",
      "DataView.prototype.futureGetter on a view":
        "refused: DataView.prototype.futureGetter on shared memory",
      "Atomics.future on a view": "refused: Atomics.future on shared memory",
      "Atomics.future on an array": "native",
    });
  });

  test("is one of these on this Node", () => {
    const view = new world.Uint8Array(new world.SharedArrayBuffer(8));
    const names = [prototypeOf(world.Uint8Array.prototype), world.Uint8Array.prototype].flatMap(
      (owner) =>
        Reflect.ownKeys(owner).filter((key) => {
          try {
            const member = Reflect.get(owner, key, view) as unknown;
            if (typeof member === "function" && key !== "constructor")
              Reflect.apply(member, view, [() => 1]);
          } catch (error) {
            return error instanceof Refused;
          }
          return false;
        }),
    );
    const known = ["setFromBase64", "setFromHex"].filter((key) => key in Uint8Array.prototype);
    expect(new Set(names)).toEqual(new Set<unknown>(known));
  });
});
