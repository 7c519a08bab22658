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
  TaskExploration,
  TaskOutcome,
  TaskScenario,
  Tasks,
  Thread,
  ThreadBody,
  ThreadScenario,
} from "./types.ts";
