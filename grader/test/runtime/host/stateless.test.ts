import { describe, expect, test } from "vitest";
import { bundleSubmission } from "../../../src/runtime/bundle.ts";

async function isStateless(code: string): Promise<boolean> {
  const bundle = await bundleSubmission(new Map([["src/index.ts", code]]), {
    entry: "src/index.ts",
    imports: ["@concurrency-katas/grader/kit", "node:worker_threads"],
  });
  if (!("code" in bundle)) throw new Error(bundle.message);
  return bundle.stateless;
}

describe("a module keeps no state when its top level holds only", () => {
  test.each([
    [
      "functions and classes",
      "export function f() {} export class C { #x = []; get y() { return 1; } }",
    ],
    ["arrow functions", "export const f = () => 1; export const g = async () => {};"],
    [
      "constants of primitive values",
      "const A = 1, B = `a${A}`, C = -A + 2 ** 3, D = 5n; export { B, C, D };",
    ],
    ["a size of elements", "export const BYTES = 2 * Int32Array.BYTES_PER_ELEMENT;"],
    [
      "a subclass of something shared",
      "export class Full extends Error { override name = 'Full'; }",
    ],
    [
      "imports from the kit",
      "import { Mutex, KataError } from '@concurrency-katas/grader/kit'; export const f = () => [Mutex, KataError];",
    ],
    ["a class that mentions itself", "export class C { static create() { return new C(); } }"],
    ["types", "export interface I { x: number } export type T = I | undefined;"],
    [
      "functions that change their instances and their elements",
      "export class C { n = 0; #c = new Int32Array(1); add() { this.n++; this.#c[0] += 1; [this.n] = [1]; } }",
    ],
    [
      "setters of new instances and of parameters, and no function or class is passed on",
      "class V { set cents(n: number) {} } export const f = (v: V) => { new V().cents = 1; v.cents = 2; };",
    ],
    [
      "functions that are passed on, and nothing is written by name",
      "const check = (n: number) => n > 0; export const f = (list: number[]) => list.every(check);",
    ],
    [
      "Object.assign that writes to new objects, although functions are passed on",
      "const g = () => 1; export const f = () => [Object.assign(new Error(), { g }), Object.assign({}, { g })];",
    ],
    [
      "Object.assign that writes to what it is given, and no function or class is passed on",
      "export const f = (o: object) => Object.assign(o, { n: 1 });",
    ],
    [
      "loops and catch blocks",
      "export function f() { for (let i = 0; i < 3; i++) try { f(); } catch {} }",
    ],
  ])("%s", async (_what, code) => {
    expect(await isStateless(code)).toBe(true);
  });
});

describe("a module may keep state when", () => {
  test.each([
    ["a variable is assigned to", "let n = 0; export const f = () => { n = 1; };"],
    ["a variable is counted up", "let n = 0; export const f = () => n++;"],
    [
      "a variable is assigned to by an array pattern",
      "let n = 0; export const f = () => { [n] = [1]; };",
    ],
    [
      "a variable is assigned to by an object pattern",
      "let n = 0; export const f = (o: { n: number }) => { ({ n } = o); };",
    ],
    [
      "a variable is assigned to by a rest pattern",
      "let n = [0]; export const f = () => { [...n] = [1]; };",
    ],
    [
      "a variable is assigned to by a loop",
      "let n = 0; export const f = () => { for (n of [1, 2]); };",
    ],
    ["a variable has no value yet", "let n: unknown; export const f = () => n;"],
    ["a constant is an object", "const o = {}; export const f = () => o;"],
    ["a constant is an array", "const list = []; export const f = () => list;"],
    [
      "a constant is made by a call",
      "const f0 = (() => { let n = 0; return () => n++; })(); export { f0 };",
    ],
    ["a constant is a regular expression", "const r = /a/g; export const f = () => r.test('a');"],
    ["a class has a static field", "export class C { static x = 1; }"],
    [
      "a class has a private static field",
      "export class C { static #x = 1; static x() { return C.#x; } }",
    ],
    ["a class has a static block", "export class C { static { Object.freeze(C); } }"],
    ["a class has a computed member", "export class C { [String(1)]() {} }"],
    [
      "a class is made from an expression",
      "const B = (x: any) => x; export class C extends B(Error) {}",
    ],
    ["a function's property is assigned to", "export function f(): any { (f as any).n = 1; }"],
    ["a class's property is deleted", "export class C { m() { delete (C as any).x; } }"],
    ["a class writes to itself", "export class C { static n: number; static m() { this.n = 1; } }"],
    ["an instance reaches its class", "export class C { m() { return this.constructor; } }"],
    [
      "an instance reaches its class by a string",
      "export class C { m() { return (this as any)['constructor']; } }",
    ],
    ["a prototype is reached", "export class C { m(o: any) { return o.__proto__; } }"],
    [
      "a function writes to what it is given, and is given a function",
      "const g = () => 1; const h = (o: any) => { o.n = 1; }; export const f = () => h(g);",
    ],
    [
      "a class is kept in a variable that is written to",
      "class C {} export const f = () => { const c: any = C; c.n = 1; };",
    ],
    [
      "Object.assign writes to what it is given, and is given a function",
      "const g = () => 1; const h = (o: object) => Object.assign(o, { n: 1 }); export const f = () => h(g);",
    ],
    [
      "Object.assign writes to a function",
      "const g = () => 1; export const f = () => Object.assign(g, { n: 1 });",
    ],
    [
      "Object.assign writes to a prototype",
      "class C {} export const f = () => Object.assign(C.prototype, { n: 1 });",
    ],
    [
      "Object.assign writes to what a list holds, and functions are passed on",
      "const g = () => 1; export const f = (o: [object]) => (Object.assign(...o), [g]);",
    ],
    [
      "Object.assign is passed on",
      "export const f = (list: object[]) => list.reduce(Object.assign);",
    ],
    ["Reflect is used", "export const f = (o: object) => Reflect.set(o, 'n', 1);"],
    ["its top level does something", "console.log('hello'); export const f = () => 1;"],
    ["its top level may throw", "if (1 > 2) throw new Error(); export const f = () => 1;"],
  ])("%s", async (_what, code) => {
    expect(await isStateless(code)).toBe(false);
  });
});

test("a second file of the submission counts too", async () => {
  const files = (code: string) =>
    new Map([
      ["src/index.ts", "export { f } from './part.ts';"],
      ["src/part.ts", code],
    ]);
  const options = { entry: "src/index.ts", imports: [] };
  const [without, withState] = [
    await bundleSubmission(files("export const f = () => 1;"), options),
    await bundleSubmission(files("let n = 0; export const f = () => n++;"), options),
  ];
  expect(without).toMatchObject({ stateless: true });
  expect(withState).toMatchObject({ stateless: false });
});
