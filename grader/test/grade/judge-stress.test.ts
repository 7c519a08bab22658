import { describe, expect, test } from "vitest";
import { judgeStress } from "../../src/grade/judge-stress.ts";
import type { StressEvidence, StressRun } from "../../src/runtime/stress/run.ts";
import type { StressScenario } from "../../src/scenario/index.ts";

const scenario: StressScenario<unknown> = {
  engine: "stress",
  id: "S",
  title: "a title",
  group: "S",
  contract: "a contract",
  expected: "what is expected",
  workers: 4,
  runs: 3,
  setup: () => undefined,
  body: () => undefined,
  finally: () => undefined,
  check: ({ results, final }) => (final as { sum: number }).sum === results.length,
};

const run = (number: number, sum: number): StressRun => ({
  run: number,
  results: [1, 1, 1, 1],
  final: { sum },
});

const judge = (shown: Partial<StressEvidence>) =>
  judgeStress(scenario, { runs: [run(1, 4), run(2, 4), run(3, 4)], end: "done", ...shown });

test("runs that are all right are a pass, which says how many there were", () => {
  expect(judge({})).toMatchObject({
    exercised: true,
    busyWaits: false,
    result: {
      verdict: "pass",
      evidence: { strategy: "stress", schedules: 3, states: 4, complete: false, bound: -1 },
    },
  });
});

test("one run that is wrong is a violation, with what was left in the end", () => {
  const { result } = judge({ runs: [run(1, 4), run(2, 3), run(3, 4)] });
  expect(result).toMatchObject({
    verdict: "violation",
    got: expect.stringMatching(/^in one of 3 parallel runs: .*sum/) as string,
  });
});

test("the number of the wrong run is not told: it would differ from grading to grading", () => {
  const first = judge({ runs: [run(1, 3)], end: "asleep" });
  const second = judge({ runs: [run(1, 4), run(2, 3)], end: "worker-died" });
  expect(first.result).toEqual(second.result);
});

test("a run that the check cannot make sense of is a violation", () => {
  const { result } = judge({ runs: [{ run: 1, results: [], final: null }] });
  expect(result).toMatchObject({ verdict: "violation" });
});

describe("runs that stop are", () => {
  test.each([
    ["threw", "crash", "FULL: no room"],
    ["asleep", "deadlock", "every worker sleeps and none will be woken"],
    ["no-progress", "livelock", "a run used 60 seconds of CPU time without coming to an end"],
    ["worker-died", "crash", "a worker ended"],
    ["host-died", "crash", "the process ended"],
  ] as const)("%s: %s", (end, verdict, message) => {
    const error = { code: "FULL", message: "no room", frames: [] };
    const { result } = judge({ end, runs: [], ...(end === "threw" ? { error } : {}) });
    expect(result).toMatchObject({ verdict, message, evidence: { schedules: 0 } });
  });

  test("exercised only when there was a whole run", () => {
    expect(judge({ end: "asleep", runs: [] }).exercised).toBe(false);
    expect(judge({ end: "asleep", runs: [run(1, 4)] }).exercised).toBe(true);
  });
});
