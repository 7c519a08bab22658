/** The oracle of engine A: from one execution's evidence to what is wrong with it. Pure; it runs in the grader. */
import { createHistoryChecker, formatOperation, formatValue } from "../history/index.ts";
import type { TaskExecution } from "../runtime/evidence.ts";
import type { TaskOutcome, TaskScenario } from "../scenario/index.ts";
import { answerOf, exercised, toOperation } from "./judge.ts";
import type { BugClass, Verdict } from "./result.ts";

/** What is wrong with an execution. */
export interface TaskFinding {
  readonly verdict: Exclude<Verdict, "pass">;
  readonly bugClass?: BugClass;
  readonly got?: string;
  readonly message?: string;
}

/** Judges the executions of one scenario. */
export type TaskJudge = (execution: TaskExecution) => TaskFinding | undefined;

/** Makes the judge of one scenario; it remembers the histories that it has seen. */
export function createTaskJudge(scenario: TaskScenario<unknown>): TaskJudge {
  const checker = scenario.model === undefined ? undefined : createHistoryChecker(scenario.model);

  return (execution) => {
    const ended = endFinding(execution);
    if (ended !== undefined) return withPending(ended, execution);
    if (execution.end === "limit") return undefined;
    const outcome = viewTasks(execution);
    const verdict = checker?.check(outcome.operations);
    const { check, required = [] } = scenario;
    const isWrong =
      verdict?.kind === "notLinearizable" ||
      (check !== undefined && !answerOf(() => check(outcome), false));
    if (isWrong)
      return { verdict: "violation", bugClass: "wrong-result", got: gotOf(scenario, execution) };
    if (verdict?.kind === "inconclusive")
      return { verdict: "inconclusive", message: "a history has too many orders to be checked" };
    return exercised(required, outcome.operations) ? undefined : { verdict: "vacuous" };
  };
}

/** What an end that is none of a finished execution's says. */
function endFinding({ end, error, left }: TaskExecution): Omit<TaskFinding, "got"> | undefined {
  const said = error === undefined ? "" : `${error.code}: ${error.message}`;
  switch (end) {
    case "done":
    case "limit":
      return undefined;
    case "assertion":
      return { verdict: "violation", bugClass: "wrong-result", message: error?.message ?? "" };
    case "threw":
      return {
        verdict: "crash",
        bugClass: error?.code === "TODO" ? "unfinished" : "uncaught-error",
        message: said,
      };
    case "unhandled":
      return {
        verdict: "crash",
        bugClass: error?.code === "TODO" ? "unfinished" : "unhandled-rejection",
        message: `a promise was rejected, and nobody handled that: ${said}`,
      };
    case "never-settles":
      return {
        verdict: "deadlock",
        bugClass: "never-settles",
        message: "nothing can happen any more, and the caller still waits",
      };
    case "endless-timers":
      return {
        verdict: "livelock",
        bugClass: "endless-loop",
        message: "10,000 timers fired in a row, and nothing else happened",
      };
    case "timer-left":
      return {
        verdict: "leak",
        bugClass: "timer-left",
        message: `at the end a timer is left: ${left.join(", ")}`,
      };
    case "listener-left":
      return {
        verdict: "leak",
        bugClass: "listener-left",
        message: `at the end: ${left.join(", ")}`,
      };
    case "kept-alive":
      return {
        verdict: "leak",
        bugClass: "kept-alive",
        message: `kept alive after the end: ${left.join(", ")}`,
      };
  }
}

/** The execution as a scenario's `check` sees it. */
export function viewTasks({ size, result, settled, operations }: TaskExecution): TaskOutcome {
  const all = operations.map(toOperation);
  return {
    size,
    result,
    settled,
    operations: all,
    results: (name) =>
      all
        .filter((item) => item.name === name)
        .map(({ outcome }) => (outcome.kind === "returned" ? outcome.value : undefined)),
  };
}

/** Calls that never returned; what the body would have resolved to is not known. */
function withPending(finding: TaskFinding, execution: TaskExecution): TaskFinding {
  const pending = viewTasks(execution).operations.filter(
    ({ outcome }) => outcome.kind === "pending",
  );
  if (pending.length === 0) return finding;
  return { ...finding, got: pending.map((item) => formatOperation(item)).join(", ") };
}

function gotOf(scenario: TaskScenario<unknown>, execution: TaskExecution): string {
  const outcome = viewTasks(execution);
  const own = answerOf(() => scenario.got?.(outcome), undefined);
  if (own !== undefined) return own;
  const { operations } = outcome;
  if (operations.length > 0) return operations.map((item) => formatOperation(item)).join(", ");
  return execution.result === undefined ? execution.end : formatValue(execution.result);
}
