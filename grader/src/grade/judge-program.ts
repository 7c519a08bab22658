import type { ProgramEvidence } from "../runtime/program/run.ts";
import { PROGRAM_LIMITS } from "../runtime/program/run.ts";
import { WORKER_LIMIT } from "../runtime/program/protocol.ts";
import type { ProgramScenario } from "../scenario/index.ts";
import { formatValue } from "../history/index.ts";
import { answerOf } from "./judge.ts";
import type { Evidence, ScenarioResult, Verdict } from "./result.ts";
import { NO_EVIDENCE, type ScenarioOutcome, classOfError, factsOf } from "./outcome.ts";
import { placeAt } from "./place.ts";

/** Judges a program scenario by its runs. The result holds nothing that differs between two passing gradings. */
export function judgeProgram(
  scenario: ProgramScenario<unknown>,
  shown: ProgramEvidence,
  files: ReadonlyMap<string, string>,
): ScenarioOutcome {
  const wrong = shown.results.findIndex(
    (result) => !answerOf(() => scenario.check({ result }), false),
  );
  const found: Finding =
    wrong !== -1
      ? { verdict: "violation", got: gotOf(scenario, shown.results[wrong]) }
      : findingOf(shown, files);
  const evidence: Evidence = {
    ...NO_EVIDENCE,
    strategy: "program",
    schedules: found.verdict === "pass" ? scenario.runs : 0,
  };
  const result: ScenarioResult = { ...factsOf(scenario), evidence, ...found };
  return { result, busyWaits: false, exercised: shown.results.length > 0 };
}

type Finding = Pick<ScenarioResult, "verdict" | "bugClass" | "got" | "message" | "place">;

function gotOf(scenario: ProgramScenario<unknown>, result: unknown): string {
  return answerOf(() => scenario.got?.({ result }), undefined) ?? formatValue(result);
}

function findingOf(shown: ProgramEvidence, files: ReadonlyMap<string, string>): Finding {
  const { end, error } = shown;
  const message = messageOf(shown);
  const found = { verdict: verdicts[end], ...(message === undefined ? {} : { message }) };
  if (end !== "threw" || error === undefined) return found;
  const bugClass = classOfError(error.code);
  const { position } = error;
  if (position === undefined) return { ...found, bugClass };
  return { ...found, bugClass, place: placeAt(files, position) };
}

const verdicts: Readonly<Record<ProgramEvidence["end"], Verdict>> = {
  done: "pass",
  threw: "crash",
  early: "crash",
  leak: "leak",
  asleep: "deadlock",
  "no-progress": "livelock",
  memory: "crash",
  workers: "crash",
  "host-died": "crash",
  silent: "inconclusive",
};

/** Which workers were there at some other end is chance, and must not make two gradings differ. */
function messageOf({ end, error, left, detail }: ProgramEvidence): string | undefined {
  switch (end) {
    case "done":
      return undefined;
    case "threw":
      return error === undefined
        ? "an error that nobody caught"
        : `${error.code}: ${error.message}`;
    case "early":
      return "the process ended early, because nothing kept it alive: the promise never settled";
    case "leak":
      return left.length === 0
        ? "the promise has settled, but the program goes on, as with a timer that is left"
        : `the promise has settled, but workers are left that do not end: ${left.join(", ")}`;
    case "asleep":
      return "every thread sleeps, the main thread included, and the promise has not settled";
    case "no-progress":
      return `a run used ${PROGRAM_LIMITS.cpuSeconds} seconds of CPU time without coming to an end`;
    case "memory":
      return `the program took more than ${PROGRAM_LIMITS.memoryMiB} MiB of memory`;
    case "workers":
      return `the program started more than ${WORKER_LIMIT} workers at the same time`;
    case "host-died":
    case "silent":
      return detail?.split("\n")[0] ?? "the process ended";
  }
}
