import { describe, expect, test, vi } from "vitest";
import { gradeTasks } from "./_grade.ts";

vi.setConfig({ testTimeout: 120_000 });

/** The kata of these tests: what settles first is to be told first. */
const inInputOrder = `export const order = async (list: Promise<number>[]) => {
  const seen: number[] = [];
  for (const promise of list) seen.push(await promise);
  return seen;
};`;
const inOrder = `export const order = async (list: Promise<number>[]) => {
  const seen: number[] = [];
  await Promise.all(list.map(async (promise) => { seen.push(await promise); }));
  return seen;
};`;
const body =
  "return kata.order(Array.from({ length: tasks.size }, (_, i) => tasks.later(`task ${i}`, i)));";
const check =
  "check: ({ result, settled }) => result.join() === settled.map((label) => label.slice(5)).join()";

describe("search over the orders of tasks", () => {
  test("every order of six tasks is run", async () => {
    const seen = await gradeTasks(inOrder, body, { rest: `sizes: [2, 6], ${check}` });
    expect(seen).toMatchObject({
      verdict: "pass",
      evidence: { strategy: "orders", schedules: 722, bound: 5, complete: true },
    });
  });

  test("the first failure has the fewest tasks and reorderings, and its id replays it", async () => {
    const rest = `sizes: [1, 2, 6], ${check}`;
    const seen = await gradeTasks(inInputOrder, body, { rest });
    expect(seen).toMatchObject({
      verdict: "violation",
      bugClass: "wrong-result",
      got: "[0, 1]",
      timeline: { size: 2, reorderings: 1, minimal: true, execution: 3 },
    });
    const { replay = "" } = seen.timeline ?? {};
    const again = await gradeTasks(inInputOrder, body, { rest, replay });
    expect(again).toMatchObject({ verdict: "violation", timeline: { replay, size: 2 } });
    expect(again.timeline?.rows).toEqual(seen.timeline?.rows);
    expect(await gradeTasks(inOrder, body, { rest, replay })).toMatchObject({
      verdict: "pass",
      message: "this order does not fail any more",
    });
  });

  test("a replay whose label is not pending any more says so", async () => {
    const rest = `sizes: [2], ${check}`;
    const { timeline } = await gradeTasks(inInputOrder, body, { rest });
    const renamed = body.replace("task ${i}", "other ${i}");
    const seen = await gradeTasks(inInputOrder, renamed, {
      rest,
      replay: timeline?.replay ?? "",
    });
    expect(seen).toMatchObject({
      verdict: "inconclusive",
      message: expect.stringContaining("cannot be followed") as string,
    });
  });

  test("more orders than the limit decide nothing, unless samples are asked for", async () => {
    const few = `sizes: [5], ${check}, explore: { orders: 20 }`;
    expect(await gradeTasks(inOrder, body, { rest: few })).toMatchObject({
      verdict: "inconclusive",
      message: "20 orders were run, and there are more",
    });
    const sampled = `sizes: [5], ${check}, explore: { orders: 20, samples: 30 }`;
    expect(await gradeTasks(inOrder, body, { rest: sampled })).toMatchObject({
      verdict: "pass",
      evidence: { schedules: 20, samples: 30, complete: false, bound: 1 },
    });
  });

  test("a failing sample is made smaller", async () => {
    const rest = `sizes: [8], ${check}, explore: { orders: 1, samples: 5 }`;
    const seen = await gradeTasks(inInputOrder, body, { rest });
    expect(seen).toMatchObject({
      verdict: "violation",
      timeline: { size: 8, reorderings: 1, minimal: false },
    });
  });

  test("the clock overtakes pending promises only where the scenario says so", async () => {
    const submission = `export const race = (promise: Promise<string>) => new Promise((done) => {
      const timer = setTimeout(() => done("late"), 10);
      void promise.then((value) => { clearTimeout(timer); done(value); });
    });`;
    const race = `return kata.race(tasks.later("a", "in time"));`;
    const late = `seen: { what: "a timeout", in: ({ result }) => result === "late" }`;
    expect(await gradeTasks(submission, race, { rest: late })).toMatchObject({
      verdict: "vacuous",
      message: "none of 1 executions showed a timeout",
    });
    const rest = `${late}, explore: { overtakes: 1 }`;
    expect(await gradeTasks(submission, race, { rest })).toMatchObject({
      verdict: "pass",
      evidence: { schedules: 2, complete: true },
    });
  });

  test("a required operation that never returned makes a pass vacuous", async () => {
    const rest = `required: ["order"], ${check}`;
    expect(await gradeTasks(inOrder, body, { rest: `sizes: [2], ${rest}` })).toMatchObject({
      verdict: "vacuous",
    });
  });

  test("promises are counted, and a quadratic number shows", async () => {
    const races = `export const order = async (list: Promise<number>[]) => {
      const left = new Map(list.map((promise, i) => [i, promise.then(() => i)]));
      while (left.size > 0) left.delete(await Promise.race(left.values()));
      return [];
    };`;
    const counted = `const before = tasks.promises(); await kata.order(Array.from({ length: tasks.size }, (_, i) => tasks.later(String(i), i))); return Math.floor((tasks.promises() - before) / tasks.size);`;
    const rest =
      "sizes: [200], counted: true, explore: { orders: 1, samples: 1 }, check: ({ result }) => result < 20";
    expect(await gradeTasks(inOrder, counted, { rest })).toMatchObject({ verdict: "pass" });
    expect(await gradeTasks(races, counted, { rest })).toMatchObject({ verdict: "violation" });
  });
});
