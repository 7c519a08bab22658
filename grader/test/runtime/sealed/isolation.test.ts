import { afterAll, expect, test, vi } from "vitest";
import { openLab } from "./_lab.ts";

// A worker that shares its processor with others may take its time.
vi.setConfig({ testTimeout: 60_000 });
const lab = openLab();
afterAll(() => lab.close());

test("nothing that an instance writes anywhere is there for the next one", async () => {
  const program = `
    import kit, * as names from "@concurrency-katas/grader/kit";
    import threads from "node:worker_threads";
    const { KataError, Mutex } = kit;
    const attempt = (call: () => any): any => { try { return call(); } catch (error) { return error; } };
    let variable = 0;
    const pattern = /x/g;
    class Own { static count = 0; static #hidden = 0; static more() { return Own.#hidden++; } }
    function own() {}
    const parts = (text: TemplateStringsArray) => text;
    const template = () => parts\`a\`;
    const view = new Int32Array(new SharedArrayBuffer(8));
    const targets: Record<string, any> = {
      globalThis, Object, "Object.prototype": Object.prototype, Array, "Array.prototype": Array.prototype, "array iterator": Object.getPrototypeOf([].values()),
      "iterator": Iterator.prototype, Function, "Function.prototype": Function.prototype, "async": Object.getPrototypeOf(async () => 1),
      "generator": Object.getPrototypeOf(function* () {}), Int32Array, "Int32Array.prototype": Int32Array.prototype, TypedArray: Object.getPrototypeOf(Int32Array),
      "a method": view.fill, "a getter": Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Int32Array.prototype), "length")!.get, Atomics, "Atomics.load": Atomics.load,
      SharedArrayBuffer, "SharedArrayBuffer.prototype": SharedArrayBuffer.prototype, DataView, "DataView.prototype": DataView.prototype, ArrayBuffer,
      console, "console.log": console.log, Math, "Math.random": Math.random, Date, "Date.prototype": Date.prototype, "Date.prototype.constructor": Date.prototype.constructor,
      performance, "performance.now": performance.now, kit, "own names": names, threads, KataError, "KataError.prototype": KataError.prototype, Mutex, "Mutex.prototype": Mutex.prototype,
      "Mutex.create": Mutex.create, "Mutex.prototype.lock": Mutex.prototype.lock, Symbol, "Symbol.prototype": Symbol.prototype, JSON, Reflect, Promise, Proxy, RegExp,
      "RegExp.prototype": RegExp.prototype, Map, "Map.prototype": Map.prototype, WeakMap, Error, "Error.prototype": Error.prototype, RangeError, TextEncoder, TextDecoder,
      "an error's class": attempt(() => new TextDecoder("nope")).constructor,
      "an error's prototype": Object.getPrototypeOf(attempt(() => new TextDecoder("nope"))), "eval": eval, "string": String.prototype, "number": Number.prototype, BigInt,
      "template": template(), "template.raw": template().raw, "stack getter": Object.getOwnPropertyDescriptor(new Error("x"), "stack")!.get, parseInt,
      "own class": Own, "own function": own, "own regexp": pattern, "own object": {},
    };
    export function run(): unknown {
      const seen: string[] = [];
      if (variable++ !== 0) seen.push("variable");
      if (pattern.lastIndex !== 0) seen.push("lastIndex"); pattern.test("xx");
      if (Own.count++ !== 0) seen.push("static field");
      if (Own.more() !== 0) seen.push("private static field");
      if (view[0] !== 0) seen.push("memory"); view[0] = 1;
      for (const [name, target] of Object.entries(targets)) {
        for (const key of ["mark", Symbol.for("mark"), "name", "length", "prototype", "constructor"]) {
          if (Object.hasOwn(target, key) && target[key] === "left here") seen.push(name + "." + String(key));
          attempt(() => { target[key] = "left here"; });
          attempt(() => Object.defineProperty(target, key, { value: "left here" }));
        }
        attempt(() => Object.setPrototypeOf(target, { inherited: 1 }));
        if (Object.getPrototypeOf(target)?.inherited === 1 && !name.startsWith("own")) seen.push(name + "'s prototype");
        attempt(() => delete target.prototype);
      }
      return seen;
    }`;
  const { runs } = await lab.run(program, { times: 3 });
  expect(runs).toEqual([{ value: [] }, { value: [] }, { value: [] }]);
});

test("the names of globals cannot be assigned to", async () => {
  const program = `
    const attempt = (call: () => unknown): string => { try { call(); return "done"; } catch (error) { return (error as Error).name; } };
    export const run = (): unknown => [
      attempt(() => { parseInt = 1 as never; }), attempt(() => { (Math as any)++; }), attempt(() => { [console] = [1] as never; }),
      typeof parseInt, typeof Math, typeof console,
    ];`;
  const { value } = await lab.run(program);
  expect(value).toEqual([
    ...Array.from({ length: 3 }, () => "TypeError"),
    "function",
    "object",
    "object",
  ]);
});

test("what is inherited by all objects cannot be changed", async () => {
  const program = `
    const attempt = (call: () => unknown): string => { try { call(); return "done"; } catch (error) { return (error as Error).name; } };
    export const run = (): unknown => [
      attempt(() => { (Object.prototype as any).polluted = 1; }), attempt(() => { Array.prototype.push = () => 0; }),
      attempt(() => { (Object as any).prototype.__proto__ = {}; }), attempt(() => { ({} as any).__proto__.x = 1; }),
      attempt(() => { ({} as any).constructor.prototype.x = 1; }), attempt(() => { JSON.parse = () => 1; }), attempt(() => { (Promise.prototype as any).then = 1; }),
      attempt(() => { Atomics.load = () => 1 as any; }), attempt(() => { Object.defineProperty(Atomics, "wait", { value: 1 }); }),
      attempt(() => { (globalThis as any).Atomics = {}; }), attempt(() => { (globalThis as any).extra = 1; }), attempt(() => { Math.random = () => 0; }),
      ({} as any).polluted, ({} as any).x,
    ];`;
  const { value } = await lab.run(program);
  expect(value).toEqual([...Array.from({ length: 12 }, () => "TypeError"), undefined, undefined]);
});

test("an instance that ends in an error leaves nothing to the next one", async () => {
  const program = `
    let count = 0;
    export function run(): number { count++; if (count === 1) throw new Error(String(count)); return count; }`;
  const { runs } = await lab.run(program, { times: 2 });
  expect(runs.map(({ threw }) => threw?.message)).toEqual(["1", "1"]);
});
