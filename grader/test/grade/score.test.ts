import { describe, expect, test } from "vitest";
import type { KataDefinition, RubricItem } from "../../src/grade/kata.ts";
import type { Verdict } from "../../src/grade/result.ts";
import type { ScenarioOutcome } from "../../src/grade/outcome.ts";
import { score } from "../../src/grade/score.ts";

const item = (
  id: string,
  scenarios: readonly string[],
  more: Partial<RubricItem> = {},
): RubricItem => ({
  id,
  title: `title of ${id}`,
  group: "S",
  points: 10,
  scenarios,
  ...more,
});

function outcome(
  id: string,
  verdict: Verdict,
  more: Partial<ScenarioOutcome> = {},
): ScenarioOutcome {
  return {
    busyWaits: false,
    exercised: !["crash", "vacuous", "refused", "inconclusive"].includes(verdict),
    ...more,
    result: {
      id,
      title: id,
      group: "S",
      contract: "",
      expected: "",
      verdict,
      evidence: { strategy: "none", schedules: 0, bound: -1, complete: false, states: 0 },
    },
  };
}

function scored(rubric: readonly RubricItem[], ...outcomes: readonly ScenarioOutcome[]) {
  const kata = { slug: "any", title: "Any", rubric } as unknown as KataDefinition;
  return score(kata, outcomes, true);
}

/** The points and the reason of the only item. */
function earned(rubric: RubricItem, ...outcomes: readonly ScenarioOutcome[]): readonly unknown[] {
  const [only] = scored([rubric], ...outcomes).rubric;
  return [only?.earned, only?.reason];
}

test("a kata earns the sum of its items, and keeps the results in their order", () => {
  const result = scored(
    [item("T1", ["T1"]), item("T2", ["T2"], { points: 5 })],
    outcome("T1", "pass"),
    outcome("T2", "race"),
  );
  expect(result).toMatchObject({ kata: "any", title: "Any", earned: 10, points: 15, hidden: true });
  expect(result.scenarios.map(({ id }) => id)).toEqual(["T1", "T2"]);
});

describe("an item with scenarios of its own", () => {
  test("earns all when all of them pass", () => {
    expect(
      earned(item("T2", ["T2", "T2b"]), outcome("T2", "pass"), outcome("T2b", "pass")),
    ).toEqual([10, undefined]);
  });

  test.each([
    "race",
    "violation",
    "deadlock",
    "livelock",
    "leak",
    "crash",
    "vacuous",
    "refused",
    "inconclusive",
  ] as const)("earns nothing when one of them is %s", (verdict) => {
    expect(
      earned(item("T2", ["T2", "T2b"]), outcome("T2", "pass"), outcome("T2b", verdict)),
    ).toEqual([0, undefined]);
  });

  test("earns nothing when one of them was not run, and says so", () => {
    expect(earned(item("T2", ["T2", "T2b"]), outcome("T2", "pass"))).toEqual([0, "not run"]);
  });
});

describe("no data race", () => {
  const noRace = item("C1", ["T1", "T2"], { derive: "no-data-race" });

  test("is earned by scenarios that race in no execution, passed or not", () => {
    expect(earned(noRace, outcome("T1", "pass"), outcome("T2", "violation"))).toEqual([
      10,
      undefined,
    ]);
  });

  test("is lost by a race, which is named", () => {
    expect(earned(noRace, outcome("T1", "race"), outcome("T2", "race"))).toEqual([
      0,
      "data race in T1, T2",
    ]);
  });

  test.each(["crash", "vacuous", "refused"] as const)(
    "is not earned by a scenario in which nothing was exercised: %s",
    (verdict) => {
      expect(earned(noRace, outcome("T1", "pass"), outcome("T2", verdict))).toEqual([
        0,
        "not exercised in T2",
      ]);
    },
  );

  test("is not earned by a scenario that was not decided", () => {
    expect(earned(noRace, outcome("T1", "inconclusive"), outcome("T2", "pass"))).toEqual([
      0,
      "not decided in T1",
    ]);
  });

  test("is not earned by a scenario that was not run", () => {
    expect(earned(noRace, outcome("T1", "pass"))).toEqual([0, "not run"]);
  });
});

describe("no busy-wait", () => {
  const noBusyWait = item("C2", ["T1", "T2"], { derive: "no-busy-wait" });

  test("is earned where no thread polled without end, races or not", () => {
    expect(earned(noBusyWait, outcome("T1", "pass"), outcome("T2", "race"))).toEqual([
      10,
      undefined,
    ]);
  });

  test("is lost by a scenario that passes while its threads poll, which is named", () => {
    const polls = outcome("T2", "pass", { busyWaits: true });
    expect(earned(noBusyWait, outcome("T1", "pass"), polls)).toEqual([0, "busy-waiting in T2"]);
  });

  test("is lost by a scenario that goes on only because a sleep times out", () => {
    const polls = outcome("T2", "pass", { polls: true });
    expect(earned(noBusyWait, outcome("T1", "pass"), polls)).toEqual([
      0,
      "progress only by timeout in T2",
    ]);
    expect(earned({ ...noBusyWait, derive: "no-data-race" }, outcome("T1", "pass"), polls)).toEqual(
      [10, undefined],
    );
  });

  test("is not earned by a scenario in which nothing was exercised", () => {
    expect(earned(noBusyWait, outcome("T1", "crash"), outcome("T2", "pass"))).toEqual([
      0,
      "not exercised in T1",
    ]);
  });
});
