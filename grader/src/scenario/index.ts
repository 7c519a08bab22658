export { defineScenarios, type ScenarioHelpers } from "./define.ts";
export type {
  Exploration,
  Group,
  Outcome,
  Scenario,
  StressScenario,
  Thread,
  ThreadBody,
  ThreadScenario,
} from "./types.ts";
