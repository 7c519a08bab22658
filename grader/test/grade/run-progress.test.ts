import { expect, test, vi } from "vitest";
import type { GradeProgress } from "../../src/grade/grade-options.ts";
import { grade, mutants, solution } from "./_bank.ts";

vi.setConfig({ testTimeout: 120_000 });

async function eventsOf(text: string, only: readonly string[]): Promise<readonly GradeProgress[]> {
  const events: GradeProgress[] = [];
  await grade(text, { only, hosts: 1, onProgress: (event) => events.push(event) });
  return events;
}

test("every scenario is told when it starts and when it has a result", async () => {
  const events = await eventsOf(solution("src/index.ts"), ["B1", "T2"]);
  const told = events.map(({ scenario, state, done, total, result }) => [
    scenario,
    state,
    done,
    total,
    result?.verdict,
  ]);
  expect(told).toEqual([
    ["B1", "started", 0, 2, undefined],
    ["B1", "finished", 1, 2, "pass"],
    ["T2", "started", 1, 2, undefined],
    ["T2", "finished", 2, 2, "pass"],
  ]);
});

test("a stress scenario that is not run because another fails is told too", async () => {
  const { text } = mutants.find(({ name }) => name === "plain-add") ?? { text: "" };
  const events = await eventsOf(text, ["T1", "S"]);
  expect(events.filter(({ state }) => state === "finished")).toMatchObject([
    { scenario: "T1", result: { verdict: "race" }, done: 1 },
    { scenario: "S", result: { verdict: "inconclusive" }, done: 2 },
  ]);
});

test("a submission that cannot be bundled has a result for every scenario", async () => {
  const events = await eventsOf("import 'node:fs';", ["B1", "T2"]);
  expect(events).toMatchObject([
    { scenario: "B1", state: "finished", result: { verdict: "refused" }, done: 1, total: 2 },
    { scenario: "T2", state: "finished", result: { verdict: "refused" }, done: 2, total: 2 },
  ]);
});
