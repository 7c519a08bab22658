/** The canonical result of grading: what every report is made from. Plain data; `schema/result.schema.json` describes it. */
import type { Tier } from "../runtime/sandbox.ts";
import type { Group } from "../scenario/index.ts";

/** What was decided about a scenario. Only `pass` earns points. */
export type Verdict =
  | "pass"
  | "race"
  | "violation"
  | "deadlock"
  | "livelock"
  | "leak"
  | "crash"
  | "vacuous"
  | "refused"
  | "inconclusive";

/** Bug classes that the diagnosis can name from a trace. */
export type BugClass =
  | "lost-update"
  | "check-then-act"
  | "transient-state"
  | "torn-transfer"
  | "inconsistent-snapshot"
  | "false-success"
  | "spurious-failure"
  | "no-effect"
  | "wrong-result"
  | "unsynchronised-read"
  | "unsynchronised-write"
  | "lock-order-cycle"
  | "self-deadlock"
  | "lock-leaked-on-error"
  | "lock-never-released"
  | "lost-wakeup"
  | "missing-notify"
  | "missing-predicate-loop"
  | "spin"
  | "endless-loop"
  | "lost-across-await"
  | "never-settles"
  | "unhandled-rejection"
  | "timer-left"
  | "listener-left"
  | "kept-alive"
  | "uncaught-error"
  | "unfinished"
  | "forbidden-import"
  | "evasion";

/** A place in the student's own file; lines and columns from 1. */
export interface SourcePlace {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** The text of that line, trimmed. */
  readonly text: string;
}

/** One row of a failing interleaving. */
export interface StoryRow {
  /** Index into {@link Story.columns}. */
  readonly column: number;
  /** The other worker lost the processor just before this row although it could have gone on. */
  readonly preempted: boolean;
  readonly place?: SourcePlace;
  /** `load balance → 10`, `compareExchange balance 10 → 2`, `sleeps on lock`, … */
  readonly text: string;
  /** What the operation returned after this row: `withdraw(8) returns true`. */
  readonly returns?: string;
  /** How often the row stands for the same thing again. */
  readonly times?: number;
}

/** A worker that never went on. */
export interface Waiter {
  readonly column: number;
  /** `waits for the Mutex at …, held by worker B`, `sleeps on …; nobody will notify`. */
  readonly text: string;
  readonly place?: SourcePlace;
}

/** The failing interleaving, minimal and replayable. */
export interface Story {
  /** Text that replays it: `T2:…`. */
  readonly replay: string;
  readonly preemptions: number;
  /** True when every schedule with fewer preemptions was explored and did not fail. */
  readonly minimal: boolean;
  /** The failing schedule was the n-th that was run. */
  readonly schedule: number;
  /** `worker A`, `worker B`, … and `main` where it takes part. */
  readonly columns: readonly string[];
  readonly rows: readonly StoryRow[];
  readonly waiters: readonly Waiter[];
  /** What the submission printed in this execution. */
  readonly printed: readonly string[];
}

/** One row of a failing async execution. */
export interface TimelineRow {
  /** Virtual milliseconds since the execution began. */
  readonly at: number;
  /** Who acts: `task 2`, `clock`, `caller`, `your code`. */
  readonly actor: string;
  /** `fulfils`, `next() gives task 1`, `goes on`, … */
  readonly text: string;
  readonly place?: SourcePlace;
  /** It came before something that had been pending for longer. */
  readonly reordered: boolean;
  /** How often the row stands for the same thing again. */
  readonly times?: number;
}

/** A failing async execution, minimal and replayable. */
export interface Timeline {
  /** Text that replays it: `A3:…`. */
  readonly replay: string;
  /** How many tasks the execution is about; 0 where the scenario has no sizes. */
  readonly size: number;
  readonly reorderings: number;
  /** True when every order with fewer tasks, or as many tasks and fewer reorderings, was run and did not fail. */
  readonly minimal: boolean;
  /** The failing execution was the n-th that was run. */
  readonly execution: number;
  readonly rows: readonly TimelineRow[];
  /** What the submission printed in this execution. */
  readonly printed: readonly string[];
}

/** A failing execution of processes: who did what, one below the other. */
export interface Sequence {
  /** How what came next was chosen: `exits-first`, `seed-2`, … */
  readonly order: string;
  /** `parent`, `child 1`, … */
  readonly columns: readonly string[];
  readonly rows: readonly SequenceRow[];
  readonly waiters: readonly Waiter[];
}

/** One row of it. */
export interface SequenceRow {
  /** Index into {@link Sequence.columns}. */
  readonly column: number;
  /** Virtual milliseconds since the execution began. */
  readonly at: number;
  /** `forks child 1`, `gets "done" from child 1`, `sees 'exit' 0 of child 1`, … */
  readonly text: string;
  readonly place?: SourcePlace;
}

/** What a verdict rests on. */
export interface Evidence {
  readonly strategy: "preemption-bounding" | "orders" | "processes" | "stress" | "program" | "none";
  /** Executions that were run; of "orders", those of all sizes together. */
  readonly schedules: number;
  /** Every schedule with at most this many preemptions, or order with so many reorderings, is covered; -1 = none. */
  readonly bound: number;
  /** True when every interleaving, or every order, is covered. */
  readonly complete: boolean;
  /** Different states seen, or parallel runs done. */
  readonly states: number;
  /** Sampled schedules beside those; in a failure, the number of the sample that failed. */
  readonly samples?: number;
}

/** What was found out about one scenario. */
export interface ScenarioResult {
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  readonly verdict: Verdict;
  readonly bugClass?: BugClass;
  /** The class more closely, in a word of the kata's world: "overdraft". */
  readonly bugDetail?: string;
  /** The bug in a sentence, about this trace: "worker B's deposit overwrote worker A's". */
  readonly diagnosis?: string;
  readonly contract: string;
  readonly expected: string;
  readonly got?: string;
  /** What went wrong outside any schedule: a syntax error with its caret, an uncaught error, a forbidden import. */
  readonly message?: string;
  readonly place?: SourcePlace;
  readonly evidence: Evidence;
  readonly story?: Story;
  readonly timeline?: Timeline;
  readonly sequence?: Sequence;
}

/** One line of the rubric with what it earned. */
export interface RubricResult {
  readonly id: string;
  readonly title: string;
  readonly group: Group;
  readonly points: number;
  readonly earned: number;
  readonly scenarios: readonly string[];
  /** Why it earned nothing, where its scenarios do not say: "not exercised". */
  readonly reason?: string;
}

/** One kata, graded. */
export interface KataResult {
  readonly kata: string;
  readonly title: string;
  readonly earned: number;
  readonly points: number;
  /** True when hidden scenarios were part of it. */
  readonly hidden: boolean;
  /** What kept the submission from the machine; none where nothing of it was run. */
  readonly tier?: Tier;
  readonly rubric: readonly RubricResult[];
  readonly scenarios: readonly ScenarioResult[];
}

/** A whole grading. It holds no times and no paths of this machine, so that two gradings are equal byte by byte. */
export interface GradeResult {
  readonly schema: "concurrency-katas/result/v1";
  readonly grader: string;
  /** Name of the submission: a folder or file name, never a path. */
  readonly submission: string;
  readonly earned: number;
  readonly points: number;
  readonly katas: readonly KataResult[];
}
