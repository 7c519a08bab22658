import type { Model } from "../history/index.ts";
import type {
  ProcessScenario,
  ProgramScenario,
  Scenario,
  StressScenario,
  TaskScenario,
  ThreadScenario,
} from "./types.ts";

/** A scenario without the tag that the helper adds; `model` keeps its own state type. */
type Draft<S> = Omit<S, "engine" | "model">;

/** What a scenario file works with: one helper for each engine, typed by the kata's own exports. */
export interface ScenarioHelpers<Kata> {
  /** Threads under the controlled scheduler (engine T). */
  readonly threads: <State = unknown>(
    scenario: Draft<ThreadScenario<Kata>> & { readonly model?: Model<State> },
  ) => Scenario<Kata>;
  /** Native stress (engine S). */
  readonly stress: (scenario: Draft<StressScenario<Kata>>) => Scenario<Kata>;
  /** A whole program that starts workers of its own, at native speed. */
  readonly program: (scenario: Draft<ProgramScenario<Kata>>) => Scenario<Kata>;
  /** Real child processes whose messages come in orders that the engine chooses (engine P). */
  readonly processes: <State = unknown>(
    scenario: Draft<ProcessScenario<Kata>> & { readonly model?: Model<State> },
  ) => Scenario<Kata>;
  /** Async tasks under a virtual clock (engine A). */
  readonly tasks: <State = unknown>(
    scenario: Draft<TaskScenario<Kata>> & { readonly model?: Model<State> },
  ) => Scenario<Kata>;
}

/**
 * Defines the scenarios of a kata: `defineScenarios<typeof kata>(({ threads }) => [threads({…})])`, where `kata` is
 * the type import of its `src/index.ts`.
 * Public and hidden scenarios are written alike; their order is the order of the report.
 */
export function defineScenarios<Kata>(
  build: (helpers: ScenarioHelpers<Kata>) => readonly Scenario<Kata>[],
): readonly Scenario<Kata>[] {
  return build({
    threads: (scenario) => ({ ...scenario, engine: "threads" }),
    stress: (scenario) => ({ ...scenario, engine: "stress" }),
    program: (scenario) => ({ ...scenario, engine: "program" }),
    processes: (scenario) => ({ ...scenario, engine: "processes" }),
    tasks: (scenario) => ({ ...scenario, engine: "tasks" }),
  });
}
