/** What the processes and threads of a process scenario tell each other. */
import type { DescribedError } from "../stress/described.ts";
import type { RecordedOperation } from "../evidence.ts";

/** Child processes that may be there at the same time. */
export const PROCESS_LIMIT = 32;
/** The environment variable by which every process of a run is known, whoever started it. */
export const RUN_ID = "KATA_RUN_ID";

/** What stands for `import` in the `import(…)` of a child's module: as long as that, so that no column changes. */
export const IMPORT_NAME = "imp0rt";

/** How one execution chooses among what may come next: by a rule, or drawn by a seed. */
export type Order =
  | "oldest-first"
  | "exits-first"
  | "newest-first"
  | "clock-first"
  | `seed-${number}`
  /** Nothing is held back: everything comes when it comes. */
  | `native-${number}`;

/** What a process host is started with. */
export interface ProcessStart {
  /** The bundle of the submission, and of each module that a child may run or import. */
  readonly code: string;
  readonly modules: readonly ChildModule[];
  /** What a child runs; the second, where nothing of the submission is in it. */
  readonly childFile: string;
  readonly givenChildFile: string;
  readonly supervisorFile: string;
  readonly scenarioFile: string;
  readonly scenario: string;
  readonly orders: readonly Order[];
  readonly limits: ProcessLimits;
}

/** A module of the kata that a child may run or import, by its path. */
export interface ChildModule {
  readonly entry: string;
  readonly code: string;
  /** Whether there is nothing of the submission in it. */
  readonly isGiven: boolean;
  /** What it imports of the submission, which shares no scope with it. */
  readonly parts: readonly ModulePart[];
}

/** A module of the submission that a given one imports. */
export type ModulePart = Pick<ChildModule, "code" | "entry">;

/** Where a run is stopped. CPU time and bytes, so that a busy machine decides nothing. */
export interface ProcessLimits {
  /** Seconds in which no process does anything, although one of them was asked for something. */
  readonly asleepSeconds: number;
  /** CPU seconds, of all processes together, without one event. */
  readonly cpuSeconds: number;
  /** Memory of one process beyond what it needs to start, in MiB. */
  readonly memoryMiB: number;
  /** Child processes of one execution, one after the other. */
  readonly processes: number;
  /** Events of one execution. */
  readonly events: number;
  /** Messages that wait to be delivered. */
  readonly messages: number;
}

/** How a run of process scenarios ended: all executions done, or what stopped it. */
export type ProcessesEnd =
  | "done"
  /** An assertion of the scenario does not hold. */
  | "violated"
  | "threw"
  /** The parent would have ended by itself, with the promise still pending. */
  | "early"
  /** The parent called `process.exit()`. */
  | "exited"
  /** Nothing more can come, and somebody waits. */
  | "deadlock"
  /** The promise has settled, and a process is left, or nothing but a timer. */
  | "leak"
  | "timer-left"
  | "asleep"
  | "no-progress"
  | "memory"
  | "processes"
  | "messages"
  | "events"
  /** A child started a process. */
  | "nested";

/** Something that happened, as a failure is told. Actor 0 is the parent, and then come the children. */
export interface ProcessRow {
  /** Virtual milliseconds since the execution began. */
  readonly at: number;
  readonly actor: number;
  readonly text: string;
  readonly site?: Site | undefined;
}

/** Somebody who waits at the end of an execution. */
export type ProcessWaiter = Omit<ProcessRow, "at">;

/** To a child. Each has a number; the child answers with it once it has come to rest. */
export interface ChildCommand {
  readonly seq: number;
  /** The time of the execution, in virtual milliseconds. */
  readonly now: number;
  readonly action: ChildAction;
}

/** What a child is told to do. */
export type ChildAction =
  | { readonly kind: "start"; readonly start: ChildStart }
  | { readonly kind: "message"; readonly value: unknown }
  | { readonly kind: "disconnect" }
  /** The gate is open. */
  | { readonly kind: "gate"; readonly gate: string }
  /** Timers that are due fire. */
  | { readonly kind: "tick" }
  /** Ends as by `process.exit(code)`. */
  | { readonly kind: "exit"; readonly code: number }
  /** Nothing but the answer. */
  | { readonly kind: "rest" };

/** What a child begins with. */
export interface ChildStart {
  readonly entry: string;
  readonly modules: readonly ChildModule[];
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly serialization: Serialization;
  /** Whether the parent gave it one. */
  readonly hasChannel: boolean;
}

/** How values cross a channel. */
export type Serialization = "json" | "advanced";

/** A place in one of the bundles; of the module `entry`, or of the submission. */
export interface Site {
  readonly entry?: string;
  readonly line: number;
  readonly column: number;
}

/** From a child, in the order in which it did these. */
export type ChildReport =
  | { readonly kind: "message"; readonly value: unknown; readonly site: Site | undefined }
  | { readonly kind: "disconnect"; readonly site: Site | undefined }
  | { readonly kind: "note"; readonly text: string }
  /** A recorded operation begins, and ends. */
  | {
      readonly kind: "called";
      readonly operation: number;
      readonly name: string;
      readonly args: readonly unknown[];
      readonly site: Site | undefined;
    }
  | {
      readonly kind: "answered";
      readonly operation: number;
      readonly outcome: RecordedOperation["outcome"];
    }
  | { readonly kind: "arrive"; readonly gate: string; readonly site: Site | undefined }
  | { readonly kind: "ends"; readonly code: number; readonly site: Site | undefined }
  | { readonly kind: "failed"; readonly entry: string; readonly error: DescribedError }
  | { readonly kind: "nested"; readonly site: Site | undefined }
  | {
      readonly kind: "rests";
      readonly seq: number;
      /** When the next of its timers is due. */
      readonly due: number | undefined;
      /** Whether it listens for messages. */
      readonly listens: boolean;
    };

/**
 * Words of the table that the main thread keeps and the supervisor reads: events up to now, the child that is awaited
 * (0 = none, the main thread itself runs), whether somebody writes evidence; then the pid of each living child, 0 = no
 * more, and the number of each.
 */
export const Word = {
  events: 0,
  awaited: 1,
  writing: 2,
  pids: 3,
  numbers: 3 + PROCESS_LIMIT,
  end: 3 + 2 * PROCESS_LIMIT,
} as const;
