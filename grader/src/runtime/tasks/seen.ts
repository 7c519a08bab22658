/** What can be seen of an execution, apart from how it was chosen. */
import type { TaskExecution } from "../evidence.ts";
import type { TaskScenario } from "../../scenario/index.ts";

/** An execution without its number and its plan. Its values have the form that frames have already. */
export type Seen = Omit<TaskExecution, "execution" | "isSample" | "plan">;

/** Chooses one of `count` things that are pending; this is choice number `choice` of the execution. */
export type Choose = (count: number, choice: number, labels: () => readonly string[]) => number;

/** Runs one execution of a scenario. */
export type RunExecution = (options: {
  readonly scenario: TaskScenario<unknown>;
  readonly size: number;
  readonly choose: Choose;
}) => Promise<{
  readonly seen: Seen;
  /** The numbers of options of its choices. */
  readonly options: readonly number[];
}>;

/** As JSON: two executions with the same text are the same to everybody. */
export function textOfSeen(seen: Seen): string {
  const { size, end, result, settled, operations, error, left } = seen;
  return JSON.stringify({ size, end, result, settled, operations, error, left });
}
