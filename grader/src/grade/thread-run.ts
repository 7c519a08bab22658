/** One thread scenario of one submission on a host, and single schedules of it. */
import type { SubmissionBundle } from "../runtime/bundle.ts";
import type { TraceEvidence, TracedStep } from "../runtime/evidence.ts";
import type { Host } from "../runtime/launch.ts";
import type { ThreadScenario } from "../scenario/index.ts";
import { type Departure, textHash } from "../schedule/index.ts";
import { firstPlace } from "./place.ts";
import type { AnchoredStep } from "./schedule-text.ts";

/** What running a scenario needs. */
export interface ScenarioRun {
  readonly host: Host;
  readonly bundle: SubmissionBundle;
  /** The student's files by path, for the lines of the story. */
  readonly files: ReadonlyMap<string, string>;
  readonly scenario: ThreadScenario<unknown>;
  /** Whether to write down what is run, for a certificate. */
  readonly certify?: boolean;
}

/** Runs one schedule with a full record; nothing when it does not run to its end. */
export async function tracePlan(
  run: ScenarioRun,
  plan: readonly Departure[],
): Promise<TraceEvidence | undefined> {
  run.host.send({ kind: "replay", scenario: run.scenario.id, plan });
  for (;;) {
    const frame = await run.host.receive();
    if (frame.kind === "trace") return frame.trace;
    if (frame.kind === "stuck" || frame.kind === "setup-failed" || frame.kind === "broken")
      return undefined;
  }
}

/** The steps of a trace as the anchors of a replay id name them. */
export function anchored(run: ScenarioRun, trace: TraceEvidence): AnchoredStep[] {
  return trace.steps.map((step) => anchoredStep(run, step));
}

function anchoredStep(run: ScenarioRun, { thread, op, frames, ready }: TracedStep): AnchoredStep {
  const at = firstPlace(run, frames);
  if (op === "arrive" || op === "timeout") return { thread, site: 0, line: 0, ready };
  return at === undefined
    ? { thread, site: textHash(op), line: 0, ready }
    : { thread, site: textHash(`${op} ${at.file} ${at.text}`), line: at.line, ready };
}
