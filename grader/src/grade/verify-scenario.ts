/** Runs every plan of a certificate again on a host, and has it checked that nothing is missing between them. */
import { type Checked, type Proof, createChecker } from "../certificate/index.ts";
import type { ExecutionEvidence } from "../runtime/evidence.ts";
import { digestOf } from "./certify.ts";
import { createJudge } from "./judge.ts";
import type { Evidence } from "./result.ts";
import { type ScenarioOutcome, factsOf } from "./outcome.ts";
import { isSeenIn } from "./run-scenario.ts";
import type { ScenarioRun } from "./thread-run.ts";

/** Plans that are sent to a host at a time. */
const BATCH = 200;

/** Decides whether a certificate holds. Throws `HostEnded` when the host does not live to the end of it. */
export async function verifyScenario(run: ScenarioRun, proof: Proof): Promise<ScenarioOutcome> {
  const { claim } = proof;
  const checked = await check(run, proof);
  const holds = checked.kind === "holds";
  const evidence: Evidence = {
    strategy: "preemption-bounding",
    schedules: holds ? checked.executions : 0,
    bound: holds && claim.kind === "bounded" ? claim.preemptions : -1,
    complete: holds && claim.kind === "complete",
    states: holds ? checked.states : 0,
  };
  return {
    busyWaits: false,
    exercised: holds,
    result: {
      ...factsOf(run.scenario),
      evidence,
      verdict: holds ? "pass" : "inconclusive",
      ...(holds ? {} : { message: checked.reason }),
    },
  };
}

async function check(run: ScenarioRun, proof: Proof): Promise<Checked> {
  const { host, scenario } = run;
  const plans = proof.executions.map(({ plan }) => plan);
  const checker = createChecker(proof, digestOf);
  const judge = createJudge(scenario);
  let isSeen = scenario.seen === undefined;

  function problemOf(index: number, execution: ExecutionEvidence): string | undefined {
    const [finding] = judge.judge(execution);
    const verdict = finding?.verdict ?? (execution.end === "done" ? undefined : execution.end);
    if (verdict !== undefined) return `plan ${index + 1} does not pass: ${verdict}`;
    isSeen ||= isSeenIn(scenario, execution);
    return checker.take(index, execution);
  }

  for (let from = 0; from < plans.length; from += BATCH) {
    const batch = plans.slice(from, from + BATCH);
    host.send({ kind: "execute", scenario: scenario.id, plans: batch });
    for (const [i] of batch.entries()) {
      const execution = await nextExecution(run);
      const reason =
        execution === undefined
          ? `plan ${from + i + 1} does not run to its end`
          : problemOf(from + i, execution);
      if (reason !== undefined) return { kind: "refused", reason };
    }
  }
  if (!isSeen) return { kind: "refused", reason: `no plan shows ${scenario.seen?.what ?? ""}` };
  return checker.conclude();
}

async function nextExecution({ host }: ScenarioRun): Promise<ExecutionEvidence | undefined> {
  for (;;) {
    const frame = await host.receive();
    if (frame.kind === "execution") return frame.execution;
    if (frame.kind === "ready" && frame.error === undefined) continue;
    return undefined;
  }
}
