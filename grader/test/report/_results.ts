import type {
  Evidence,
  GradeResult,
  KataResult,
  RubricResult,
  ScenarioResult,
  SourcePlace,
  Story,
} from "../../src/grade/result.ts";

/** A place in `src/index.ts`. */
export function at(line: number, text = ""): SourcePlace {
  return { file: "src/index.ts", line, column: 5, text };
}

const found: Evidence = {
  strategy: "preemption-bounding",
  schedules: 48,
  bound: 0,
  complete: false,
  states: 0,
};

/** A passed scenario. */
export function passed(
  id: string,
  title: string,
  evidence: Partial<Evidence> = {},
): ScenarioResult {
  return {
    id,
    title,
    group: "S",
    verdict: "pass",
    contract: "no deposit is ever lost",
    expected: "balance 15",
    evidence: { ...found, schedules: 9_700, bound: 7, complete: true, ...evidence },
  };
}

/** A failed scenario. */
export function failed(
  more: Partial<ScenarioResult> & Pick<ScenarioResult, "verdict">,
): ScenarioResult {
  return {
    id: "T2",
    title: "two withdraw(8) from balance 10",
    group: "S",
    contract: "the balance is never negative, not even for a moment",
    expected: "exactly one withdraw returns true, balance 2",
    evidence: found,
    ...more,
  };
}

/** A story. */
export function story(more: Partial<Story>): Story {
  return {
    replay: "T2:7Hk2",
    preemptions: 1,
    minimal: true,
    schedule: 48,
    columns: ["worker A", "worker B"],
    rows: [],
    waiters: [],
    printed: [],
    ...more,
  };
}

/** The failure that DESIGN.md shows. */
export const overdraft: ScenarioResult = failed({
  verdict: "violation",
  bugClass: "check-then-act",
  bugDetail: "overdraft",
  diagnosis:
    "worker A checked balance when it was 10 (src/index.ts:21), but worker B changed it to 2 (src/index.ts:22) " +
    "before worker A acted on that (src/index.ts:22), so it went down to -6",
  got: "true, true, balance -6",
  story: story({
    rows: [
      { column: 0, preempted: false, place: at(21), text: "load balance → 10" },
      { column: 1, preempted: true, place: at(21), text: "load balance → 10" },
      {
        column: 1,
        preempted: false,
        place: at(22),
        text: "sub 8 → balance 2",
        returns: "withdraw(8) returns true",
      },
      {
        column: 0,
        preempted: false,
        place: at(22),
        text: "sub 8 → balance -6",
        returns: "withdraw(8) returns true",
      },
    ],
  }),
});

/** A line of the rubric that one scenario decides. */
export function line(
  id: string,
  title: string,
  earned: number,
  points: number,
  more: Partial<RubricResult> = {},
): RubricResult {
  return { id, title, group: "S", points, earned, scenarios: [id], ...more };
}

/** A kata's result. */
export function kata(
  more: Partial<KataResult> & Pick<KataResult, "rubric" | "scenarios">,
): KataResult {
  return {
    kata: "bank-balance",
    title: "Bank balance",
    earned: more.rubric.reduce((sum, { earned }) => sum + earned, 0),
    points: more.rubric.reduce((sum, { points }) => sum + points, 0),
    hidden: true,
    ...more,
  };
}

/** A grading of katas. */
export function grade(...katas: readonly KataResult[]): GradeResult {
  return {
    schema: "concurrency-katas/result/v1",
    grader: "0.0.0",
    submission: "ada",
    earned: katas.reduce((sum, { earned }) => sum + earned, 0),
    points: katas.reduce((sum, { points }) => sum + points, 0),
    katas,
  };
}
