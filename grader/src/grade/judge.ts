/** The oracle: from one outcome's evidence to what is wrong with it. Pure; it runs in the grader, never in a host. */
import {
  type HistoryVerdict,
  type Operation,
  createHistoryChecker,
  formatOperation,
} from "../history/index.ts";
import type { OutcomeEvidence, RecordedOperation } from "../runtime/evidence.ts";
import type { Outcome, ThreadScenario } from "../scenario/index.ts";
import type { Verdict } from "./result.ts";

/** What is wrong with an outcome. */
export interface Finding {
  readonly verdict: Exclude<Verdict, "pass" | "leak">;
  /** What was seen, beside what was expected. */
  readonly got?: string;
  /** The operation that no order of the calls explains. */
  readonly operation?: Operation;
}

/** Judges the outcomes of one scenario. */
export interface Judge {
  judge(
    outcome: Pick<OutcomeEvidence, "end" | "operations" | "race" | "unlogged">,
  ): readonly Finding[];
}

/** Makes the judge of one scenario; it remembers the histories that it has seen. */
export function createJudge(scenario: ThreadScenario<unknown>): Judge {
  const checker = scenario.model === undefined ? undefined : createHistoryChecker(scenario.model);

  function violation(operations: readonly Operation[]): Finding | undefined {
    const outcome = viewOutcome(operations);
    const got = (): string =>
      answerOf(() => scenario.got?.(outcome), undefined) ?? describe(operations);
    const verdict: HistoryVerdict<unknown> | undefined = checker?.check(operations);
    if (verdict?.kind === "notLinearizable") {
      return { verdict: "violation", got: got(), operation: verdict.unplaced };
    }
    const isUnchecked = verdict?.kind === "inconclusive";
    const { check } = scenario;
    if (check !== undefined && !answerOf(() => check(outcome), false))
      return { verdict: "violation", got: got() };
    return isUnchecked ? { verdict: "inconclusive" } : undefined;
  }

  return {
    judge({ end, operations: recorded, race, unlogged }) {
      const operations = recorded.map(toOperation);
      const findings: Finding[] = [];
      if (unlogged === true)
        findings.push({ verdict: "refused", got: "shared memory changed past the engine" });
      if (race !== undefined) findings.push({ verdict: "race" });
      switch (end) {
        case "refused":
          findings.push({ verdict: "refused" });
          break;
        case "crash":
          findings.push({ verdict: "crash" });
          break;
        case "deadlock":
        case "livelock":
          findings.push({ verdict: end, got: describe(operations) });
          break;
        case "done": {
          const found = violation(operations);
          if (found !== undefined) findings.push(found);
          else if (!exercised(scenario.required ?? [], operations))
            findings.push({ verdict: "vacuous" });
          break;
        }
        case "limit":
      }
      return findings;
    },
  };
}

/** What a scenario answers about an outcome; a submission may return what the question did not reckon with. */
export function answerOf<R>(ask: () => R, whenItThrows: R): R {
  try {
    return ask();
  } catch {
    return whenItThrows;
  }
}

/** A recorded operation as the history checker takes it. */
export function toOperation({ return: returned, ...rest }: RecordedOperation): Operation {
  return { ...rest, return: returned ?? Infinity };
}

/** Every required operation returned at least once: an execution in which nothing happened proves nothing. */
export function exercised(required: readonly string[], operations: readonly Operation[]): boolean {
  return required.every((name) =>
    operations.some((item) => item.name === name && item.outcome.kind === "returned"),
  );
}

/** The outcome as a scenario's `check` sees it. */
export function viewOutcome(operations: readonly Operation[]): Outcome {
  const valueOf = ({ outcome }: Operation): unknown =>
    outcome.kind === "returned" ? outcome.value : undefined;
  return {
    operations,
    results: (name) =>
      operations
        .filter((item) => item.name === name && item.thread >= 0)
        .toSorted((a, b) => a.thread - b.thread || a.call - b.call)
        .map(valueOf),
    final(name) {
      const last = operations.findLast((item) => item.name === name && item.thread === -1);
      return last === undefined ? undefined : valueOf(last);
    },
  };
}

/** The recorded operations in words, thread by thread, the main thread last. */
function describe(operations: readonly Operation[]): string {
  const order = (thread: number): number => (thread === -1 ? 1_000 : thread);
  return operations
    .toSorted((a, b) => order(a.thread) - order(b.thread) || a.call - b.call)
    .map((operation) => formatOperation(operation))
    .join(", ");
}
