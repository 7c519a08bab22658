import { describe, expect, test } from "vitest";
import { gradeText } from "./_grade-text.ts";
import { explorePrograms, scenariosOf, submissionOf } from "./_programs.ts";

/** Two threads that take three steps each: enough executions for one to see what another left. */
const steps = "Atomics.add(x, 0, 1); Atomics.add(x, 1, 1); Atomics.add(x, 2, 1);";

/** The results of all executions of two threads that call `next()` once. */
async function resultsOf(code: string): Promise<readonly string[]> {
  const threads = [`${steps} return next();`, `${steps} return next();`];
  const found = await explorePrograms({ one: { shared: code, threads } }, { cache: false });
  return found.get("one")?.outcomes ?? [];
}

describe("what a module keeps is gone in the next execution", () => {
  test.each([
    ["a variable", "let n = 0; const next = () => ++n;"],
    ["a variable, by destructuring", "let n = 0; const next = () => { [n] = [n + 1]; return n; };"],
    ["a closure", "const next = (() => { let n = 0; return () => ++n; })();"],
    ["a Map", "const m = new Map(); const next = () => m.set(m.size, 1).size;"],
    ["a static field", "class C { static n = 0; } const next = () => ++C.n;"],
    [
      "a private static field",
      "class C { static #n = 0; static next() { return ++C.#n; } } const next = () => C.next();",
    ],
    [
      "a property of a function",
      "function f(): any {} const next = () => { const g: any = f; g.n = (g.n ?? 0) + 1; return g.n; };",
    ],
    [
      "a property of a class, by an instance",
      "class C { next() { const c: any = this.constructor; c.n = (c.n ?? 0) + 1; return c.n; } } const next = () => new C().next();",
    ],
    [
      "a property of a class, where its TypeError would be swallowed",
      "class C { next() { const c: any = this.constructor; try { c.n = (c.n ?? 0) + 1; } catch {} return c.n; } } const next = () => new C().next();",
    ],
    [
      "a property that Reflect sets",
      "function f(): any {} const next = () => { const g: any = f; Reflect.set(g, 'n', (g.n ?? 0) + 1); return g.n; };",
    ],
    ["an iterator", "const i = [1, 2, 3].values(); const next = () => i.next().value;"],
    [
      "a regular expression",
      "const r = /a/g; const next = () => { r.exec('aaa'); return r.lastIndex; };",
    ],
  ])("%s", async (_what, code) => {
    expect(await resultsOf(code)).toEqual(["[1,1,null]"]);
  });
});

test("one frozen instance and a new one for each execution show the same", async () => {
  const programs = {
    one: {
      shared:
        "class Cell { #x; constructor(x: Int32Array) { this.#x = x; } add() { return Atomics.add(this.#x, 0, 1); } }",
      threads: [
        "const c = new Cell(x); return [c.add(), c.add()];",
        "const c = new Cell(x); return [c.add(), c.add()];",
      ],
    },
  };
  const [frozen, fresh] = [
    await explorePrograms(programs, { stateless: true }),
    await explorePrograms(programs, { stateless: false }),
  ];
  expect(frozen.get("one")).toEqual(fresh.get("one"));
});

test("a write that only the frozen module refuses is run again in a module that is not frozen", async () => {
  const key = `const key = String(threadId).replace(/.*/, "n");`;
  const program = {
    shared: "function counter(): any {}",
    threads: [`${key} const c: any = counter; c[key] = (c[key] ?? 0) + 1; return c[key];`],
    allowed: [[1, null]],
  };
  const programs = { program };
  const { scenarios } = await gradeText(submissionOf(programs), scenariosOf(programs));
  expect(scenarios).toMatchObject([{ verdict: "pass" }]);
});

test("a TypeError of the submission's own stays one", async () => {
  const programs = { program: { threads: ["(handle as any).missing.part = 1;"] } };
  const { scenarios } = await gradeText(submissionOf(programs), scenariosOf(programs));
  expect(scenarios).toMatchObject([
    { verdict: "crash", message: "TypeError: Cannot set properties of undefined (setting 'part')" },
  ]);
});

describe("chance and time", () => {
  test("are the same in every execution, and each thread's own", async () => {
    const look = "return [Math.random(), Math.random(), Date.now(), performance.now()];";
    const found = await explorePrograms({ one: { threads: [steps + look, steps + look] } });
    const { outcomes } = found.get("one") ?? { outcomes: [] };
    const [[first, second]] = outcomes.map((text) => JSON.parse(text) as number[][]) as [
      number[][],
    ];
    const epoch = Date.UTC(2026, 0, 1);
    expect(outcomes).toHaveLength(1);
    expect(first).toEqual([expect.any(Number), expect.any(Number), epoch, 0]);
    expect(new Set([...(first ?? []), ...(second ?? [])])).toHaveLength(6);
  });

  test("a thread's time moves when its sleep times out", async () => {
    const found = await explorePrograms({
      one: {
        threads: ["Atomics.wait(x, 0, 0, 250); return [performance.now(), Date.now() % 1000];"],
      },
    });
    expect(found.get("one")?.outcomes).toEqual(["[[250,250],null]"]);
  });
});
