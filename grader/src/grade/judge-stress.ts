import type { StressEvidence } from "../runtime/stress/run.ts";
import type { StressScenario } from "../scenario/index.ts";
import { formatValue } from "../history/index.ts";
import { answerOf } from "./judge.ts";
import type { Evidence, ScenarioResult, Verdict } from "./result.ts";
import type { ScenarioOutcome } from "./run-scenario.ts";

/** Judges a stress scenario by its runs. The result holds nothing that differs between two passing gradings. */
export function judgeStress(
  scenario: StressScenario<unknown>,
  shown: StressEvidence,
): ScenarioOutcome {
  const { id, title, group, contract, expected } = scenario;
  const bad = shown.runs.find((run) => !answerOf(() => scenario.check(run), false));
  const verdict = bad !== undefined ? "violation" : verdictOf(shown.end);
  const evidence: Evidence = {
    strategy: "stress",
    schedules: verdict === "pass" ? scenario.runs : 0,
    bound: -1,
    complete: false,
    states: scenario.workers,
  };
  const message = bad !== undefined ? undefined : messageOf(shown);
  const result: ScenarioResult = {
    id,
    title,
    group,
    contract,
    expected,
    verdict,
    evidence,
    ...(bad === undefined
      ? {}
      : { got: `in one of ${scenario.runs} parallel runs: ${formatValue(bad.final)}` }),
    ...(message === undefined ? {} : { message }),
  };
  return { result, busyWaits: false, exercised: shown.runs.length > 0 };
}

function verdictOf(end: StressEvidence["end"]): Verdict {
  switch (end) {
    case "done":
      return "pass";
    case "asleep":
      return "deadlock";
    case "no-progress":
      return "livelock";
    case "threw":
    case "worker-died":
    case "host-died":
      return "crash";
  }
}

function messageOf({ end, error, detail }: StressEvidence): string | undefined {
  switch (end) {
    case "done":
      return undefined;
    case "threw":
      return error === undefined ? "a worker threw" : `${error.code}: ${error.message}`;
    case "asleep":
      return "every worker sleeps and none will be woken";
    case "no-progress":
      return "a run used 60 seconds of CPU time without coming to an end";
    case "worker-died":
      return detail === "ERR_WORKER_OUT_OF_MEMORY"
        ? "a worker ran out of memory (192 MiB)"
        : "a worker ended";
    case "host-died":
      return detail?.split("\n")[0] ?? "the process ended";
  }
}
