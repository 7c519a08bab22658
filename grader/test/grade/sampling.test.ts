/** Scenarios that are too large for their bound. */
import { describe, expect, test } from "vitest";
import type { ScenarioResult } from "../../src/grade/result.ts";
import { gradeText } from "../runtime/threads/_grade-text.ts";
import {
  type Program,
  gradePrograms,
  scenariosOf,
  submissionOf,
} from "../runtime/threads/_programs.ts";

const gradeProgram = async (program: Program): Promise<ScenarioResult> =>
  (await gradePrograms({ program })).get("program") as ScenarioResult;

/** The same program under a replay id. */
async function replay(program: Program, id: string): Promise<ScenarioResult> {
  const programs = { program };
  const graded = await gradeText(submissionOf(programs), scenariosOf(programs), { replay: id });
  return graded.scenarios[0] as ScenarioResult;
}

/** L0, L1, …: the last rung is reached with so many preemptions, and must not be. Another thread is beside it. */
function ladder(preemptions: number): Program {
  const rungs = Array.from({ length: preemptions + 2 }, (_, rung) => rung);
  const climb = (parity: number): string =>
    rungs
      .filter((rung) => rung % 2 === parity)
      .map((rung) => `Atomics.compareExchange(x, 0, ${rung}, ${rung + 1});`)
      .join("\n");
  return {
    threads: ["Atomics.add(x, 1, 1);\n".repeat(4), climb(0), climb(1)],
    final: "return Atomics.load(x, 0);",
    allowed: rungs.map((rung) => [null, null, null, rung]),
  };
}

/** Two threads, each with a counter of its own and a shared one: many schedules, none of them wrong. */
const counters: Program = {
  threads: [1, 2].map((own) =>
    Array.from({ length: 6 }, () => `Atomics.add(x, 0, 1); Atomics.add(x, ${own}, 1);`).join("\n"),
  ),
  final: "return Atomics.load(x, 0);",
  allowed: [[null, null, 12]],
};

describe("a scenario that asks for samples", () => {
  test("passes when its bound is exhausted and no sample fails", async () => {
    const { verdict, evidence } = await gradeProgram({
      ...counters,
      preemptions: 1,
      schedules: 100,
      samples: 300,
    });
    expect(verdict).toBe("pass");
    expect(evidence).toMatchObject({ bound: 1, complete: false, schedules: 100, samples: 300 });
  });

  test("needs none when the search is complete", async () => {
    const { verdict, evidence } = await gradeProgram({
      ...counters,
      threads: ["Atomics.add(x, 0, 7);", "Atomics.add(x, 0, 5);"],
      samples: 300,
    });
    expect(verdict).toBe("pass");
    expect(evidence).toMatchObject({ complete: true });
    expect(evidence).not.toHaveProperty("samples");
  });
});

describe("a search that gives up", () => {
  test("goes on with samples, and stays undecided when none fails", async () => {
    const { verdict, evidence, message } = await gradeProgram({ ...counters, schedules: 100 });
    expect(verdict).toBe("inconclusive");
    expect(evidence).toMatchObject({ bound: 1, schedules: 100, samples: 2_000 });
    expect(message).toBe(
      "100 schedules were run, which exhaust at most 1 preemption; 2 are required. 2000 samples beyond them show no failure",
    );
  });

  test("does without when the scenario wants none", async () => {
    const { evidence } = await gradeProgram({ ...counters, schedules: 100, samples: 0 });
    expect(evidence).not.toHaveProperty("samples");
  });
});

describe("a sample that fails", () => {
  test("is minimal when everything with fewer preemptions was exhausted", async () => {
    const result = await gradeProgram({
      ...ladder(2),
      preemptions: 1,
      schedules: 40,
      samples: 500,
    });
    expect(result).toMatchObject({
      verdict: "violation",
      evidence: { strategy: "preemption-bounding", bound: 1, schedules: 40, complete: false },
      story: { preemptions: 2, minimal: true },
    });
    expect(result.evidence.samples).toBeGreaterThan(0);
    expect(result.story?.schedule).toBe(40 + (result.evidence.samples as number));
  });

  test("is not said to be minimal when it was not shown", async () => {
    const result = await gradeProgram({
      ...ladder(3),
      preemptions: 1,
      schedules: 60,
      samples: 500,
    });
    expect(result).toMatchObject({
      verdict: "violation",
      story: { preemptions: 3, minimal: false },
    });
  });

  const lostUpdates: Program = {
    threads: [1, 2, 3].map(
      (own) =>
        `const seen = Atomics.load(x, 0); Atomics.add(x, ${own}, 1); Atomics.store(x, 0, seen + 1); Atomics.add(x, ${own}, 1);`,
    ),
    final: "return Atomics.load(x, 0);",
    allowed: [[null, null, null, 3]],
    preemptions: 0,
    schedules: 2,
    samples: 500,
  };

  test("is made smaller: one preemption loses an update", async () => {
    const { story, evidence } = await gradeProgram(lostUpdates);
    expect(evidence).toMatchObject({ bound: -1 });
    expect(story).toMatchObject({ preemptions: 1, minimal: false });
  });

  test("has a replay id that shows it again", async () => {
    for (const program of [
      lostUpdates,
      { ...ladder(3), preemptions: 1, schedules: 60, samples: 500 },
    ]) {
      const found = await gradeProgram(program);
      const again = await replay(program, found.story?.replay ?? "");
      expect(again).toMatchObject({ verdict: "violation", got: found.got });
      expect(again.story?.rows).toEqual(found.story?.rows);
      expect(again.story?.preemptions).toBe(found.story?.preemptions);
    }
  });

  test("that deadlocks keeps its verdict and its name", async () => {
    const result = await gradeProgram({
      setup: "return [Mutex.create().handle, Mutex.create().handle];",
      shared:
        "const both = (a: any, b: any) => Mutex.attach(a).withLock(() => Mutex.attach(b).withLock(() => 1));",
      threads: ["both(handle[0], handle[1]);", "both(handle[1], handle[0]);"],
      preemptions: 0,
      schedules: 1,
      samples: 500,
    });
    expect(result).toMatchObject({
      verdict: "deadlock",
      bugClass: "lock-order-cycle",
      story: { preemptions: 1 },
    });
  });

  test("comes out the same in every grading", async () => {
    const [one, two] = [await gradeProgram(lostUpdates), await gradeProgram(lostUpdates)];
    expect(one).toEqual(two);
  });
});
