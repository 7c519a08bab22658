/** Where the executions of a search come from: bound after bound from an explorer, or one by one from a sampler. */
import {
  type Departure,
  type Executed,
  type Path,
  createExplorer,
  createSampler,
  planOf,
  preemptionsOf,
} from "../../schedule/index.ts";
import type { ExploredEvidence, HostCommand } from "../evidence.ts";
import type { RunOptions } from "./controller.ts";

/** How the next execution is run. */
export interface Next {
  readonly options: RunOptions;
  /** The bound that it counts for. */
  readonly preemptions: number;
}

/** The executions of a search, one after another. */
export interface Source {
  readonly strategy: ExploredEvidence["strategy"];
  /** Whether all threads are told apart, although some run the same code. */
  readonly tellsApart: boolean;
  /** Whether one plan is run twice now and then, to see that it comes out the same. */
  readonly isAudited: boolean;
  /** Undefined when there is none left; `schedules` were run before. */
  next(schedules: number): Next | undefined;
  /** Takes in the execution that came of it. */
  completed(executed: Executed): void;
  /** What runs it again: `path` is what it did. */
  planOf(next: Next, path: () => Path): { plan: readonly Departure[]; preemptions: number };
  /** Forgets what it knows: threads that might change places may not. */
  begin(): void;
  explored(): Pick<ExploredEvidence, "bound" | "complete" | "states">;
}

/** Every schedule with at most so many preemptions, and some beyond. */
export function exploring(command: Extract<HostCommand, { kind: "explore" }>): Source {
  const { cache = true, symmetry = true, record = false } = command;
  const create = () => createExplorer({ preemptions: Infinity, cache });
  let explorer = create();
  /** Schedules before the first beyond the bound. */
  let within = Infinity;
  return {
    strategy: "preemption-bounding",
    // A certificate rests on nothing but the executions in it.
    tellsApart: !cache || !symmetry || record,
    isAudited: true,
    next(schedules) {
      const plan = explorer.next();
      if (plan === undefined) return undefined;
      const preemptions = explorer.preemptions();
      if (preemptions > command.preemptions) {
        within = Math.min(within, schedules);
        if (schedules - within >= command.extra) return undefined;
      }
      return { options: { plan, keysFrom: (plan.at(-1)?.step ?? -1) + 1 }, preemptions };
    },
    completed(executed) {
      explorer.completed(executed);
    },
    planOf: ({ options: { plan }, preemptions }) => ({ plan, preemptions }),
    begin() {
      explorer = create();
      within = Infinity;
    },
    explored: () => explorer.explored(),
  };
}

/** Schedules as a sampling strategy draws them. */
export function sampling({ strategy, seed }: Extract<HostCommand, { kind: "sample" }>): Source {
  const sampler = createSampler({ name: strategy, seed });
  return {
    strategy,
    tellsApart: true,
    isAudited: false,
    next: () => ({
      options: { plan: [], sampling: sampler.next(), keysFrom: Infinity },
      preemptions: 0,
    }),
    completed(executed) {
      sampler.completed(executed);
    },
    planOf(_next, path) {
      const taken = path();
      return { plan: planOf(taken), preemptions: preemptionsOf(taken) };
    },
    begin: () => undefined,
    explored: () => ({ bound: -1, complete: false, states: 0 }),
  };
}
