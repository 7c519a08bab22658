import { describe, expect, test, vi } from "vitest";
import { gradeTasks } from "./_grade.ts";

vi.setConfig({ testTimeout: 120_000 });

/** Waits for its argument. */
const waits = "export const run = async (promise: Promise<unknown>) => promise;";

describe("how an execution of tasks ends", () => {
  test("it comes to its end: every order of three promises", async () => {
    const seen = await gradeTasks(
      waits,
      "await Promise.all([1, 2, 3].map((n) => kata.run(tasks.later(String(n), n))));",
    );
    expect(seen).toMatchObject({
      verdict: "pass",
      evidence: { strategy: "orders", schedules: 6, complete: true },
    });
  });

  test("nothing can come any more: deadlock", async () => {
    const seen = await gradeTasks(
      waits,
      `tasks.later("a", 1); await kata.run(tasks.never("never"));`,
    );
    expect(seen).toMatchObject({ verdict: "deadlock", bugClass: "never-settles" });
  });

  test("timers for ever, and nothing else: livelock", async () => {
    const polls =
      "export const run = () => new Promise((done) => { const look = () => setTimeout(look, 5); look(); });";
    const seen = await gradeTasks(polls, "await kata.run();");
    expect(seen).toMatchObject({ verdict: "livelock", bugClass: "endless-loop" });
  });

  test("polling with immediates lets what is pending come, as in Node", async () => {
    const polls = `export const run = async (promise: Promise<unknown>) => {
      let value: unknown;
      void promise.then((settled) => { value = settled; });
      while (value === undefined) await new Promise((resolve) => setImmediate(resolve));
      return value;
    };`;
    const body = `const [one] = await Promise.all([kata.run(tasks.later("a", 1)), kata.run(tasks.later("b", 2))]);
      await tasks.codeOf(() => kata.run(tasks.sleep(5).then(() => 1))); return one;`;
    expect(await gradeTasks(polls, body)).toMatchObject({
      verdict: "pass",
      evidence: { complete: true },
    });
    const never = await gradeTasks(polls, `await kata.run(tasks.never("n"));`);
    expect(never).toMatchObject({ verdict: "livelock" });
    const left = await gradeTasks(polls, `void kata.run(tasks.never("n"));`);
    expect(left).toMatchObject({ verdict: "leak", bugClass: "timer-left" });
  });

  test.each([
    ["a loop", "export const run = () => { for (;;); };"],
    ["microtasks", "export const run = async () => { for (;;) await null; };"],
  ])("%s that never let go of the thread: livelock", async (_, submission) => {
    const seen = await gradeTasks(submission, "await kata.run();", { cpuSeconds: 0.5 });
    expect(seen).toMatchObject({ verdict: "livelock", bugClass: "endless-loop" });
  });

  test("a callback of a timer throws: crash, with the place", async () => {
    const seen = await gradeTasks(
      `export const run = () => {\n  setTimeout(() => {\n    throw new RangeError("late");\n  }, 10);\n};`,
      "kata.run(); await tasks.sleep(20);",
    );
    expect(seen).toMatchObject({
      verdict: "crash",
      bugClass: "uncaught-error",
      message: "RangeError: late",
      place: { file: "src/index.ts", line: 3 },
    });
  });

  test("the module throws as it is loaded: crash, with the place", async () => {
    const seen = await gradeTasks(
      `export const run = () => 0;\nlet n = 0;\nif (n++ === 0) throw new Error("at once");`,
      "kata.run();",
    );
    expect(seen).toMatchObject({
      verdict: "crash",
      message: "Error: at once",
      place: { file: "src/index.ts", line: 3 },
    });
  });

  test("a rejection that nobody handles before the next macrotask: crash", async () => {
    const lazy = "export const run = (promise: Promise<unknown>) => () => promise.catch(() => 0);";
    const late = `const take = kata.run(tasks.fails("a", new Error("no"))); await tasks.idle(); await take();`;
    const seen = await gradeTasks(lazy, late);
    expect(seen).toMatchObject({ verdict: "crash", bugClass: "unhandled-rejection" });
    const inTime = `const take = kata.run(tasks.fails("a", new Error("no"))); const seen = take(); await tasks.idle(); await seen;`;
    expect(await gradeTasks(lazy, inTime)).toMatchObject({ verdict: "pass" });
  });

  test("a rejection after the end counts, too", async () => {
    const seen = await gradeTasks(
      "export const run = (promise: Promise<unknown>) => { promise.then(() => 0); };",
      `kata.run(tasks.fails("a", new Error("no")));`,
    );
    expect(seen).toMatchObject({ verdict: "crash", bugClass: "unhandled-rejection" });
  });

  test.each([
    ["setTimeout", "export const run = () => { setTimeout(() => 0, 100); };"],
    ["setInterval", "export const run = () => { setInterval(() => 0, 100).unref(); };"],
  ])("%s that is left at the end: leak", async (kind, submission) => {
    const seen = await gradeTasks(submission, "kata.run();");
    expect(seen).toMatchObject({
      verdict: "leak",
      bugClass: "timer-left",
      message: `at the end a timer is left: ${kind} 100 ms`,
    });
  });

  test("a listener that is left on a signal of the caller: leak", async () => {
    const body = `const { signal } = tasks.abortController(); kata.run(signal);`;
    const listens = "signal.addEventListener('abort', stop);";
    const run = (code: string): string =>
      `export const run = (signal: AbortSignal) => { const stop = () => 0; ${code} };`;
    expect(await gradeTasks(run(listens), body)).toMatchObject({
      verdict: "leak",
      bugClass: "listener-left",
    });
    const removed = `${listens} signal.removeEventListener('abort', stop);`;
    expect(await gradeTasks(run(removed), body)).toMatchObject({ verdict: "pass" });
  });

  test("an object that is kept alive: leak", async () => {
    const keeps = `export class Bag { #all: unknown[] = []; put(value: unknown) { this.#all.push(value); } }`;
    const drops = `export class Bag { put(value: unknown) { void value; } }`;
    const body = `const bag = new kata.Bag(); tasks.keep(bag);
      const value = {}; bag.put(value); tasks.mustCollect(value, "what was put");`;
    expect(await gradeTasks(keeps, body)).toMatchObject({
      verdict: "leak",
      bugClass: "kept-alive",
      message: "kept alive after the end: what was put",
    });
    expect(await gradeTasks(drops, body)).toMatchObject({ verdict: "pass" });
  });

  test("an assertion of the scenario, also one that the submission catches: violation", async () => {
    const seen = await gradeTasks(
      "export const run = (call: () => void) => { try { call(); } catch {} };",
      `kata.run(() => tasks.assert(false, "it is so"));`,
    );
    expect(seen).toMatchObject({ verdict: "violation", message: "it is so" });
  });

  test("memory without end: crash", async () => {
    const seen = await gradeTasks(
      "export const run = () => { const all: unknown[] = []; for (;;) all.push(new Array(1000).fill(0)); };",
      "kata.run();",
    );
    expect(seen).toMatchObject({ verdict: "crash", bugClass: "uncaught-error" });
  });

  test("an order that comes out differently the second time decides nothing", async () => {
    const seen = await gradeTasks(
      "export const run = () => 0;",
      "globalThis.count = (globalThis.count ?? 0) + 1; return globalThis.count;",
    );
    expect(seen).toMatchObject({
      verdict: "inconclusive",
      message: expect.stringContaining("two different executions") as string,
    });
  });
});
