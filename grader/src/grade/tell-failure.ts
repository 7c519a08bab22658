/** From a failing schedule to the smallest one, run again and told in the student's own lines. */
import type { ExploredEvidence, OutcomeEvidence, TraceEvidence } from "../runtime/evidence.ts";
import { describeTrace } from "./describe-trace.ts";
import { type Finding, createJudge } from "./judge.ts";
import type { ScenarioResult } from "./result.ts";
import { smallerFailure } from "./sampling.ts";
import { anchorPlan, formatSchedule } from "./schedule-text.ts";
import { type ScenarioRun, anchored, tracePlan } from "./thread-run.ts";

/** An outcome that fails, and why. */
export interface Failure {
  readonly outcome: OutcomeEvidence;
  readonly finding: Finding;
  /** What had been explored before, where it was a sample that failed. */
  readonly searched: ExploredEvidence | undefined;
}

/** Replays a failing schedule, checks that it comes out the same, and makes the story of it. */
export async function tell(
  run: ScenarioRun,
  failure: Failure,
  verdict: Finding["verdict"],
): Promise<Partial<ScenarioResult>> {
  const { outcome, finding, known } = await smaller(run, failure);
  const { searched } = failure;
  const trace = run.host.usable() ? await tracePlan(run, outcome.plan) : known;
  if (trace === undefined || trace.diverged !== -1 || !isSame(trace, outcome)) {
    return {
      verdict: "inconclusive",
      message:
        "a failing schedule did not fail again: the submission depends on something that is not under control",
    };
  }
  const replay = formatSchedule({
    scenario: run.scenario.id,
    anchors: anchorPlan(outcome.plan, anchored(run, trace)),
  });
  const told = describeTrace(run, trace, {
    verdict,
    replay,
    preemptions: outcome.preemptions,
    schedule: (searched?.schedules ?? 0) + outcome.schedule,
    // Fewer preemptions than that were all tried, and none of those schedules failed.
    minimal: searched === undefined || outcome.preemptions <= searched.bound + 1,
    ...(finding.operation === undefined ? {} : { operation: finding.operation }),
  });
  return finding.got === undefined ? told : { got: finding.got, ...told };
}

/** The smallest failing schedule that a failing sample leads to, with its trace; else the failure as it is. */
async function smaller(
  run: ScenarioRun,
  failure: Failure,
): Promise<Failure & { readonly known?: TraceEvidence }> {
  const { searched, outcome } = failure;
  if (searched === undefined) return failure;
  const judge = createJudge(run.scenario);
  const findingIn = (trace: TraceEvidence): Finding | undefined =>
    (trace.race === undefined) === (outcome.race === undefined)
      ? judge.judge(trace).find(({ verdict }) => verdict === failure.finding.verdict)
      : undefined;
  const found = await smallerFailure(outcome.plan, {
    run: (plan) => (run.host.usable() ? tracePlan(run, plan) : Promise.resolve(undefined)),
    fails: (trace) => findingIn(trace) !== undefined,
    isSame: (again, trace) => again !== undefined && again.diverged === -1 && isSame(again, trace),
    bound: searched.bound,
  });
  if (found === undefined) return failure;
  const { plan, preemptions, trace } = found;
  const { end, operations, race } = trace;
  const { schedule } = outcome;
  const less = { schedule, preemptions, plan, end, operations };
  return {
    searched,
    finding: findingIn(trace) ?? failure.finding,
    outcome: race === undefined ? less : { ...less, race },
    known: trace,
  };
}

/** Whether a replay showed what the search had seen. */
function isSame(
  trace: TraceEvidence,
  outcome: Pick<OutcomeEvidence, "end" | "race" | "operations">,
): boolean {
  return (
    trace.end === outcome.end &&
    (trace.race === undefined) === (outcome.race === undefined) &&
    JSON.stringify(trace.operations) === JSON.stringify(outcome.operations)
  );
}
