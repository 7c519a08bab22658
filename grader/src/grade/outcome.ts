/** What running a scenario comes to, and what all ways of running one say alike. */
import type { Proof } from "../certificate/index.ts";
import type { HostFrame, ThrownError } from "../runtime/evidence.ts";
import type { Scenario } from "../scenario/index.ts";
import { GraderError } from "./error.ts";
import type { Evidence, ScenarioResult, SourcePlace } from "./result.ts";

/** What a scenario showed, with what derived rubric items ask for. */
export interface ScenarioOutcome {
  readonly result: ScenarioResult;
  /** A thread polled more than 100 times between two waits. */
  readonly busyWaits: boolean;
  /** Some schedules go on only because a sleep times out, although no call has a time limit. */
  readonly polls?: boolean;
  /** The execution was in full: required operations happened, nothing crashed, and it is known how it came out. */
  readonly exercised: boolean;
  /** What shows that it passes, where that was asked for. */
  readonly proof?: Proof;
}

/** The evidence of what was not run. */
export const NO_EVIDENCE: Evidence = {
  strategy: "none",
  schedules: 0,
  bound: -1,
  complete: false,
  states: 0,
};

/** What a submission is told that takes memory without end, however that came out. */
export const TOO_MUCH = "the submission used more memory than a worker may have (192 MiB)";

/** What a scenario says about itself in every result. */
export function factsOf({
  id,
  title,
  group,
  contract,
  expected,
}: Scenario<unknown>): Pick<ScenarioResult, "id" | "title" | "group" | "contract" | "expected"> {
  return { id, title, group, contract, expected };
}

/** A result without any execution to show. */
export function unexplored(
  scenario: Scenario<unknown>,
  shown: Pick<ScenarioResult, "verdict" | "bugClass" | "message" | "place" | "got">,
): ScenarioOutcome {
  return {
    busyWaits: false,
    exercised: false,
    result: { ...factsOf(scenario), evidence: NO_EVIDENCE, ...shown },
  };
}

/** The submission threw where no scenario runs, at `place`: while it was loaded or set up. */
export function threwOutside(
  scenario: Scenario<unknown>,
  { code, message }: ThrownError,
  place: SourcePlace | undefined,
): ScenarioOutcome {
  return unexplored(scenario, {
    verdict: "crash",
    bugClass: classOfError(code),
    message: `${code}: ${message}`,
    ...(place === undefined ? {} : { place }),
  });
}

/** The class of an error that nobody caught: stubs throw `TODO`. */
export function classOfError(code: string): "unfinished" | "uncaught-error" {
  return code === "TODO" ? "unfinished" : "uncaught-error";
}

type Stuck = Extract<HostFrame, { kind: "stuck" }>;

/** A host that a watchdog ended; why a thread that ran for ever did is the engine's to say. */
export function stuckOutcome(
  scenario: Scenario<unknown>,
  { reason, detail }: Pick<Stuck, "reason" | "detail">,
  says: Readonly<
    Record<"no-progress" | "caught", Pick<ScenarioResult, "verdict" | "bugClass" | "message">>
  >,
): ScenarioOutcome {
  switch (reason) {
    case "worker-died":
      return unexplored(scenario, {
        verdict: "crash",
        bugClass: "uncaught-error",
        message: `the worker ended (${detail})`,
      });
    case "memory":
      return unexplored(scenario, {
        verdict: "crash",
        bugClass: "uncaught-error",
        message: TOO_MUCH,
      });
    case "asleep":
      return unexplored(scenario, {
        verdict: "inconclusive",
        message: "nothing happened for 60 seconds: the machine was too busy, or asleep",
      });
    default:
      return unexplored(scenario, says[reason]);
  }
}

/** What a search is told that ended without one execution to judge: what is missing is no evidence. */
export const NOTHING_SHOWN = {
  verdict: "inconclusive",
  message: "the search ended without showing one execution",
} as const;

/** Whether evidence names another scenario than the one that was asked for. A host may be stuck in none. */
export function isOfAnother(frame: HostFrame, { id }: Scenario<unknown>): boolean {
  return frame.kind !== "stuck" && "scenario" in frame && frame.scenario !== id;
}

/** A host that broke down by itself: our bug, not the submission's. */
export function brokenHost({ id }: Scenario<unknown>, message: string): GraderError {
  return new GraderError(
    "E_BUG",
    `the host broke down in ${id}: ${message.split("\n")[0] ?? ""}; please report it with the submission`,
  );
}
