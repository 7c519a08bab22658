import { afterAll, expect, test, vi } from "vitest";
import { openLab } from "./_lab.ts";

// A worker that shares its processor with others may take its time.
vi.setConfig({ testTimeout: 60_000 });
const lab = openLab();
afterAll(() => lab.close());

/** Each step of a program with its place: the line, and what stands there from the column on. */
async function stepsOf(source: string): Promise<readonly string[]> {
  const { steps, threw } = await lab.run(source);
  expect(threw).toBeUndefined();
  return steps.map(({ op, at: [innermost] }) => `${op} ${placeIn(source, innermost)}`);
}

/** `line: the text at the column`. */
function placeIn(source: string, at: string | undefined): string {
  const [, line = 0, column = 0] = /^src\/index\.ts:(\d+):(\d+)$/.exec(at ?? "") ?? [];
  return `${line}: ${source.split("\n")[Number(line) - 1]?.slice(Number(column) - 1)}`;
}

test("plain reads and writes stand at the element access", async () => {
  const source = `
interface Erased {
  field: number;
}
const cells = new Int32Array(new SharedArrayBuffer(16));
export class Account {
  readonly #cells: Int32Array = cells;
  deposit(amount: number): void {
    this.#cells[0] = this.#cells[0]! + amount;
    this.#cells[1]! += amount;
    this.#cells[1]!++;
  }
}
export function run(): void {
  new Account().deposit(5);
  if (cells[0] === 5 &&
      cells[1] === 2) cells[3] = 1;
}
`;
  expect(await stepsOf(source)).toMatchInlineSnapshot(`
    [
      "read 9: #cells[0]! + amount;",
      "write 9: ] = this.#cells[0]! + amount;",
      "read 10: #cells[1]! += amount;",
      "write 10: ]! += amount;",
      "read 11: #cells[1]!++;",
      "write 11: ]!++;",
      "read 16: cells[0] === 5 &&",
      "read 17: cells[1] === 2) cells[3] = 1;",
    ]
  `);
});

test("Atomics, members of arrays, data views and the kit stand at the call", async () => {
  const source = `
import { Mutex } from "@concurrency-katas/grader/kit";
const cells = new Int32Array(new SharedArrayBuffer(16));
const last = cells.subarray(3);
export function run(): void {
  const mutex = Mutex.create();
  mutex.lock();
  mutex.unlock();
  mutex.withLock(() => {
    Atomics.add(cells, 0, 1);
    cells
      .subarray(2)
      .fill(7);
  });
  last.sort();
  last.forEach(
    (value) => Atomics.store(cells, 0, value),
  );
  new DataView(cells.buffer).setInt16(0, 5);
  JSON.stringify(last);
  [...last];
  for (const value of last) void value;
  const [first] = last;
  void first;
}
`;
  expect(await stepsOf(source)).toMatchInlineSnapshot(`
    [
      "lock 7: lock();",
      "unlock 8: unlock();",
      "lock 9: withLock(() => {",
      "add 10: add(cells, 0, 1);",
      "write 13: fill(7);",
      "write 13: fill(7);",
      "unlock 9: withLock(() => {",
      "read 15: sort();",
      "write 15: sort();",
      "read 16: forEach(",
      "store 17: store(cells, 0, value),",
      "write 19: setInt16(0, 5);",
      "read 20: stringify(last);",
      "read 20: stringify(last);",
      "read 21: last];",
      "read 22: value of last) void value;",
      "read 23: first] = last;",
    ]
  `);
});

test("a step has the callers of its function, innermost first, and only the submission's", async () => {
  const source = `const cells = new Int32Array(new SharedArrayBuffer(16));
const read = (index: number): number => Atomics.load(cells, index);
class Outer {
  get value(): number { return [1].map((index) => read(index))[0]!; }
}
export const run = (): number => Reflect.apply(() => new Outer().value, undefined, []);
`;
  const { steps } = await lab.run(source);
  expect(steps[0]?.at.map((at) => placeIn(source, at))).toMatchInlineSnapshot(`
    [
      "2: load(cells, index);",
      "4: read(index))[0]!; }",
      "4: map((index) => read(index))[0]!; }",
      "6: value, undefined, []);",
      "6: apply(() => new Outer().value, undefined, []);",
    ]
  `);
});

test("columns are right behind text that the compartment spells differently", async () => {
  const source = `
const cells = new Int32Array(new SharedArrayBuffer(16));
export const run = (): unknown => [cells[0], "a --> b", cells[1], /-->/, "import('x') <!--", Atomics.load(cells, 2)];
`;
  expect(await stepsOf(source)).toMatchInlineSnapshot(`
    [
      "read 3: cells[0], "a --> b", cells[1], /-->/, "import('x') <!--", Atomics.load(cells, 2)];",
      "read 3: cells[1], /-->/, "import('x') <!--", Atomics.load(cells, 2)];",
      "load 3: load(cells, 2)];",
    ]
  `);
});

test("columns are right in the first line, where the bundle is wrapped", async () => {
  const bundle = `exports.run = () => Atomics.load(new Int32Array(new SharedArrayBuffer(8)), 1);`;
  const { steps } = await lab.run(bundle, { bundled: true });
  expect(steps).toEqual([{ op: "load", at: [`bundle:1:${bundle.indexOf("load") + 1}`] }]);
});

test("steps of other files stand in these", async () => {
  const { steps } = await lab.run({
    "src/index.ts": `import { bump } from "./deep/cells.ts";\n\nexport const run = (): void => bump();\n`,
    "src/deep/cells.ts": `type T = number;\n\nconst cells = new Int32Array(new SharedArrayBuffer(8));\n\nexport function bump(): void {\n  cells[0 as T]! += 1;\n}\n`,
  });
  expect(steps).toMatchInlineSnapshot(`
    [
      {
        "at": [
          "src/deep/cells.ts:6:3",
          "src/index.ts:3:32",
        ],
        "op": "read",
      },
      {
        "at": [
          "src/deep/cells.ts:6:15",
          "src/index.ts:3:32",
        ],
        "op": "write",
      },
    ]
  `);
});

test("an error has the place where it was thrown, whoever made it", async () => {
  const throwAt = async (statement: string): Promise<readonly string[]> => {
    const source = `
import { KataError, Mutex } from "@concurrency-katas/grader/kit";
class Own extends Error { constructor() { super("own"); this.name = "Own"; } }
const cells = new Int32Array(new SharedArrayBuffer(8));
const fail = (): void => {
  ${statement}
};
export function run(): void {
  void [KataError, Mutex, Own, cells];
  fail();
}
`;
    const { thrownAt } = await lab.run(source);
    return thrownAt.map((at) => placeIn(source, at));
  };
  const caller = "10: fail();";
  expect(await throwAt(`throw new Error("plain");`)).toEqual([`6: new Error("plain");`, caller]);
  expect(await throwAt(`throw new RangeError("x");`)).toEqual([`6: new RangeError("x");`, caller]);
  expect(await throwAt(`throw new KataError("X");`)).toEqual([`6: new KataError("X");`, caller]);
  expect(await throwAt(`(null as any).field;`)).toEqual([`6: field;`, caller]);
  expect(await throwAt(`Atomics.load(cells, 9);`)).toEqual([`6: load(cells, 9);`, caller]);
  expect(await throwAt(`cells.with(9, 1);`)).toEqual([`6: with(9, 1);`, caller]);
  expect(await throwAt(`(cells as any)[0] = Symbol();`)).toEqual([`6: ] = Symbol();`, caller]);
  expect(await throwAt(`Mutex.create().unlock();`)).toEqual([`6: unlock();`, caller]);
  expect(await throwAt(`throw new Own();`)).toEqual([`6: new Own();`, caller]);
  expect(await throwAt(`throw Object.assign(new Error("x"), { stack: "mine" });`)).toEqual([]);
  expect(await throwAt(`throw { stack: "    at f (submission.js:1:1)" };`)).toEqual([]);
  expect(await throwAt(`throw new Proxy(new Error("x"), {});`)).toEqual([]);
});

test("an error keeps its place when the submission has looked at its stack, which is empty", async () => {
  const source = `
export function run(): void {
  const error = new Error("seen");
  if (error.stack !== "") throw new RangeError(String(error.stack));
  Error.captureStackTrace?.(error);
  throw error;
}
`;
  const { thrownAt, threw } = await lab.run(source);
  expect(threw?.name).toBe("Error");
  expect(thrownAt.map((at) => placeIn(source, at))).toEqual([`3: new Error("seen");`]);
});

test("a stack deeper than any limit still shows its innermost frames", async () => {
  const source = `
const cells = new Int32Array(new SharedArrayBuffer(8));
const dive = (depth: number): number => depth === 0 ? cells[0]! : dive(depth - 1);
export const run = (): number => dive(500);
`;
  const { steps } = await lab.run(source);
  expect(steps[0]?.at.map((at) => placeIn(source, at))[0]).toBe("3: cells[0]! : dive(depth - 1);");
  expect(steps[0]?.at).toHaveLength(6);
});

test("the stack of an error is not read where the submission put a getter", async () => {
  const { threw, thrownAt, steps } = await lab.run(`
const cells = new Int32Array(new SharedArrayBuffer(8));
export function run(): never {
  throw Object.defineProperty(new RangeError("x"), "stack", { get: () => Atomics.load(cells, 0) });
}
`);
  expect([threw?.name, thrownAt, steps]).toEqual(["RangeError", [], []]);
});

test("nothing that a submission does to Error hides or forges its frames", async () => {
  const source = `
const cells = new Int32Array(new SharedArrayBuffer(8));
export function run(): unknown {
  Error.stackTraceLimit = 0;
  const seen: unknown[] = [];
  Error.prepareStackTrace = (error, sites) => { seen.push(error, sites); return "forged"; };
  (RangeError as any).prepareStackTrace = Error.prepareStackTrace;
  const stack = new Error("x").stack;
  cells[0] = 1;
  return [stack, seen.length, Error.stackTraceLimit];
}
`;
  const { value, steps } = await lab.run(source);
  expect(value).toEqual(["", 0, undefined]);
  expect(placeIn(source, steps[0]?.at[0])).toBe("9: ] = 1;");
});
