import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { RecordedOperation } from "../../../src/runtime/evidence.ts";
import { gradeText } from "./_grade-text.ts";
import { exploreText } from "./_programs.ts";

/** A thread is a list of operations, an operation a list of accesses. */
type Thread = readonly (readonly string[])[];

const access = fc
  .tuple(fc.boolean(), fc.nat(1), fc.integer({ min: 1, max: 2 }))
  .map(([loads, cell, value]) =>
    loads ? `Atomics.load(x, ${cell})` : `Atomics.store(x, ${cell}, ${value})`,
  );
const thread: fc.Arbitrary<Thread> = fc.array(fc.array(access, { minLength: 1, maxLength: 2 }), {
  minLength: 1,
  maxLength: 2,
});
const programs = fc.sample(fc.array(thread, { minLength: 3, maxLength: 3 }), {
  numRuns: 40,
  seed: 5,
});

const functions = programs.flatMap((threads, p) =>
  threads.flatMap((operations, t) =>
    operations.map(
      (accesses, i) =>
        `export const run${p}n${t}n${i} = (h: any) => { const x = new Int32Array(h); return [${accesses.join()}]; };`,
    ),
  ),
);
const submission = `export const create = () => new SharedArrayBuffer(8);\n${functions.join("\n")}`;
const scenarios = `
  const sizes = ${JSON.stringify(programs.map((threads) => threads.map(({ length }) => length)))};
  export default sizes.map((threads, p) => ({
    engine: "threads", id: "P" + p, title: "P" + p, group: "S", contract: "", expected: "",
    setup: (kata) => kata.create(),
    threads: threads.map((count, t) => (kata, handle, thread) => {
      for (let i = 0; i < count; i++) {
        thread.operation("run", [t, i], () => kata["run" + p + "n" + t + "n" + i](handle));
      }
    }),
  }));`;

/** What a history says: the results, and which operation returned before which was called. */
function meaningOf(operations: readonly RecordedOperation[]): string {
  const sorted = operations.toSorted((a, b) => (String(a.args) < String(b.args) ? -1 : 1));
  const results = sorted.map(({ outcome }) => outcome);
  const precedes = sorted.map((a) => sorted.map((b) => Number((a.return ?? Infinity) < b.call)));
  return JSON.stringify([results, precedes]);
}

test("the cache loses no history: neither results nor the order of the operations", async () => {
  const named = programs.map((_, p) => ({ id: `P${p}`, title: `P${p}`, threads: 3 }));
  const run = (cache: boolean) => exploreText(submission, scenarios, { scenarios: named, cache });
  const [withCache, withoutCache] = [await run(true), await run(false)];
  for (const [p, threads] of programs.entries()) {
    const [some, all] = [withCache, withoutCache].map((found) =>
      (found.get(`P${p}`)?.evidence ?? []).map(({ operations }) => meaningOf(operations)),
    );
    expect(new Set(some), JSON.stringify(threads)).toEqual(new Set(all));
  }
});

/** A scenario over a submission, of which the parts are texts. */
const scenarioOf = (parts: string): string => `
  export default [{
    engine: "threads", id: "P0", title: "one", group: "S", contract: "", expected: "", ${parts}
  }];`;

const gradeOne = async (code: string, parts: string) =>
  (await gradeText(code, scenarioOf(parts))).scenarios[0];

describe("recorded operations", () => {
  const cellCode = `
    export const create = () => new SharedArrayBuffer(4);
    export const read = (h: any) => Atomics.load(new Int32Array(h), 0);
    export const add = (h: any, n: number) => { Atomics.add(new Int32Array(h), 0, n); };`;

  test("of the set-up come before all others", async () => {
    const result = await gradeOne(
      cellCode,
      `setup: (kata, main) => {
         const handle = kata.create();
         main.operation("add", [5], () => kata.add(handle, 5));
         main.operation("read", [], () => kata.read(handle));
         return handle;
       },
       threads: [(kata, handle, thread) => { thread.operation("read", [], () => kata.read(handle)); }],
       finally: (kata, handle, thread) => { thread.operation("read", [], () => kata.read(handle)); },
       check: ({ operations }) => JSON.stringify(operations.map((o) => [o.thread, o.name, o.args, o.outcome.value]))
         === JSON.stringify([[-1, "add", [5], undefined], [-1, "read", [], 5], [0, "read", [], 5], [-1, "read", [], 5]])
         && operations.every((o, i) => i === 0 || operations[i - 1].return < o.call),`,
    );
    expect(result).toMatchObject({ verdict: "pass" });
  });

  test("inside one another overlap", async () => {
    const result = await gradeOne(
      cellCode,
      `setup: (kata) => kata.create(),
       threads: [(kata, handle, thread) => {
         thread.operation("outer", [], () => {
           kata.add(handle, 1);
           thread.operation("inner", [], () => kata.read(handle));
           kata.add(handle, 1);
         });
       }],
       check: ({ operations: [outer, inner] }) =>
         outer.name === "outer" && outer.call < inner.call && inner.return < outer.return,`,
    );
    expect(result).toMatchObject({ verdict: "pass" });
  });

  test("that touch no shared memory may be preempted before: a stale answer is seen", async () => {
    const code = `
      export const create = () => new SharedArrayBuffer(4);
      export const add = (h: any) => { Atomics.add(new Int32Array(h), 0, 1); };
      export class Cached {
        readonly value: number;
        constructor(h: any) { this.value = Atomics.load(new Int32Array(h), 0); }
      }`;
    const result = await gradeOne(
      code,
      `setup: (kata) => kata.create(),
       threads: [
         (kata, handle, thread) => {
           const cached = new kata.Cached(handle);
           thread.operation("read", [], () => cached.value);
         },
         (kata, handle, thread) => { thread.operation("add", [], () => kata.add(handle)); },
       ],
       model: {
         name: "counter", initial: 0, key: String, equal: Object.is,
         step: (n, { name, outcome }) => name === "add" ? [n + 1] : outcome.value === n ? [n] : [],
       },`,
    );
    expect(result).toMatchObject({ verdict: "violation", story: { preemptions: 1 } });
  });

  test("of a thread that sleeps for ever are pending", async () => {
    const result = await gradeOne(
      `export const create = () => new SharedArrayBuffer(4);
       export const sleep = (h: any) => Atomics.wait(new Int32Array(h), 0, 0);`,
      `setup: (kata) => kata.create(),
       threads: [(kata, handle, thread) => { thread.operation("sleep", [], () => kata.sleep(handle)); }],`,
    );
    expect(result).toMatchObject({ verdict: "deadlock", got: "sleep() never returns" });
  });

  test("carry plain results as they are, and describe others", async () => {
    const values = `[undefined, null, true, -0, NaN, Infinity, "a\\nb", [1, "x", null], {}, 10n, () => 1]`;
    const result = await gradeOne(
      `export const values = ${values};`,
      `setup: () => null,
       threads: [(kata, handle, thread) => {
         for (const value of kata.values) thread.operation("value", [], () => value);
       }],
       check: ({ operations }) => {
         const got = operations.map((o) => o.outcome.value);
         const expected = [undefined, null, true, -0, NaN, Infinity, "a\\nb"];
         return expected.every((value, i) => Object.is(value, got[i]))
           && JSON.stringify(got.slice(7)) === JSON.stringify([[1, "x", null], "(object)", "(bigint)", "(function)"]);
       },`,
    );
    expect(result).toMatchObject({ verdict: "pass" });
  });

  test("that throw keep the code of what was thrown", async () => {
    const result = await gradeOne(
      `export const fail = (what: number) => {
         if (what === 0) throw new RangeError("r");
         if (what === 1) throw Object.assign(new Error("e"), { code: "FULL" });
         throw "text";
       };`,
      `setup: () => null,
       threads: [(kata, handle, thread) => {
         for (const what of [0, 1, 2]) {
           try { thread.operation("fail", [what], () => kata.fail(what)); } catch {}
         }
         thread.assert(thread.codeOf(() => kata.fail(1)) === "FULL", "the code is told");
         thread.assert(thread.codeOf(() => 1) === "nothing", "nothing is told");
       }],
       check: ({ operations }) => operations.map((o) => o.outcome.code).join() === "RangeError,FULL,a thrown string",`,
    );
    expect(result).toMatchObject({ verdict: "pass" });
  });

  test("an assertion of the scenario that does not hold is a violation with its words", async () => {
    const result = await gradeOne(
      "export const nothing = 0;",
      `setup: () => null,
       threads: [(kata, handle, thread) => { thread.assert(false, "two are inside at once"); }],`,
    );
    expect(result).toMatchObject({ verdict: "violation", message: "two are inside at once" });
  });

  test("an assertion that fails is a violation again when its schedule is replayed", async () => {
    const code = cellCode;
    const parts = `setup: (kata) => kata.create(), threads: [
      (kata, handle) => { kata.add(handle, 1); },
      (kata, handle, thread) => { thread.assert(kata.read(handle) === 0, "it came too late"); },
    ],`;
    const found = await gradeOne(code, parts);
    expect(found).toMatchObject({ verdict: "violation", message: "it came too late" });
    const { scenarios } = await gradeText(code, scenarioOf(parts), {
      replay: found?.story?.replay ?? "",
    });
    expect(scenarios[0]).toMatchObject({ verdict: "violation", message: "it came too late" });
  });
});
