export { defineScenarios, type ScenarioHelpers } from "./define.ts";
export type {
  Exploration,
  Group,
  Outcome,
  ProgramScenario,
  Scenario,
  SharedGate,
  SharedLock,
  SharedTools,
  StressScenario,
  Thread,
  ThreadBody,
  ThreadScenario,
} from "./types.ts";
