import { afterAll, describe, expect, test, vi } from "vitest";
import { openLab } from "./_lab.ts";
import type { Reach } from "./_reach.ts";

// A worker that shares its processor with others may take its time.
vi.setConfig({ testTimeout: 60_000 });
const lab = openLab();
afterAll(() => lab.close());

/**
 * Expects that what a program returns leads to nothing that a submission must not have, and says how much was seen.
 * Only classes and functions of its own can be changed, so one that has none reaches none that can be.
 */
async function expectClean(program: string, { hasOwnClasses = false } = {}): Promise<number> {
  const { value, threw } = await lab.run(program, { what: "reach" });
  expect(threw).toBeUndefined();
  const { forbidden, open, visited } = value as Reach;
  expect(forbidden).toEqual([]);
  if (!hasOwnClasses) expect(open).toEqual([]);
  return visited;
}

test("everything that the global object reaches is frozen, and nothing of it is native shared memory", async () => {
  const { value } = await lab.run(`export const run = () => globalThis;`, { what: "reach" });
  expect(value).toMatchObject({ forbidden: [], open: [] });
});

test("what is imported is frozen too, and so is the module object itself", async () => {
  const { value } = await lab.run(
    `
    import kit, * as names from "@concurrency-katas/grader/kit";
    import threads from "node:worker_threads";
    export const run = () => {
      if (!Object.isFrozen(kit) || !Object.isFrozen(threads)) throw new Error("open");
      return [kit, kit.Mutex.prototype, kit.KataError.prototype, threads];
    };`,
    { what: "reach" },
  );
  expect(value).toMatchObject({ forbidden: [], open: [] });
});

describe("no native power is reached from", () => {
  const types = `
    const types = Object.getOwnPropertyNames(globalThis).filter((name) => name.endsWith("Array") && name !== "Array");
    const zero = (type) => type.startsWith("Big") ? 0n : 0;
    const arrays = types.flatMap((type) => [
      new globalThis[type](4),
      new globalThis[type](new SharedArrayBuffer(32)),
      new globalThis[type](new ArrayBuffer(32), 8, 1),
      new (class Mine extends globalThis[type] {})(new SharedArrayBuffer(32)),
    ]);
    const attempt = (call) => { try { return call(); } catch (error) { return error; } };`;

  test("arrays of every type, what their members return, and what these throw", async () => {
    const visited = await expectClean(
      `${types}
      export function run() {
        const found = [arrays];
        const prototype = Object.getPrototypeOf(Int8Array.prototype);
        for (const array of arrays) {
          const value = zero(array[Symbol.toStringTag]);
          for (const owner of [prototype, Object.getPrototypeOf(array)]) {
            for (const key of Reflect.ownKeys(owner)) {
              for (const args of [[], [1], [value], [0, value], [() => value], [array], [Symbol.iterator], [-9]]) {
                found.push(attempt(() => typeof array[key] === "function" ? array[key](...args) : array[key]));
              }
            }
          }
        }
        return found;
      }`,
      { hasOwnClasses: true },
    );
    expect(visited).toBeGreaterThan(5_000);
  });

  test("arrays whose class was tampered with", async () => {
    await expectClean(
      `${types}
      function Bare() {}
      Bare.prototype = null;
      const Odd = new Proxy(function () {}, { get: (target, key) => key === "prototype" ? undefined : target[key] });
      const newTargets = [Bare, Odd, Bare.bind(), class { static prototype2 = 1 }, Object, Array, Function, Map];
      export function run() {
        const found = [];
        const sources = [[4], [new SharedArrayBuffer(32)], [new ArrayBuffer(32)], [[]]];
        const makers = [...types.map((type) => globalThis[type]), DataView, SharedArrayBuffer, TextEncoder, Date];
        for (const newTarget of newTargets) {
          for (const maker of makers) {
            for (const args of sources) found.push(attempt(() => Reflect.construct(maker, args, newTarget)));
          }
        }
        for (const array of arrays) {
          for (const constructor of [undefined, null, 5, {}, { [Symbol.species]: undefined }, { [Symbol.species]: Array }, Bare]) {
            const copy = array.subarray(0);
            Object.defineProperty(copy, "constructor", { value: constructor });
            for (const call of ["slice", "subarray", "map", "filter", "toSorted", "toReversed"]) {
              found.push(attempt(() => copy[call]((value) => value)));
            }
            found.push(attempt(() => copy.with(0, zero(array[Symbol.toStringTag]))));
          }
        }
        return found;
      }`,
      { hasOwnClasses: true },
    );
  });

  test("statics, on receivers of every kind", async () => {
    await expectClean(`${types}
      export function run() {
        const found = [];
        const makers = [...types.map((type) => globalThis[type]), Object.getPrototypeOf(Int8Array), DataView, SharedArrayBuffer, ArrayBuffer, Atomics];
        for (const maker of makers) {
          for (const key of Reflect.ownKeys(maker)) {
            for (const receiver of [maker, undefined, Array, {}]) {
              for (const args of [[], [[1n]], [[1]], ["AAAA"], arrays.slice(0, 1), arrays.slice(1, 2), [4], [arrays[1], 0, 1]]) {
                found.push(attempt(() => typeof maker[key] === "function" && key !== "wait" ? Reflect.apply(maker[key], receiver, args) : maker[key]));
              }
            }
          }
        }
        return found;
      }`);
  });

  test("errors of every kind: thrown by the language, by the engine and by Node's own functions", async () => {
    await expectClean(`${types}
      import { KataError, Mutex } from "@concurrency-katas/grader/kit";
      export function run() {
        const throwers = [
          () => null.x, () => undefinedName.x, () => new Array(-1), () => decodeURI("%"), () => BigInt("x"), () => Symbol() + "",
          () => { (function f() { f(); })(); }, () => new Proxy({}, null), () => JSON.parse("{"), () => new RegExp("["),
          () => Function("}"), () => eval("{"), () => Function("return import('fs')"), () => eval("import.source('x')"),
          () => (async () => {}).constructor("1"), () => "".repeat(-1), () => new TextDecoder("nope"),
          () => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255])), () => new TextEncoder().encodeInto(1, 2),
          () => Mutex.attach(5), () => Mutex.create().unlock(), () => new KataError("X"), () => Atomics.wait(new Int32Array(4), 0, 0),
          () => new SharedArrayBuffer(8, { maxByteLength: 16 }), () => new SharedArrayBuffer(8).slice(), () => new SharedArrayBuffer(1e12),
          () => Atomics.waitAsync(arrays[1], 0, 0), () => new Int32Array(new SharedArrayBuffer(5)), () => Object.freeze(arrays[1]),
          () => structuredClone({}), () => globalThis.x = 1, () => { Object.prototype.x = 1; }, () => performance.now.call(),
          () => new DataView(new SharedArrayBuffer(8), 9), () => ArrayBuffer(8), () => Int32Array(8), () => new (Object.getPrototypeOf(Int32Array))(),
          () => new Date(NaN).toISOString(), () => Date.prototype.constructor.now(), () => new Date.prototype.constructor(),
          () => new WeakMap().set(1, 1), () => Error.captureStackTrace(5), () => new AggregateError([new Error("x", { cause: {} })]),
          () => Promise(), () => Reflect.construct(1), () => new Intl.NumberFormat(), () => (1).toFixed(200), () => "x".normalize("y"),
        ];
        return throwers.map((call) => { const error = attempt(call); return [error, attempt(() => error.stack)]; });
      }`);
  });

  test("values of every other kind", async () => {
    await expectClean(
      `
      import { KataError, Mutex } from "@concurrency-katas/grader/kit";
      import * as kit from "@concurrency-katas/grader/kit";
      import { threadId } from "node:worker_threads";
      class Private { #x = 1; static s = 2; get x() { return this.#x; } static { this.block = 3; } accessor() {} }
      export function run() {
        const holder = {};
        Error.captureStackTrace(holder);
        function sloppy() { return [this, arguments]; }
        return [
          kit, threadId, Mutex.create(), Mutex.create().handle, new KataError("X"), new Private(), Private, holder,
          () => 1, async () => 1, function* () {}, async function* () {}, (function* () {})(), (async function* () {})(), (async () => 1)(),
          sloppy(), sloppy.call(undefined), this, new Function("return this")(), new Function("return [arguments, new.target]")(), Function, eval,
          (0, eval)("this"), [].values(), "x"[Symbol.iterator](), "x".matchAll(/x/g), new Map([[1, 2]]).entries(), new Set([1]).values(),
          [1].values().map((x) => x), Iterator.from([1]), Iterator.from({ next() {} }), new Proxy({}, {}), Proxy.revocable({}, {}), Reflect, JSON, Math, Atomics,
          /x/.exec("x"), ((parts, ...rest) => [parts, rest])\`a\${1}b\`, new Date(), Date, Symbol.iterator, Object(Symbol()), Object(1n), new Promise(() => {}), Promise.resolve(),
          Promise.withResolvers?.(), new WeakMap(), new WeakSet(), new TextEncoder(), new TextDecoder(), new TextEncoder().encode("x"), console, performance,
          Object.getOwnPropertyDescriptors(globalThis), Object.getOwnPropertyDescriptor(new Error("x"), "stack"), Error.prepareStackTrace, Object[Symbol.for("harden")],
          new DataView(new SharedArrayBuffer(8)), new DataView(new ArrayBuffer(8)), new SharedArrayBuffer(8), structuredCloneIfAny(),
        ];
        function structuredCloneIfAny() { return typeof structuredClone; }
      }`,
      { hasOwnClasses: true },
    );
  });
});
