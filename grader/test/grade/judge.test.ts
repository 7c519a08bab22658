import { describe, expect, test } from "vitest";
import { createJudge, exercised, toOperation, viewOutcome } from "../../src/grade/judge.ts";
import { counter } from "../../src/history/index.ts";
import { operations, outcome, scenario } from "./_outcome.ts";

const race = { earlier: 0, later: 1, address: 8, size: 4, kind: "write-write" } as const;

describe("an outcome is", () => {
  test("right when nothing is asked of it", () => {
    expect(createJudge(scenario()).judge(outcome())).toEqual([]);
  });

  test("a violation when the check says no, with what was seen", () => {
    const judge = createJudge(scenario({ check: ({ results }) => results("take").length === 1 }));
    const two = operations([0, "take", true], [1, "take", true], [-1, "left", -1]);
    expect(judge.judge(outcome({ operations: two }))).toEqual([
      { verdict: "violation", got: "take() returns true, take() returns true, left() returns -1" },
    ]);
    expect(judge.judge(outcome({ operations: operations([0, "take", true]) }))).toEqual([]);
  });

  test("a violation in the scenario's words, where it has some", () => {
    const judge = createJudge(
      scenario({ check: () => false, got: ({ final }) => `${String(final("left"))} left` }),
    );
    expect(judge.judge(outcome({ operations: operations([-1, "left", 3]) }))).toEqual([
      { verdict: "violation", got: "3 left" },
    ]);
  });

  test("a violation when the check cannot make sense of what the submission returned", () => {
    const judge = createJudge(
      scenario({
        check: ({ results }) => (results("take")[0] as string).length > 0,
        got: ({ results }) => (results("take")[0] as string).toUpperCase(),
      }),
    );
    expect(judge.judge(outcome({ operations: operations([0, "take", undefined]) }))).toEqual([
      { verdict: "violation", got: "take() returns" },
    ]);
  });

  test("a violation when no order of the calls explains it, with the call that cannot be placed", () => {
    const judge = createJudge(scenario({ model: counter() }));
    const [first, second] = operations([0, "value", 0], [1, "value", 1]);
    const recorded = [first, second].filter((item) => item !== undefined);
    expect(judge.judge(outcome({ operations: recorded }))).toMatchObject([
      { verdict: "violation", operation: { name: "value", thread: 1 } },
    ]);
  });

  test("a deadlock or a livelock, with what never returned", () => {
    const stuck = operations([0, "take", "…"], [1, "put", undefined]);
    for (const end of ["deadlock", "livelock"] as const) {
      expect(createJudge(scenario()).judge(outcome({ end, operations: stuck }))).toEqual([
        { verdict: end, got: "take() never returns, put() returns" },
      ]);
    }
  });

  test("a crash or a refusal, whatever it returned before", () => {
    const judge = createJudge(scenario({ check: () => false }));
    expect(judge.judge(outcome({ end: "crash" }))).toEqual([{ verdict: "crash" }]);
    expect(judge.judge(outcome({ end: "refused" }))).toEqual([{ verdict: "refused" }]);
  });

  test("undecided when it was cut at the step limit", () => {
    const judge = createJudge(scenario({ check: () => false, required: ["take"] }));
    expect(judge.judge(outcome({ end: "limit" }))).toEqual([]);
  });

  test("a data race beside whatever else it is", () => {
    const judge = createJudge(scenario({ check: () => false }));
    expect(judge.judge(outcome({ race })).map(({ verdict }) => verdict)).toEqual([
      "race",
      "violation",
    ]);
    expect(createJudge(scenario()).judge(outcome({ race }))).toEqual([{ verdict: "race" }]);
  });

  test("refused when memory was changed past the engine", () => {
    expect(createJudge(scenario()).judge(outcome({ unlogged: true }))).toEqual([
      { verdict: "refused", got: "shared memory changed past the engine" },
    ]);
  });

  test("vacuous when a required operation did not return", () => {
    const judge = createJudge(scenario({ required: ["put", "take"] }));
    const threw = operations([0, "put", undefined], [1, "take", new Error("EMPTY")]);
    expect(judge.judge(outcome({ operations: threw }))).toEqual([{ verdict: "vacuous" }]);
    const both = operations([0, "put", undefined], [1, "take", 1]);
    expect(judge.judge(outcome({ operations: both }))).toEqual([]);
  });

  test("wrong before it is vacuous", () => {
    const judge = createJudge(scenario({ required: ["take"], check: () => false }));
    expect(judge.judge(outcome())).toMatchObject([{ verdict: "violation" }]);
  });
});

test("an operation counts as exercised when it returned once", () => {
  const ran = operations([0, "a", 1], [1, "a", new Error("X")], [0, "b", "…"]).map(toOperation);
  expect(exercised(["a"], ran)).toBe(true);
  expect(exercised(["a", "b"], ran)).toBe(false);
  expect(exercised(["c"], ran)).toBe(false);
  expect(exercised([], ran)).toBe(true);
});

describe("what a scenario's check sees", () => {
  const view = viewOutcome(
    operations([1, "a", "first"], [0, "a", "second"], [1, "a", "third"], [-1, "a", "last"]).map(
      toOperation,
    ),
  );

  test("are the results of the threads, thread by thread, without the main thread's", () => {
    expect(view.results("a")).toEqual(["second", "first", "third"]);
  });

  test("is the last result of the final phase", () => {
    expect(view.final("a")).toBe("last");
    expect(view.final("b")).toBeUndefined();
  });

  test("is undefined for what threw or never returned", () => {
    const odd = viewOutcome(operations([0, "a", new Error("X")], [1, "a", "…"]).map(toOperation));
    expect(odd.results("a")).toEqual([undefined, undefined]);
  });

  test("is every operation in the order of the calls; a pending one returns at the end of time", () => {
    const [done, pending] = operations([0, "a", 1], [1, "b", "…"]).map(toOperation);
    expect(done?.return).toBe(5);
    expect(pending?.return).toBe(Infinity);
  });
});
