import { describe, expect, test } from "vitest";
import { isNative, isRight, judgeProcesses } from "../../src/grade/judge-processes.ts";
import { fifo } from "../../src/history/index.ts";
import type { SourcePlace } from "../../src/grade/result.ts";
import { type ProcessRun, type ProcessesStop, ordersOf } from "../../src/runtime/processes/run.ts";
import type { ProcessScenario } from "../../src/scenario/index.ts";

const scenario: ProcessScenario<unknown> = {
  engine: "processes",
  id: "P1",
  title: "a title",
  group: "S",
  contract: "a contract",
  expected: "what is expected",
  body: () => undefined,
  check: ({ result }) => result === 4,
};

const run = (order: string, result: unknown = 4): ProcessRun => ({
  order,
  outcome: { result, children: [], notes: [], most: 1, operations: [] },
  rows: [
    { at: 0, actor: 0, text: "forks child 1", site: { line: 3, column: 1 } },
    { at: 5, actor: 1, text: "ends with 0" },
  ],
});

const done: ProcessesStop = { end: "done", order: "", rows: [], waiters: [], actor: 0 };

/** A place for each site of the submission, and none for those of other modules. */
const locate = ({ entry, line, column }: { entry?: string; line: number; column: number }) =>
  entry === undefined
    ? ({ file: "src/index.ts", line, column, text: "fork()" } satisfies SourcePlace)
    : undefined;

const judge = (
  runs: readonly ProcessRun[],
  stop: Partial<ProcessesStop> = {},
  more: Partial<ProcessScenario<unknown>> = {},
) => judgeProcesses({ ...scenario, ...more }, { runs, stop: { ...done, ...stop } }, locate).result;

test("orders that are all right are a pass, which says how many there were", () => {
  expect(judge([run("oldest-first"), run("seed-1")])).toEqual({
    id: "P1",
    title: "a title",
    group: "S",
    contract: "a contract",
    expected: "what is expected",
    verdict: "pass",
    evidence: { strategy: "processes", schedules: 2, bound: -1, complete: false, states: 0 },
  });
});

test("a wrong execution is a violation, told as it was, with the student's lines", () => {
  const result = judge([run("oldest-first"), run("seed-1", 5)], { end: "unwanted" });
  expect(result).toMatchObject({
    verdict: "violation",
    got: "5",
    sequence: {
      order: "seed-1",
      columns: ["parent", "child 1"],
      rows: [
        { column: 0, at: 0, text: "forks child 1", place: { file: "src/index.ts", line: 3 } },
        { column: 1, at: 5, text: "ends with 0" },
      ],
      waiters: [],
    },
  });
});

test("a history that the model does not allow is a violation", () => {
  const outcome = { kind: "returned", value: 1 } as const;
  const get = { id: 0, thread: 1, name: "get", args: [], outcome, call: 0, return: 1 };
  const { outcome: finished } = run("seed-1");
  const model = fifo();
  expect(isRight({ ...scenario, model }, finished)).toBe(true);
  expect(isRight({ ...scenario, model }, { ...finished, operations: [get] })).toBe(false);
});

test("a check that throws is not a pass", () => {
  const check = (): never => {
    throw new Error("no");
  };
  expect(isRight({ ...scenario, check }, run("seed-1").outcome)).toBe(false);
  expect(judge([run("seed-1")], {}, { check }).verdict).toBe("violation");
});

test("what nobody has seen is vacuous", () => {
  const seen = { what: "two children", in: ({ most }: { most: number }) => most === 2 };
  expect(judge([run("seed-1")], {}, { seen })).toMatchObject({
    verdict: "vacuous",
    message: "no execution shows two children",
  });
  const one = { ...seen, in: ({ most }: { most: number }) => most === 1 };
  expect(judge([run("seed-1")], {}, { seen: one }).verdict).toBe("pass");
});

describe("what stops the executions", () => {
  test.each([
    ["deadlock", "deadlock"],
    ["asleep", "deadlock"],
    ["leak", "leak"],
    ["timer-left", "leak"],
    ["early", "crash"],
    ["exited", "crash"],
    ["processes", "crash"],
    ["messages", "crash"],
    ["memory", "crash"],
    ["nested", "crash"],
    ["host-died", "crash"],
    ["violated", "violation"],
    ["no-progress", "livelock"],
    ["events", "livelock"],
    ["silent", "inconclusive"],
  ] as const)("%s is %s", (end, verdict) => {
    const result = judge([run("oldest-first")], { end, detail: "what it was" });
    expect(result.verdict).toBe(verdict);
    expect(result.message).toBeDefined();
  });

  test("an error is told with its place", () => {
    const error = { code: "RangeError", message: "no", site: { line: 7, column: 2 } };
    expect(judge([], { end: "threw", error })).toMatchObject({
      verdict: "crash",
      bugClass: "uncaught-error",
      message: "RangeError: no",
      place: { line: 7, column: 2 },
    });
    const todo = { code: "TODO", message: "start here" };
    expect(judge([], { end: "threw", error: todo }).bugClass).toBe("unfinished");
  });

  test("who did not come back is named", () => {
    expect(judge([], { end: "no-progress", actor: 2 }).message).toMatch(/^child 2 does not/);
    expect(judge([], { end: "no-progress", actor: 0 }).message).toMatch(/^the parent does not/);
  });
});

test("a scenario that is run at native speed only is a witness, as stress is", () => {
  const native = { explore: { native: 2 } };
  expect(ordersOf(native)).toEqual(["native-1", "native-2"]);
  expect([isNative(native), isNative({})]).toEqual([true, false]);
  expect(judge([run("native-1")], {}, native).evidence.strategy).toBe("stress");
});

test("the orders are the three rules, the clock's where it may overtake, and those drawn", () => {
  expect(ordersOf({ explore: { seeds: 1, overtakes: 1, native: 1 } })).toEqual([
    "oldest-first",
    "exits-first",
    "newest-first",
    "clock-first",
    "seed-1",
    "native-1",
  ]);
});
