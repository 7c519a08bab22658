/** Drives the real search over simulated programs. */
import {
  type Departure,
  type Explored,
  type ExplorerOptions,
  createExplorer,
} from "../../src/schedule/index.ts";
import {
  type Execution,
  Keys,
  type Path,
  type Thread,
  everyPath,
  execute,
  obey,
} from "./_simulator.ts";

/** What a search did. */
export interface Search {
  readonly executions: readonly (Execution & { readonly bound: number })[];
  /** The plans of these executions. */
  readonly plans: readonly (readonly Departure[])[];
  readonly explored: Explored;
}

/** Searches to the end, or for so many executions. */
export function explore(
  program: readonly Thread[],
  options: ExplorerOptions,
  limit = Infinity,
): Search {
  const explorer = createExplorer(options);
  const keys = new Keys();
  const executions: (Execution & { bound: number })[] = [];
  const plans: (readonly Departure[])[] = [];
  while (executions.length < limit) {
    const plan = explorer.next();
    if (plan === undefined) break;
    plans.push(plan);
    const execution = execute(program, obey(plan), keys);
    executions.push({ ...execution, bound: explorer.preemptions() });
    explorer.completed(execution);
  }
  return { executions, plans, explored: explorer.explored() };
}

/** An outcome as text. */
export const outcomeOf = ({ final }: Pick<Path, "final">): string => JSON.stringify(final);

/** For every outcome that a program has, the fewest preemptions that lead to it. */
export function fewestPreemptions(program: readonly Thread[]): ReadonlyMap<string, number> {
  return fewest(everyPath(program).map((path) => [outcomeOf(path), path.preemptions]));
}

/** For every outcome that a search found, the bound at which it did. */
export function foundAt({ executions }: Search): ReadonlyMap<string, number> {
  return fewest(executions.map((execution) => [outcomeOf(execution), execution.bound]));
}

function fewest(
  entries: readonly (readonly [outcome: string, preemptions: number])[],
): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const [outcome, preemptions] of entries) {
    found.set(outcome, Math.min(preemptions, found.get(outcome) ?? Infinity));
  }
  return found;
}
