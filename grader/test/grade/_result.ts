import type {
  Evidence,
  GradeResult,
  KataResult,
  ScenarioResult,
  Sequence,
  SequenceRow,
  SourcePlace,
  Story,
  StoryRow,
  Timeline,
  TimelineRow,
  Verdict,
  Waiter,
} from "../../src/grade/result.ts";

const PLACE: Required<SourcePlace> = {
  file: "src/index.ts",
  line: 21,
  column: 5,
  text: "this.#cell[0] += 1;",
};

/** A failing interleaving with everything that one can have. */
export const STORY: Required<Story> = {
  replay: "T1:BgEzk1gBAA",
  preemptions: 1,
  minimal: true,
  schedule: 2,
  columns: ["worker A", "worker B"],
  rows: [
    { column: 0, preempted: false, text: "load cell[0] → 0" },
    {
      column: 1,
      preempted: true,
      place: PLACE,
      text: "load cell[0] → 0",
      returns: "count() returns",
      times: 2,
    } satisfies Required<StoryRow>,
  ],
  waiters: [{ column: 0, text: "waits for worker B", place: PLACE } satisfies Required<Waiter>],
  printed: ["hello"],
};

/** A failing async execution with everything that one can have. */
export const TIMELINE: Required<Timeline> = {
  replay: "T1:2.AQ",
  size: 2,
  reorderings: 1,
  minimal: true,
  execution: 4,
  rows: [
    { at: 0, actor: "caller", text: "calls count()", reordered: false },
    {
      at: 2.5,
      actor: "task 2",
      text: "fulfils",
      place: PLACE,
      reordered: true,
      times: 2,
    } satisfies Required<TimelineRow>,
  ],
  printed: ["hello"],
};

const SEQUENCE: Required<Sequence> = {
  order: "exits-first",
  columns: ["parent", "child 1"],
  rows: [{ column: 0, at: 3, text: "forks child 1", place: PLACE } satisfies Required<SequenceRow>],
  waiters: [{ column: 1, text: "waits for a message", place: PLACE }],
};

/** What was found out about a scenario of the kata `tiny`. */
export function scenarioResult(
  id: string,
  verdict: Verdict = "pass",
  changes: Partial<ScenarioResult> = {},
): ScenarioResult {
  return {
    id,
    title: id === "B1" ? "one thread counts to 2" : "two threads count once each",
    group: id.startsWith("B") ? "B" : "S",
    verdict,
    contract: "no step is ever lost",
    expected: "a count of 2",
    evidence: {
      strategy: "preemption-bounding",
      schedules: 12,
      bound: 2,
      complete: true,
      states: 30,
    },
    ...changes,
  };
}

/** The grade of the kata `tiny` for these scenarios. */
export function kataResult(scenarios: readonly ScenarioResult[]): KataResult {
  const rubric = [
    { id: "B1", title: "it counts", group: "B", points: 40 } as const,
    { id: "T1", title: "no step is lost", group: "S", points: 60 } as const,
  ].map((item) => {
    const scenario = scenarios.find(({ id }) => id === item.id);
    return {
      ...item,
      earned: scenario?.verdict === "pass" ? item.points : 0,
      scenarios: [item.id],
      ...(scenario === undefined && { reason: "not run" }),
    };
  });
  return {
    kata: "tiny",
    title: "A counter",
    earned: rubric.reduce((sum, { earned }) => sum + earned, 0),
    points: 100,
    hidden: true,
    rubric,
    scenarios,
  };
}

/** A scenario's result with every field; a new field must come here, and into the schema. */
const FULL_SCENARIO: Required<ScenarioResult> = {
  ...scenarioResult("T1"),
  verdict: "race",
  bugClass: "lost-update",
  bugDetail: "a step",
  diagnosis: "worker B's count overwrote worker A's",
  got: "a count of 1",
  message: "look:\n    ^",
  place: PLACE,
  story: STORY,
  timeline: TIMELINE,
  sequence: SEQUENCE,
  evidence: { ...scenarioResult("T1").evidence, samples: 37 } satisfies Required<Evidence>,
};

const FULL_KATA: Required<KataResult> = {
  ...kataResult([scenarioResult("B1"), FULL_SCENARIO]),
  tier: "T2",
};

/** A result in which every field of a result occurs. */
export const FULL_RESULT: GradeResult = {
  schema: "concurrency-katas/result/v1",
  grader: "1.2.3",
  submission: "ada",
  earned: 40,
  points: 200,
  katas: [FULL_KATA, kataResult([])],
};
