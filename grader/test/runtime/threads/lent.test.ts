import { expect, test, vi } from "vitest";
import type { ScenarioResult } from "../../../src/grade/result.ts";
import { gradeText } from "./_grade-text.ts";

vi.setConfig({ testTimeout: 120_000 });

/** A submission whose threads `use` what the scenario lends, and what comes of it. */
async function lend(use: readonly string[], { check = "true" } = {}): Promise<ScenarioResult> {
  const submission = `
    import { KataError } from "@concurrency-katas/grader/kit";
    export const make = () => new SharedArrayBuffer(4);
    ${use.map((body, i) => `export function use${i}(t: any): any {\n${body}\n}`).join("\n")}`;
  const scenarios = `
    const lend = (thread, handle) => {
      const [a, b] = handle.locks.map((item) => thread.lock(item));
      return { a, b, gate: thread.gate(handle.gate), shared: handle.shared };
    };
    export default [{
      engine: "threads", id: "T1", title: "lent", group: "S", contract: "c", expected: "e",
      setup: (kata, thread) => ({
        locks: [thread.createLock("fork 0"), thread.createLock("fork 1")],
        gate: thread.createGate(),
        shared: kata.make(),
      }),
      threads: [${use.map((_, i) => `(kata, handle, thread) => thread.operation("use", [], () => kata.use${i}(lend(thread, handle)))`).join(", ")}],
      check: ({ results }) => { const [a, b, c] = results("use"); return ${check}; },
      got: ({ results }) => JSON.stringify(results("use")),
    }];`;
  const { scenarios: results } = await gradeText(submission, scenarios);
  return results[0] as ScenarioResult;
}

const codeOf = (call: string): string =>
  `(() => { try { ${call}; return "nothing"; } catch (error) { return error.code; } })()`;

test("a lent lock excludes: one of two takers has to wait, and both get it", async () => {
  const take = "return t.a.acquire() && (t.a.release(), true);";
  const { verdict, evidence } = await lend([take, take], { check: "a && b" });
  expect({ verdict, complete: evidence.complete }).toEqual({ verdict: "pass", complete: true });
});

test("an acquire with a timeout gives up, or gets the lock, and both ways are explored", async () => {
  const holder = "t.a.acquire(); t.gate.open(); t.a.release();";
  const taker =
    "t.gate.pass(); const got = t.a.acquire({ timeout: 5 }); if (got) t.a.release(); return got;";
  const seen = await Promise.all(
    [true, false].map(async (wanted) => {
      const { verdict } = await lend([holder, taker], { check: `b !== ${wanted}` });
      return verdict;
    }),
  );
  expect(seen).toEqual(["violation", "violation"]);
});

test("an acquire that gave up does not hold the lock", async () => {
  const taker = `if (t.a.acquire({ timeout: 5 })) { t.a.release(); return "ok"; } return ${codeOf("t.a.release()")};`;
  const { verdict } = await lend(["t.a.acquire(); t.a.release(); t.b.locked;", taker], {
    check: `["ok", "NOT_OWNER", "NOT_LOCKED"].includes(b)`,
  });
  expect(verdict).toBe("pass");
});

test("timeout 0 looks once", async () => {
  const other = "t.a.acquire(); t.gate.open();";
  const taker = "t.gate.pass(); return t.a.acquire({ timeout: 0 });";
  expect((await lend([other, taker], { check: "b === false" })).verdict).toBe("pass");
});

test("a lock that nobody holds, or somebody else, cannot be released", async () => {
  const owner = "t.a.acquire(); t.gate.open();";
  const thief = `t.gate.pass(); return [${codeOf("t.a.release()")}, ${codeOf("t.b.release()")}, t.a.locked, t.b.locked].join();`;
  const { verdict } = await lend([owner, thief], {
    check: `b === "NOT_OWNER,NOT_LOCKED,true,false"`,
  });
  expect(verdict).toBe("pass");
});

test("a cycle of lent locks is told by their names", async () => {
  const { verdict, bugClass, diagnosis, story } = await lend([
    "t.a.acquire(); t.b.acquire(); t.b.release(); t.a.release();",
    "t.b.acquire(); t.a.acquire(); t.a.release(); t.b.release();",
  ]);
  expect({ verdict, bugClass }).toEqual({ verdict: "deadlock", bugClass: "lock-order-cycle" });
  expect(diagnosis).toContain("worker A holds fork 0");
  expect(diagnosis).toContain("waits for fork 1");
  expect(story?.waiters.map(({ text }) => text)).toEqual([
    "waits for fork 1 that worker B holds since src/index.ts:8",
    "waits for fork 0 that worker A holds since src/index.ts:5",
  ]);
});

test("a circle of lent locks is a deadlock at once, although a third thread never ends", async () => {
  const { verdict, bugClass, story } = await lend([
    "t.a.acquire(); t.b.acquire(); t.b.release(); t.a.release();",
    "t.b.acquire(); t.a.acquire(); t.a.release(); t.b.release();",
    "for (let i = 0; ; i++) new Int32Array(t.shared)[0] = i;",
  ]);
  expect({ verdict, bugClass }).toEqual({ verdict: "deadlock", bugClass: "lock-order-cycle" });
  expect(story?.waiters).toHaveLength(2);
});

test("no circle where one of the waits is timed", async () => {
  const { verdict } = await lend([
    "t.a.acquire(); if (t.b.acquire({ timeout: 5 })) t.b.release(); t.a.release();",
    "t.b.acquire(); t.a.acquire(); t.a.release(); t.b.release();",
  ]);
  expect(verdict).toBe("pass");
});

test("looking at a held lock again and again is a spin, not progress", async () => {
  const { verdict, evidence } = await lend([
    "while (!t.a.acquire({ timeout: 0 })); t.a.release();",
    "while (!t.a.acquire({ timeout: 0 })); t.a.release();",
  ]);
  expect({ verdict, complete: evidence.complete }).toEqual({ verdict: "pass", complete: true });
});

test("a gate lets nobody through before it is open, and orders what comes after", async () => {
  const { verdict } = await lend(
    [
      "new Int32Array(t.shared)[0] = 7; t.gate.open();",
      "t.gate.pass(); return new Int32Array(t.shared)[0];",
    ],
    { check: "b === 7" },
  );
  expect(verdict).toBe("pass");
});
