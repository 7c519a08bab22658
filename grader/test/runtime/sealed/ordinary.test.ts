import { afterAll, describe, expect, test, vi } from "vitest";
import { openLab } from "./_lab.ts";

// A worker that shares its processor with others may take its time.
vi.setConfig({ testTimeout: 60_000 });
const lab = openLab();
afterAll(() => lab.close());

/** What a program's `run` returns. */
async function valueOf(program: string | Readonly<Record<string, string>>): Promise<unknown> {
  const { value, threw, refused } = await lab.run(program);
  expect({ threw, refused }).toEqual({ threw: undefined, refused: [] });
  return value;
}

describe("classes", () => {
  test("have private fields and methods, accessors, static blocks and fields", async () => {
    const program = `
      class Counter {
        static #made = 0;
        static readonly names: string[] = [];
        static { this.names.push("first"); }
        #value = 0;
        readonly id = ++Counter.#made;
        get value(): number { return this.#value; }
        set value(next: number) { this.#value = next; }
        #bump(by: number): this { this.#value += by; return this; }
        bump = (by = 1): this => this.#bump(by);
        static isOne(thing: object): boolean { return #value in thing; }
        static get made(): number { return Counter.#made; }
      }
      export function run(): unknown {
        const counter = new Counter().bump().bump(3);
        counter.value *= 2;
        new Counter();
        return [counter.value, counter.id, Counter.made, Counter.names, Counter.isOne(counter), Counter.isOne({})];
      }`;
    expect(await valueOf(program)).toEqual([8, 1, 2, ["first"], true, false]);
  });

  test("extend built-in classes", async () => {
    const program = `
      class Stack<T> extends Array<T> { peek(): T | undefined { return this.at(-1); } }
      class Multi extends Map<string, number> { add(key: string): this { return this.set(key, (this.get(key) ?? 0) + 1); } }
      class Later extends Promise<number> {}
      class Words extends Set<string> { override add(word: string): this { return super.add(word.toLowerCase()); } }
      class Bytes extends Uint8Array { sum(): number { return this.reduce((a, b) => a + b, 0); } }
      export function run(): unknown {
        const stack = new Stack<number>(); stack.push(1, 2);
        return [
          stack.peek(), stack.map((x) => x) instanceof Stack, new Multi().add("a").add("a").get("a"),
          Later.resolve(1) instanceof Later, new Words(["A", "a"]).size, new Bytes([1, 2, 3]).subarray(1).sum(),
        ];
      }`;
    expect(await valueOf(program)).toEqual([2, true, 2, true, 1, 5]);
  });
});

describe("errors", () => {
  test("of a subclass set name, code, message and cause, as fields or by assignment", async () => {
    const program = `
      import { KataError } from "@concurrency-katas/grader/kit";
      class ByAssignment extends Error {
        code: string;
        constructor(code: string) {
          super("before", { cause: "why" });
          this.name = "ByAssignment"; this.message = \`after \${code}\`; this.code = code; this.stack = "none";
        }
      }
      class ByField extends RangeError { override name = "ByField"; readonly code = "F"; }
      class ByPrototype extends TypeError {}
      ByPrototype.prototype.name = "ByPrototype";
      ByPrototype.prototype.toString = () => "text";
      class Full extends KataError { constructor() { super("FULL"); this.message += "!"; } }
      class Named extends Error { constructor() { super(); this.name = new.target.name; } }
      const show = (error: Error & { code?: string }): unknown => [error.name, error.message, error.code, error instanceof Error];
      export const run = (): unknown => [
        show(new ByAssignment("A")), new ByAssignment("A").cause, show(new ByField("m")), String(new ByPrototype("x")), show(new ByPrototype("p")),
        show(new Full()), new Full() instanceof KataError, show(new Named()), Object.keys(new Full()),
      ];`;
    expect(await valueOf(program)).toEqual([
      ["ByAssignment", "after A", "A", true],
      "why",
      ["ByField", "m", "F", true],
      "text",
      ["ByPrototype", "p", undefined, true],
      ["KataError", "FULL!", "FULL", true],
      true,
      ["Named", "", undefined, true],
      ["name", "code"],
    ]);
  });

  test("are caught, rethrown, aggregated and tidied up after", async () => {
    const program = `
      export function run(): unknown {
        const log: string[] = [];
        try {
          try { throw new AggregateError([new Error("a"), new TypeError("b")], "both"); }
          catch (error) { log.push((error as AggregateError).errors.map(String).join()); throw error; }
          finally { log.push("finally"); }
        } catch ({ message }: any) { log.push(message); }
        return log;
      }`;
    expect(await valueOf(program)).toEqual(["Error: a,TypeError: b", "finally", "both"]);
  });

  test("of the language have their own classes", async () => {
    const program = `
      const nameOf = (call: () => unknown): string => { try { call(); return "none"; } catch (error) { return (error as Error).constructor.name; } };
      export const run = (): unknown => [
        nameOf(() => (null as any).x), nameOf(() => new Array(-1)), nameOf(() => BigInt("x")), nameOf(() => { (function f(): void { f(); })(); }),
        nameOf(() => { "use strict"; (Object.freeze({}) as any).x = 1; }), nameOf(() => decodeURI("%")), nameOf(() => eval("{")),
      ];`;
    expect(await valueOf(program)).toEqual([
      "TypeError",
      "RangeError",
      "SyntaxError",
      "RangeError",
      "TypeError",
      "URIError",
      "SyntaxError",
    ]);
  });
});

test("objects may be assigned properties that all objects inherit", async () => {
  const program = `
    export function run(): unknown {
      const all = ["toString", "valueOf", "constructor", "toLocaleString", "hasOwnProperty", "isPrototypeOf", "propertyIsEnumerable", "__proto__x"];
      const object: Record<string, unknown> = {};
      for (const key of all) object[key] = key;
      const array: any = []; array.toString = () => "array"; array.push = () => 7; array.concat = 1;
      const call: any = () => 1; call.toString = () => "call"; call.bind = 5; call.constructor = 6;
      class Old { valueOf?: unknown; constructor() { this.toString = () => "old"; this.valueOf = () => 4; } }
      function Older(this: any) { this.constructor = 9; }
      Older.prototype = Object.create(Old.prototype); Older.prototype.constructor = Older; Older.prototype.toString = () => "older";
      const map: any = new Map(); map.get = () => "mine"; map.size2 = 1;
      const literal = { toString() { return "literal"; }, constructor: 3, toLocaleString: () => "here", valueOf: () => 2 };
      return [Object.keys(object).length, String(array), array.push(), String(call), call.bind, String(new Old()), +(new Old() as any), String(new (Older as any)()), map.get(), \`\${literal}\`, literal.constructor, +literal];
    }`;
  expect(await valueOf(program)).toEqual([
    8,
    "array",
    7,
    "call",
    5,
    "old",
    4,
    "older",
    "mine",
    "literal",
    3,
    2,
  ]);
});

describe("functions", () => {
  test("may be generators, iterators and closures", async () => {
    const program = `
      function* numbers(from: number): Generator<number, string, number> { let step = 1; while (from < 20) step = (yield from += step) ?? 1; return "done"; }
      class Range { constructor(readonly from: number, readonly to: number) {} *[Symbol.iterator]() { for (let i = this.from; i < this.to; i++) yield i; } }
      function counter() { let count = 0; return { up: () => ++count, down: () => --count }; }
      export function run(): unknown {
        const walk = numbers(0); walk.next();
        const { up, down } = counter(); up(); up(); down();
        function* all() { yield* new Range(0, 2); yield* "ab"; }
        return [walk.next(5).value, [...new Range(1, 4)], up(), [...all()], Math.max(...new Range(0, 9)), walk.return("end")];
      }`;
    expect(
      await valueOf(
        program.replace(
          "constructor(readonly from: number, readonly to: number) {}",
          "from; to; constructor(from: number, to: number) { this.from = from; this.to = to; }",
        ),
      ),
    ).toEqual([6, [1, 2, 3], 2, [0, 1, "a", "b"], 8, { value: "end", done: true }]);
  });

  test("destructure, spread, default and label", async () => {
    const program = `
      function f({ a = 1, b: { c = 2, ...rest } = {} as any, ...others }: any = {}, [d, , e = 5]: number[] = [4], ...more: number[]): unknown { return [a, c, rest, others, d, e, more]; }
      export function run(): unknown {
        let found = "";
        outer: for (let i = 0; i < 5; i++) { for (let j = 0; ; j++) { if (j === 3) continue outer; if (i * j === 4) { found = \`\${i}\${j}\`; break outer; } } }
        let swap = [1, 2]; [swap[0], swap[1]] = [swap[1]!, swap[0]!];
        const key = "computed"; const object = { [key]: 1, ...{ x: 1 }, get y() { return 2; }, async z() {}, *w() {} };
        let n = 3; do { n--; } while (n --> 1);
        return [f(), f({ a: 0, b: { q: 1 }, z: 9 }, [7], 1, 2), found, swap, Object.keys(object), n, key?.length, (null as any)?.x?.y(), 0 ?? 1, "" || "or"];
      }`;
    expect(await valueOf(program)).toEqual([
      [1, 2, {}, {}, 4, 5, []],
      [0, 2, { q: 1 }, { z: 9 }, 7, 5, [1, 2]],
      "22",
      [2, 1],
      ["computed", "x", "y", "z", "w"],
      -1,
      8,
      undefined,
      0,
      "or",
    ]);
  });

  test("may be async, and are then not waited for", async () => {
    const program = `
      let log = "";
      async function work(): Promise<void> { log += "begin "; await null; log += "never"; }
      export function run(): unknown { const promise = work(); promise.then(() => { log += "then"; }); return [log, promise instanceof Promise]; }`;
    expect(await valueOf(program)).toEqual(["begin ", true]);
  });
});

test("a promise that is left rejected ends nothing", async () => {
  const program = `export function run(): number { void (async () => { throw new RangeError("late"); })(); void Promise.reject(5); return 1; }`;
  expect(await valueOf(program)).toBe(1);
  expect(await valueOf(program)).toBe(1);
});

describe("the library", () => {
  test("has collections, symbols, proxies, regular expressions, JSON and BigInt", async () => {
    const program = `
      export function run(): unknown {
        const weak = new WeakMap<object, number>(); const key = {}; weak.set(key, 1);
        const log: string[] = [];
        const proxy = new Proxy({ a: 1 } as Record<string, number>, { get: (target, name) => { log.push(String(name)); return Reflect.get(target, name) ?? -1; }, has: () => true });
        const groups = /(?<year>\\d{4})-(?<month>\\d\\d)/du.exec("on 2026-11")!.groups;
        const symbol = Symbol("own"); const tagged = { [symbol]: 1, [Symbol.toStringTag]: "Tagged", [Symbol.toPrimitive]: () => 42 };
        return [
          weak.get(key), proxy["a"], proxy["b"], "zz" in proxy, log, { ...groups }, "a-b-c".replaceAll(/-/g, (m, at) => String(at)), [..."x1y2".matchAll(/\\d/g)].map(String),
          JSON.stringify({ a: [1, undefined, () => 1], d: new Date(0), u: undefined, n: 1n === 1n }), JSON.parse('{"a":{"b":[1]}}', (k, v) => Array.isArray(v) ? v.length : v),
          String((2n ** 64n) % 1000n), BigInt.asIntN(8, 255n) === -1n, Object.prototype.toString.call(tagged), +tagged as any, symbol.description, Symbol.for("x") === Symbol.for("x"),
          new Intl_(), Object.groupBy([1, 2, 3], (x) => x % 2 ? "odd" : "even"), Object.fromEntries(new Map([["k", 1]])), new Set([1, 2]).union(new Set([3])).size, structured(),
        ];
        function Intl_(this: any) { this.ok = 1; }
        function structured() { return typeof (globalThis as any).structuredClone; }
      }`;
    expect(await valueOf(program)).toEqual([
      1,
      1,
      -1,
      true,
      ["a", "b"],
      { year: "2026", month: "11" },
      "a1b3c",
      ["1", "2"],
      '{"a":[1,null,null],"d":"1970-01-01T00:00:00.000Z","n":true}',
      { a: { b: 1 } },
      "616",
      true,
      "[object Tagged]",
      42,
      "own",
      true,
      { ok: 1 },
      { odd: [1, 3], even: [2] },
      { k: 1 },
      3,
      "undefined",
    ]);
  });

  test("has every member of Array.prototype that this Node has", async () => {
    const program = `
      export const run = (): unknown => [
        Reflect.ownKeys(Array.prototype).map(String), [3, 1, 2].toSorted(), [1, 2].toReversed(), [1, 2].with(0, 5), [1, 2, 3].toSpliced(1, 1), [1, 2, 3].findLast((x) => x < 3),
        [1, [2, [3]]].flat(Infinity), [1, 2, 3].at(-1), Array.from({ length: 2 }, (_, i) => i), Array.of(1), [1, 2, 3].copyWithin(0, 1), [..."ab"].entries().next().value,
      ];`;
    const [keys, ...rest] = (await valueOf(program)) as [string[], ...unknown[]];
    expect(new Set(keys)).toEqual(new Set(Reflect.ownKeys(Array.prototype).map(String)));
    expect(rest).toEqual([
      [1, 2, 3],
      [2, 1],
      [5, 2],
      [1, 3],
      2,
      [1, 2, 3],
      3,
      [0, 1],
      [1],
      [2, 3, 3],
      [0, "a"],
    ]);
  });

  test("has a clock that is virtual and randomness that is seeded", async () => {
    const program = `
      export const run = (): unknown => [
        new Date(Date.now()).getUTCFullYear(), new Date(5).getTime(), new Date() instanceof Date, Date.UTC(1970, 0, 1), typeof Date(), Math.random(), Math.random(), Math.max(1, 2),
        typeof performance.now(), Date.now() > 0, new Date(2020, 1, 3).getDate(), new (class extends Date { year() { return this.getUTCFullYear(); } })(0).year(),
      ];`;
    expect(await valueOf(program)).toEqual([
      2026,
      5,
      true,
      0,
      "string",
      0.25,
      0.25,
      2,
      "number",
      true,
      3,
      1970,
    ]);
  });

  test("has no global that reaches out of the compartment", async () => {
    const program = `
      const names = "process require module2 global Buffer setTimeout setInterval setImmediate queueMicrotask fetch WebAssembly Worker MessageChannel structuredClone WeakRef FinalizationRegistry Intl Compartment lockdown harden navigator crypto".split(" ");
      export const run = (): unknown => names.filter((name) => name in globalThis || eval(\`typeof \${name}\`) !== "undefined").filter((name) => name !== "require");`;
    expect(await valueOf(program)).toEqual([]);
  });

  test("is as large as this list", async () => {
    const program = `export const run = (): unknown => Object.getOwnPropertyNames(globalThis).toSorted().join(" ");`;
    const names = String(await valueOf(program))
      .split(" ")
      .filter((name) => !name.startsWith("Float16"));
    expect(names.join(" ")).toMatchInlineSnapshot(
      `"AggregateError Array ArrayBuffer Atomics BigInt BigInt64Array BigUint64Array Boolean DataView Date Error EvalError Float32Array Float64Array Function Infinity Int16Array Int32Array Int8Array Iterator JSON Map Math NaN Number Object Promise Proxy RangeError ReferenceError Reflect RegExp Set SharedArrayBuffer String Symbol SyntaxError TextDecoder TextEncoder TypeError URIError Uint16Array Uint32Array Uint8Array Uint8ClampedArray WeakMap WeakSet console decodeURI decodeURIComponent encodeURI encodeURIComponent escape eval globalThis isFinite isNaN parseFloat parseInt performance undefined unescape"`,
    );
  });
});

describe("modules", () => {
  test("may be several files, in a circle too, and import kit and threads", async () => {
    const files = {
      "src/index.ts": `
        import { Mutex } from "@concurrency-katas/grader/kit";
        import { isMainThread, threadId } from "node:worker_threads";
        import type { Shape } from "./shape.ts";
        import { area, default as circle } from "./shape.ts";
        export * from "./more.ts";
        export { area as surface };
        export let live = 0;
        export function run(): unknown { live++; const shape: Shape = { w: 2, h: 3 }; return [area(shape), circle(), threadId, isMainThread, Mutex.create().withLock(() => live)]; }
        export const unit = 2;`,
      "src/shape.ts": `import { unit } from "./index.ts"; export interface Shape { w: number; h: number } export const area = ({ w, h }: Shape): number => w * h * unit; export default function circle(): number { return 3; }`,
      "src/more.ts": `export const enumLike = { A: 1 } as const;`,
    };
    expect(await valueOf(files)).toEqual([12, 3, 3, false, 1]);
  });

  test("have no this at the top level, and are strict", async () => {
    const program = `const self = this; export function run(): unknown { try { (undefinedName as any) = 1; } catch (error) { return [self === undefined, (error as Error).name, (function (this: unknown) { return this; })() === undefined]; } }
      declare let undefinedName: unknown;`;
    expect(await valueOf(program)).toEqual([true, "ReferenceError", true]);
  });

  test("print lines", async () => {
    const program = `export function run(): void { console.log("sum", 1 + 1, [1, "a"], { b: null }); console.error(new RangeError("bad")); console.assert(false, "no"); console.group?.("g"); }`;
    const { printed } = await lab.run(program);
    expect(printed).toEqual([
      "sum 2 [ 1, 'a' ] { b: null }",
      "RangeError: bad",
      "Assertion failed no",
      "g",
    ]);
  });
});

describe("text that only looks like forbidden syntax", () => {
  test("is fine in strings, templates, regular expressions and comments", async () => {
    const program = `
      // import("fs") --> <!--
      const arrow = "A --> B", comment = '<!-- no -->', call = \`import("x") \${"import (y)"} -->\`;
      const pattern = /-->|<!--|import\\(/g, division = 4 / 2 / 1, mention = "eval(1) import.meta import.source('x')";
      const object = { import: (x: number) => x, 'import(': 1 };
      export function run(): unknown {
        let n = 3, steps = 0; while (n-->0) steps++;
        return [arrow, comment, call, "a-->b".replace(pattern, "+"), division, mention, object.import(5), steps  , object['import(']];
      }`;
    expect(await valueOf(program)).toEqual([
      "A --> B",
      "<!-- no -->",
      'import("x") import (y) -->',
      "a+b",
      2,
      "eval(1) import.meta import.source('x')",
      5,
      3,
      1,
    ]);
  });
});
