import { expect, test } from "vitest";
import { formatLine } from "../../../src/runtime/threads/print.ts";
import { ownWorld } from "./_worlds.ts";

const bomb = (): never => {
  throw new Error("code of the submission ran");
};

test.each<[string, readonly unknown[]]>([
  ["text and 5 [ 'in' ]", ["text", "and", 5, ["in"]]],
  [
    "1 -0 NaN 5n true undefined null Symbol(s)",
    [1, -0, Number.NaN, 5n, true, undefined, null, Symbol("s")],
  ],
  ["[ 1, 'a', <empty>, [ [] ] ]", [Object.assign([1, "a"], { 3: [[]] })]],
  ["{ a: { b: { c: [Object] } } }", [{ a: { b: { c: { d: 1 } } } }]],
  ["{} [] Map {} Set {}", [{}, [], new Map(), new Set()]],
  ["Map { 'k' => { v: 1 } } Set { 1, 2 }", [new Map([["k", { v: 1 }]]), new Set([1, 2])]],
  [
    "RangeError: bad 1970-01-01T00:00:00.005Z Invalid Date",
    [new RangeError("bad"), new Date(5), new Date(Number.NaN)],
  ],
  [
    "Point { x: 1 } [Function Point] [Function ]",
    [
      new (class Point {
        x = 1;
      })(),
      class Point {},
      () => 1,
    ],
  ],
  ["Int16Array [ 1, 2 ]", [new Int16Array([1, 2])]],
  ["{ read: [Getter] }", [Object.defineProperty({}, "read", { get: bomb, enumerable: true })]],
])("prints %s", (text, parts) => {
  expect(formatLine(parts)).toBe(text);
});

test("runs no code of what it prints", () => {
  const trap = new Proxy({}, { get: () => bomb });
  const proxy = new Proxy({}, trap);
  const values = [
    proxy,
    new Proxy(bomb, {}),
    Object.setPrototypeOf({ a: 1 }, proxy) as object,
    {
      [Symbol.toPrimitive]: bomb,
      toString: bomb,
      valueOf: bomb,
      get [Symbol.toStringTag]() {
        return bomb();
      },
    },
    Object.defineProperty(new Error("x"), "message", { get: bomb }),
    Object.defineProperty(new Map([["a", 1]]), "entries", { value: bomb }),
    Object.assign(new Set([1]), { values: bomb, [Symbol.iterator]: bomb }),
    Object.assign(new Date(0), { getTime: bomb, toISOString: bomb }),
    Object.defineProperty(class Named {}, "name", { get: bomb }),
    {
      constructor: {
        get name() {
          return bomb();
        },
      },
    },
  ];
  expect(formatLine(values)).toBe(
    "[Proxy] [Function ] { a: 1 } { toString: [Function bomb], valueOf: [Function bomb] } Error:  Map { 'a' => 1 } Set { 1 } 1970-01-01T00:00:00.000Z [Function ] { constructor: { name: [Getter] } }",
  );
});

test("takes no step on shared memory", () => {
  const { world, memory, machine } = ownWorld();
  const view = new world.Int32Array(new world.SharedArrayBuffer(8));
  const line = formatLine([view, view.buffer, { view }], (value) =>
    memory.isView(value) ? "a view" : undefined,
  );
  expect(line).toBe("a view SharedArrayBuffer {} { view: a view }");
  expect(formatLine([view])).toBe("[Proxy]");
  expect(machine.steps).toEqual([]);
});

test("is bounded, whatever it is given", () => {
  const wide: unknown[] = [];
  for (let i = 0; i < 100; i++) wide.push(wide);
  const values: readonly unknown[] = [
    "x".repeat(1e6),
    wide,
    Object.assign([], { length: 4e9 }),
    new Int8Array(1e6),
    2n ** 1_000_000n,
    Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => [`key${i}`, i])),
  ];
  for (const value of values) expect(formatLine([value]).length).toBeLessThan(2_100);
  expect(formatLine(values).length).toBeLessThan(2_100);
  expect(formatLine([[...Array(25).keys()]])).toContain("... 5 more items");
});

test("a string that is too long to be copied is told by its length", () => {
  const long = "x".repeat(400_000_000);
  expect(formatLine([long, { long }])).toBe(
    "[String of 400000000 characters] { long: [String of 400000000 characters] }",
  );
});
