import { describe, expect, test } from "vitest";
import { judgeProgram } from "../../src/grade/judge-program.ts";
import type { ProgramEvidence } from "../../src/runtime/program/run.ts";
import type { ProgramScenario } from "../../src/scenario/index.ts";

const scenario: ProgramScenario<unknown> = {
  engine: "program",
  id: "S2",
  title: "a title",
  group: "R",
  contract: "a contract",
  expected: "what is expected",
  runs: 2,
  body: () => Promise.resolve(),
  check: ({ result }) => (result as { sum: number }).sum === 4,
};

const files = new Map([["src/index.ts", "// first\n  throw it;\n"]]);

const judge = (shown: Partial<ProgramEvidence>, more: Partial<ProgramScenario<unknown>> = {}) =>
  judgeProgram(
    { ...scenario, ...more },
    { results: [{ sum: 4 }, { sum: 4 }], end: "done", left: [], ...shown },
    files,
  );

test("runs that are all right are a pass, which says how many there were", () => {
  expect(judge({})).toEqual({
    exercised: true,
    busyWaits: false,
    result: {
      id: "S2",
      title: "a title",
      group: "R",
      contract: "a contract",
      expected: "what is expected",
      verdict: "pass",
      evidence: { strategy: "program", schedules: 2, bound: -1, complete: false, states: 0 },
    },
  });
});

describe("a wrong run is a violation", () => {
  test("that shows the result", () => {
    const { result } = judge({ results: [{ sum: 4 }, { sum: 3 }] });
    expect(result).toMatchObject({ verdict: "violation", got: "{ sum: 3 }" });
  });

  test("in the scenario's words, where it has some", () => {
    const got = ({ result }: { readonly result: unknown }) =>
      `${(result as { sum: number }).sum} in all`;
    expect(judge({ results: [{ sum: 3 }] }, { got }).result.got).toBe("3 in all");
  });

  test("whatever else went wrong afterwards", () => {
    const { result } = judge({ results: [{ sum: 3 }], end: "leak", left: ["given/eater.ts"] });
    expect(result.verdict).toBe("violation");
  });

  test("also when the check cannot make sense of it", () => {
    expect(judge({ results: [null] }).result.verdict).toBe("violation");
  });
});

test("an error is told with its place and the text of the line", () => {
  const position = { file: "src/index.ts", line: 2, column: 3 };
  const error = { code: "RangeError", message: "no", position };
  expect(judge({ results: [], end: "threw", error })).toMatchObject({
    exercised: false,
    result: {
      verdict: "crash",
      bugClass: "uncaught-error",
      message: "RangeError: no",
      place: { ...position, text: "throw it;" },
    },
  });
});

test("a stub is unfinished", () => {
  const error = { code: "TODO", message: "runKitchen()" };
  const { result } = judge({ results: [], end: "threw", error });
  expect(result).toMatchObject({ verdict: "crash", bugClass: "unfinished" });
});

test.each([
  [
    "early",
    [],
    "crash",
    "the process ended early, because nothing kept it alive: the promise never settled",
  ],
  [
    "leak",
    [],
    "leak",
    "the promise has settled, but the program goes on, as with a timer that is left",
  ],
  [
    "leak",
    ["given/eater.ts"],
    "leak",
    "the promise has settled, but workers are left that do not end: given/eater.ts",
  ],
  [
    "asleep",
    ["given/cook.ts"],
    "deadlock",
    "every thread sleeps, the main thread included, and the promise has not settled",
  ],
  ["no-progress", [], "livelock", "a run used 20 seconds of CPU time without coming to an end"],
  ["memory", [], "crash", "the program took more than 256 MiB of memory"],
  ["workers", [], "crash", "the program started more than 64 workers at the same time"],
  ["host-died", [], "crash", "the process ended"],
  ["silent", [], "inconclusive", "the process ended"],
] as const)("a program that ends as %s %j is %s: %s", (end, left, verdict, message) => {
  const { result } = judge({ results: [], end, left });
  expect(result).toMatchObject({ verdict, message, evidence: { schedules: 0 } });
});
