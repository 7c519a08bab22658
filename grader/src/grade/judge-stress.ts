import type { BundleFrame } from "../runtime/evidence.ts";
import type { StressEvidence } from "../runtime/stress/run.ts";
import type { StressScenario } from "../scenario/index.ts";
import { formatValue } from "../history/index.ts";
import { answerOf } from "./judge.ts";
import type { Evidence, ScenarioResult, SourcePlace, Verdict } from "./result.ts";
import { NO_EVIDENCE, type ScenarioOutcome, factsOf } from "./outcome.ts";

/** Judges a stress scenario by its runs. The result holds nothing that differs between two passing gradings. */
export function judgeStress(
  scenario: StressScenario<unknown>,
  shown: StressEvidence,
  locate: (frame: BundleFrame) => SourcePlace | undefined = () => undefined,
): ScenarioOutcome {
  const bad = shown.runs.find((run) => !answerOf(() => scenario.check(run), false));
  const verdict = bad !== undefined ? "violation" : verdictOf(shown.end);
  const evidence: Evidence = {
    ...NO_EVIDENCE,
    strategy: "stress",
    schedules: verdict === "pass" ? scenario.runs : 0,
    states: scenario.workers,
  };
  const message = bad !== undefined ? undefined : messageOf(shown);
  const frames = bad === undefined ? (shown.error?.frames ?? []) : [];
  const place = frames.map(locate).find((found) => found !== undefined);
  const result: ScenarioResult = {
    ...factsOf(scenario),
    verdict,
    evidence,
    ...(bad === undefined
      ? {}
      : { got: `in one of ${scenario.runs} parallel runs: ${formatValue(bad.final)}` }),
    ...(message === undefined ? {} : { message }),
    ...(place === undefined ? {} : { place }),
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
        ? "a thread ran out of memory"
        : "a worker ended";
    case "host-died":
      return detail?.split("\n")[0] ?? "the process ended";
  }
}
