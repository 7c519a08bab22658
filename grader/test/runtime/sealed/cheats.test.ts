import { afterAll, describe, expect, test, vi } from "vitest";
import { openLab } from "./_lab.ts";

// A worker that shares its processor with others may take its time.
vi.setConfig({ testTimeout: 60_000 });
const lab = openLab();
afterAll(() => lab.close());

/** The names of what the expressions throw, or what they give. */
async function outcomes(expressions: readonly string[], before = ""): Promise<unknown> {
  const { value, threw } = await lab.run(`
    ${before}
    const attempt = (call) => { try { return call(); } catch (error) { return "throws " + error.name; } };
    export const run = () => [${expressions.map((text) => `attempt(() => (${text}))`).join(",\n")}];`);
  expect(threw).toBeUndefined();
  return value;
}

describe("code that is made at run time", () => {
  test("runs in the compartment, where it sees no more than the rest", async () => {
    expect(
      await outcomes([
        `eval("1 + 1")`,
        `(0, eval)("typeof process")`,
        `eval("typeof require")`,
        `new Function("a", "return a + typeof process")(1)`,
        `Function("return globalThis")() === globalThis`,
        `Function("return this")()`,
        `eval("this === globalThis")`,
        `eval("Int32Array === globalThis.Int32Array")`,
        `eval("globalThis.x = 1")`,
        `eval("var leaked = 1; typeof leaked") + typeof leaked`,
        `Function.prototype.constructor === Function`,
      ]),
    ).toEqual([
      2,
      "undefined",
      "undefined",
      "1undefined",
      true,
      undefined,
      true,
      true,
      "throws TypeError",
      "numberundefined",
      false,
    ]);
  });

  test("cannot be made by the constructors of functions", async () => {
    const makers = [
      "() => 1",
      "async () => 1",
      "function* () {}",
      "async function* () {}",
      "class {}",
      "Atomics.load",
      "[].map",
    ];
    expect(
      await outcomes(
        makers.flatMap((maker) => [
          `(${maker}).constructor("return process")`,
          `new ((${maker}).constructor)("return 1")`,
          `Reflect.construct((${maker}).constructor, ["return 1"])`,
        ]),
      ),
    ).toEqual(Array.from({ length: makers.length * 3 }, () => "throws TypeError"));
  });

  test("cannot import", async () => {
    expect(
      await outcomes([
        `eval("import('node:fs')")`,
        `eval("import/**/('node:fs')")`,
        `eval("import.source('x.wasm')")`,
        `eval("import . source ('x.wasm')")`,
        `eval("import.defer('node:fs')")`,
        `eval("import.meta")`,
        `Function("return import('node:fs')")`,
        `Function("x = import.source('a')", "")`,
        `eval("<!-- \\n 1")`,
      ]),
    ).toEqual(Array.from({ length: 9 }, () => "throws SyntaxError"));
  });
});

describe("a bundle", () => {
  test.each([
    ["import(name)", "import()"],
    ["import (name)", "import()"],
    ["import /* sly */ (name)", "import()"],
    // esbuild takes the phase away.
    ["import.source(name)", "import()"],
    ["import.meta.url", "import.meta"],
    ["[import(name)]", "import()"],
    ["`${import(name)}`", "import()"],
  ])("with %s is refused, with the place", async (expression, what) => {
    const { threw, thrownAt } = await lab.run(
      `const name = "node:fs";\nexport const run = () => ${expression};`,
    );
    expect(threw).toMatchObject({
      name: "SyntaxError",
      message: `${what} is not available to a submission`,
    });
    expect(thrownAt).toEqual([expect.stringMatching(/^src\/index\.ts:2:/)]);
  });

  test("cannot close the function around it, to run once for all instances", async () => {
    const bundle = `}; let count = 0; return function (require, exports) { exports.run = () => count++;`;
    const { runs } = await lab.run(bundle, { bundled: true, times: 2 });
    expect(runs.map(({ threw }) => threw?.name)).toEqual(["SyntaxError"]);
  });

  test("cannot import what it was not given", async () => {
    const { threw } = await lab.run(`export const run = () => (0, require)("node:fs");`);
    expect(threw?.message).toMatchInlineSnapshot(
      `"import of "node:fs" is not allowed; this submission may import @concurrency-katas/grader/kit, node:worker_threads"`,
    );
    const { threw: inherited } = await lab.run(
      `export const run = () => (0, require)("constructor");`,
    );
    expect(inherited?.message).toContain('import of "constructor" is not allowed');
  });
});

test("the realm's tools for locking down are not there", async () => {
  expect(
    await outcomes([
      "typeof Compartment",
      "typeof lockdown",
      "typeof harden",
      "typeof repairIntrinsics",
      "typeof getStackString",
      "typeof assert",
      "typeof ModuleSource",
      "typeof HandledPromise",
      "globalThis[Symbol.unscopables]",
    ]),
  ).toEqual([...Array.from({ length: 8 }, () => "undefined"), undefined]);
});

test("a stack that overflows inside the engine leaves it usable", async () => {
  const program = `
    const cells = new Int32Array(new SharedArrayBuffer(64));
    const data = new DataView(cells.buffer);
    const calls = [() => Atomics.add(cells, 0, 1), () => cells[1], () => { cells[2] = 1; }, () => cells.slice(), () => data.getInt16(1), () => new Int32Array(cells.buffer), (slow) => eval("1"), (slow) => Function("1")];
    export function run() {
      const results = [];
      for (const call of calls) {
        let deepest = 0;
        // On the way back, the engine is called with a little more room each time.
        const fall = (depth) => { deepest = depth; try { fall(depth + 1); } finally { if (deepest - depth < (call.length === 1 ? 50 : 2_000)) { try { call(); } catch { } } } };
        try { fall(0); } catch (error) { results.push(error.name); }
      }
      return [results, typeof process, cells[2], eval("typeof process"), new Int32Array(new SharedArrayBuffer(8)).length];
    }`;
  const { value } = await lab.run(program);
  expect(value).toEqual([
    Array.from({ length: 8 }, () => "RangeError"),
    "undefined",
    1,
    "undefined",
    2,
  ]);
});

test("views cannot be forged", async () => {
  expect(
    await outcomes(
      [
        `Object.setPrototypeOf({}, Int32Array.prototype).length`,
        `Reflect.get(Int32Array.prototype, "length", Object.create(view))`,
        `new Proxy(view, {}).length`,
        `Atomics.load(new Proxy(view, {}), 0)`,
        `Atomics.load(Object.create(view), 0)`,
        `new DataView(Object.create(view.buffer))`,
        `new Int32Array(Object.create(view.buffer)).length`,
        `Object.create(view.buffer).byteLength`,
        `Int32Array.prototype.fill.call({ length: 1 })`,
        `Reflect.getOwnPropertyDescriptor(DataView.prototype, "buffer").get.call({})`,
      ],
      "const view = new Int32Array(new SharedArrayBuffer(8));",
    ),
  ).toEqual([
    "throws TypeError",
    "throws TypeError",
    "throws TypeError",
    "throws TypeError",
    "throws TypeError",
    "throws TypeError",
    0,
    "throws TypeError",
    "throws TypeError",
    "throws TypeError",
  ]);
});
