import type { Departure } from "../schedule/index.ts";
import { describeTrace } from "./describe-trace.ts";
import { GraderError } from "./error.ts";
import { createJudge } from "./judge.ts";
import { NO_EVIDENCE, type ScenarioOutcome, factsOf, unexplored } from "./outcome.ts";
import type { Evidence, ScenarioResult } from "./result.ts";
import { type Anchor, type ScheduleText, formatSchedule, resolveAnchor } from "./schedule-text.ts";
import { type ScenarioRun, anchored, tracePlan } from "./thread-run.ts";

/** Replays a schedule text on the submission as it is now; explains a divergence. */
export async function replayScenario(
  run: ScenarioRun,
  schedule: ScheduleText,
): Promise<ScenarioOutcome> {
  const plan: Departure[] = [];
  let trace = await tracePlan(run, plan);
  for (const [index, anchor] of schedule.anchors.entries()) {
    if (trace === undefined) break;
    const step = resolveAnchor(anchor, anchored(run, trace), (plan.at(-1)?.step ?? -1) + 1);
    if (step === -1) return diverged(run, anchor, index, schedule.anchors.length);
    plan.push({ step, action: anchor.action });
    trace = await tracePlan(run, plan);
    if (trace !== undefined && trace.diverged !== -1)
      return diverged(run, anchor, index, schedule.anchors.length);
  }
  if (trace === undefined)
    throw new GraderError(
      "E_BAD_REPLAY",
      `the schedule of ${run.scenario.id} does not run to its end on this code`,
    );
  const findings = createJudge(run.scenario).judge(trace);
  const finding =
    findings.find(
      ({ verdict }) => verdict !== "race" && verdict !== "vacuous" && verdict !== "inconclusive",
    ) ?? findings[0];
  const verdict = findings.some((item) => item.verdict === "race") ? "race" : finding?.verdict;
  const preemptions = trace.steps.filter(({ preempts }) => preempts).length;
  const evidence: Evidence = { ...NO_EVIDENCE, strategy: "preemption-bounding", schedules: 1 };
  const replay = formatSchedule(schedule);
  const told = describeTrace(run, trace, {
    verdict: verdict ?? "violation",
    replay,
    preemptions,
    schedule: 1,
    minimal: false,
    ...(finding?.operation === undefined ? {} : { operation: finding.operation }),
  });
  return {
    busyWaits: false,
    exercised: true,
    result: {
      ...factsOf(run.scenario),
      ...(finding?.got === undefined ? {} : { got: finding.got }),
      evidence,
      ...(verdict === undefined
        ? { verdict: "pass", message: "this schedule does not fail any more", story: told.story }
        : { verdict, ...told }),
    } as ScenarioResult,
  };
}

function diverged(run: ScenarioRun, anchor: Anchor, index: number, count: number): ScenarioOutcome {
  const worker = String.fromCharCode(65 + anchor.last);
  const what =
    anchor.kind === "after"
      ? `worker ${worker} stopped after`
      : `worker ${worker} was preempted before`;
  return unexplored(run.scenario, {
    verdict: "inconclusive",
    message:
      `the schedule cannot be followed on this code: at switch ${index + 1} of ${count}, ${what} the access of line ${anchor.line}` +
      `${anchor.occurrence > 0 ? ` (time ${anchor.occurrence + 1})` : ""}, which is not executed any more as it was. Run the scenario again to get a new replay id.`,
  });
}
