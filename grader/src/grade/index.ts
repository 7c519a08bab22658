export { GraderError, type GraderErrorCode } from "./error.ts";
export { type GradeOptions, type GradeProgress, gradeKata, prepareHosts } from "./grade-kata.ts";
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
