export { GraderError, type GraderErrorCode } from "./error.ts";
export { gradeKata, prepareHosts } from "./grade-kata.ts";
export type { GradeOptions, GradeProgress } from "./grade-options.ts";
export { readSubmission, type Submission } from "./intake.ts";
export { findKatas, type KataDefinition, readKata, type RubricItem } from "./kata.ts";
export type {
  BugClass,
  Evidence,
  GradeResult,
  KataResult,
  RubricResult,
  ScenarioResult,
  Sequence,
  SequenceRow,
  SourcePlace,
  Story,
  StoryRow,
  Timeline,
  TimelineRow,
  Verdict,
  Waiter,
} from "./result.ts";
