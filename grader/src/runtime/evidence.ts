/**
 * The evidence protocol between a host process (which runs the submission) and the grader (which judges).
 *
 * The host says what happened, never whether it is right. Frames are JSON lines on a pipe of their own; nothing that
 * a submission prints is ever parsed. A missing, malformed or unexpected frame is no evidence at all.
 */
import type { LoggedStep } from "../certificate/index.ts";
import type { Operation } from "../history/index.ts";
import type { Race } from "../race/index.ts";
import type { ProcessOutcome } from "../scenario/index.ts";
import type { ProcessRow, ProcessWaiter, ProcessesEnd, Site } from "./processes/protocol.ts";
import type { Instrumented } from "./tasks/atomicity/instrument.ts";
import type { AwaitInterleaving } from "./tasks/atomicity/interleaving.ts";
import type { Departure, Reordering, SamplerName } from "../schedule/index.ts";

/** A position in the submission's bundle; the grader maps it to the student's file. Lines and columns from 1. */
export interface BundleFrame {
  readonly line: number;
  readonly column: number;
  readonly name?: string | undefined;
}

/** An error that the submission threw, as plain data with capped text. */
export interface ThrownError {
  readonly code: string;
  readonly message: string;
  readonly frames: readonly BundleFrame[];
}

/** How an execution ended. */
export type EndKind = "done" | "deadlock" | "livelock" | "crash" | "limit" | "refused";

/** One executed step, in full. */
export interface TracedStep {
  readonly step: number;
  /** Thread index from 0; -1 = the main thread in the final phase. */
  readonly thread: number;
  /** An operation name of `opNames`: read, write, load, store, add, …, compareExchange, wait, notify, timeout, lock, unlock, arrive. */
  readonly op: string;
  /** Element type, such as Int32Array. */
  readonly type: string;
  /** Byte offset in the whole shared memory. */
  readonly address: number;
  /** Value before (reads: the value read), and after; decimal text for 64-bit integers. */
  readonly before: number | string;
  readonly after: number | string;
  /** compareExchange: 1 = success; wait: 1 = fell asleep; notify: number woken. */
  readonly extra: number;
  /** Threads that could have taken this step. */
  readonly ready: readonly number[];
  /** True when the thread of the step before could have gone on, but was preempted. */
  readonly preempts: boolean;
  readonly frames: readonly BundleFrame[];
}

/** A thread that had not ended when the execution did. */
export interface StoppedThread {
  readonly thread: number;
  /** asleep in Atomics.wait, waiting for a kit Mutex, or spinning on values that nobody will change. */
  readonly state: "asleep" | "locking" | "spinning" | "ready";
  readonly address: number;
  /** For "locking": the thread that holds the Mutex. */
  readonly holder?: number;
  readonly frames: readonly BundleFrame[];
}

/** Shared buffers by their place, so that addresses can be told as buffer and index. */
export interface BufferPlace {
  readonly offset: number;
  readonly length: number;
  /** What a scenario calls the lock or gate that is all of it. */
  readonly name?: string;
}

/** A recorded operation with its outcome, as {@link Operation}; threads as in {@link TracedStep}. */
export type RecordedOperation = Omit<Operation, "return"> & {
  /** null while pending */ readonly return: number | null;
};

/** A distinct outcome: the first execution of its kind in the order of the search. */
export interface OutcomeEvidence {
  /** 1 for the first schedule of the scenario. */
  readonly schedule: number;
  readonly preemptions: number;
  readonly plan: readonly Departure[];
  readonly end: EndKind;
  readonly operations: readonly RecordedOperation[];
  readonly race?: Race;
  /** True when memory was changed past the log. */
  readonly unlogged?: boolean;
}

/** One execution without its source positions: what a certificate is made of. */
export interface ExecutionEvidence {
  readonly plan: readonly Departure[];
  /** Preemptions of the plan. */
  readonly preemptions: number;
  readonly end: EndKind;
  readonly steps: readonly LoggedStep[];
  /** Steps that the search could choose; those after them were scheduled fairly. */
  readonly chosen: number;
  readonly operations: readonly RecordedOperation[];
  readonly race?: Race;
  readonly unlogged?: boolean;
}

/** What was explored when the search ended. */
export interface ExploredEvidence {
  readonly strategy: "preemption-bounding" | SamplerName;
  readonly schedules: number;
  readonly bound: number;
  readonly complete: boolean;
  readonly states: number;
  readonly steps: number;
  /** Schedules until each bound was exhausted, by number of preemptions. */
  readonly perBound: readonly number[];
  /** Most identical probes in a row between two waits. */
  readonly probes: number;
  /** The class of each thread, where threads of one class may change places; their mirrored schedules were left out. */
  readonly classes?: readonly number[];
  /** Schedules in which a sleep had to time out for anybody to go on. */
  readonly rescued: number;
  /** Executions that hit the step limit and decided nothing. */
  readonly cut: number;
  /** True when one plan gave two different executions. */
  readonly nondeterministic?: boolean;
}

/** One execution in full, for the report. */
export interface TraceEvidence {
  readonly plan: readonly Departure[];
  readonly end: EndKind;
  readonly steps: readonly TracedStep[];
  readonly operations: readonly RecordedOperation[];
  readonly stopped: readonly StoppedThread[];
  readonly race?: Race;
  readonly crash?: ThrownError & { readonly thread: number; readonly assertion: boolean };
  readonly refused?: string;
  readonly printed: readonly string[];
  readonly buffers: readonly BufferPlace[];
  /** Step at which the plan could not be followed, or -1. */
  readonly diverged: number;
}

/** How an execution of tasks ended. */
export type TaskEnd =
  | "done"
  /** Nothing can come any more, and the body has not settled. */
  | "never-settles"
  /** Timers fire for ever, and nothing else happens. */
  | "endless-timers"
  | "assertion"
  /** The body threw or rejected, or a callback threw. */
  | "threw"
  /** A promise was rejected, and nobody handled that in time. */
  | "unhandled"
  | "timer-left"
  | "listener-left"
  | "kept-alive"
  | "limit";

/** One execution of tasks. */
export interface TaskExecution {
  /** 1 for the first of the scenario. */
  readonly execution: number;
  readonly size: number;
  /** A sample beyond the search. */
  readonly isSample: boolean;
  readonly plan: readonly Reordering[];
  readonly end: TaskEnd;
  /** What the body resolved to, as plain data. */
  readonly result?: unknown;
  /** Labels of what came, in order. */
  readonly settled: readonly string[];
  readonly operations: readonly RecordedOperation[];
  readonly error?: ThrownError;
  /** What was left, in words. */
  readonly left: readonly string[];
}

/** What happened at one moment of an execution of tasks. */
export interface TaskEvent {
  /** Virtual milliseconds. */
  readonly at: number;
  /** A label of the scenario, `clock`, `caller` or `your code`. */
  readonly actor: string;
  readonly text: string;
  readonly frames: readonly BundleFrame[];
  /** It came before something older that was pending. */
  readonly reordered: boolean;
}

/** One execution of tasks in full, for the report. */
export interface TaskTrace extends TaskExecution {
  readonly events: readonly TaskEvent[];
  /** Labels of what was chosen at each reordering of the plan. */
  readonly labels: readonly string[];
  readonly printed: readonly string[];
  /** The choice at which the plan could not be followed, or -1. */
  readonly diverged: number;
  /** What an execution of the rewritten submission showed, where one was asked for and came out the same. */
  readonly activity?: TaskActivity;
}

/** What the rewritten submission reported; positions are those of its bundle as it was. */
export interface TaskActivity {
  /** Where it went on after an `await`; `stamp` events had been told by then. */
  readonly resumptions: readonly { readonly place: BundleFrame; readonly stamp: number }[];
  readonly lost?: AwaitInterleaving;
}

/** What was explored of one size of a scenario of tasks. */
export interface SizeExplored {
  readonly size: number;
  readonly orders: number;
  readonly bound: number;
  readonly complete: boolean;
  readonly samples: number;
}

/** What was explored of a scenario of tasks when the search ended. */
export interface TasksExplored {
  readonly sizes: readonly SizeExplored[];
  /** Executions that hit the step limit and decided nothing. */
  readonly cut: number;
  /** True when one plan gave two different executions. */
  readonly nondeterministic?: boolean;
}

/** A choice of a plan to be replayed: by its option, or by the hash of the label that is to come. */
export interface TaskChoice {
  readonly choice: number;
  readonly option?: number;
  readonly label?: number;
}

/** How a program ended: all runs done, or what stopped it. */
export type ProgramEnd =
  | "done"
  | "threw"
  /** The process would have ended by itself, with the promise still pending. */
  | "early"
  /** The promise has settled, and a worker or a timer is left that does not end. */
  | "leak"
  | "asleep"
  | "no-progress"
  | "memory"
  | "workers";

/** From the host. */
export type HostFrame =
  | { readonly kind: "ready"; readonly error?: ThrownError }
  | { readonly kind: "progress"; readonly scenario: string; readonly schedules: number }
  | {
      readonly kind: "setup-failed";
      readonly scenario: string;
      readonly error?: ThrownError;
      /** What was refused. */
      readonly refused?: string;
      readonly end: EndKind;
    }
  | { readonly kind: "outcome"; readonly scenario: string; readonly outcome: OutcomeEvidence }
  | { readonly kind: "explored"; readonly scenario: string; readonly explored: ExploredEvidence }
  | { readonly kind: "execution"; readonly scenario: string; readonly execution: ExecutionEvidence }
  | { readonly kind: "trace"; readonly scenario: string; readonly trace: TraceEvidence }
  | {
      readonly kind: "stress-run";
      readonly scenario: string;
      readonly run: number;
      readonly results: readonly unknown[];
      readonly final: unknown;
    }
  | {
      readonly kind: "stress-failed";
      readonly scenario: string;
      readonly run: number;
      readonly error: ThrownError;
    }
  | { readonly kind: "stress-done"; readonly scenario: string; readonly runs: number }
  | {
      readonly kind: "process-run";
      readonly scenario: string;
      readonly order: string;
      readonly outcome: ProcessOutcome;
      readonly rows: readonly ProcessRow[];
    }
  | {
      readonly kind: "process-end";
      readonly scenario: string;
      readonly end: ProcessesEnd;
      readonly order: string;
      readonly rows: readonly ProcessRow[];
      readonly waiters: readonly ProcessWaiter[];
      readonly error?: ThrownError;
      /** The place where what stopped it began, when it is no error. */
      readonly site?: Site;
      /** The child that stopped it, or whose module threw; 0 = the parent. */
      readonly actor: number;
      readonly detail?: string;
    }
  | {
      readonly kind: "program-run";
      readonly scenario: string;
      readonly run: number;
      readonly result: unknown;
    }
  | {
      readonly kind: "program-end";
      readonly scenario: string;
      readonly end: ProgramEnd;
      /** The worker modules of which a worker had not ended. */
      readonly left: readonly string[];
      readonly error?: ThrownError;
      /** The worker module that threw, and to which the error's frames belong; the submission itself unless given. */
      readonly module?: string;
    }
  | {
      readonly kind: "orders";
      readonly scenario: string;
      /** Those that differ in what can be seen from all before them. */
      readonly executions: readonly TaskExecution[];
    }
  | { readonly kind: "orders-done"; readonly scenario: string; readonly explored: TasksExplored }
  | { readonly kind: "task-trace"; readonly scenario: string; readonly trace: TaskTrace }
  | {
      readonly kind: "stuck";
      readonly scenario: string;
      readonly thread: number;
      /** "caught": the submission catches what a thread is stopped with, and goes on. */
      readonly reason: "no-progress" | "worker-died" | "memory" | "asleep" | "caught";
      readonly detail: string;
    }
  | { readonly kind: "broken"; readonly message: string };

/** To the host. */
export type HostCommand =
  | {
      readonly kind: "explore";
      readonly scenario: string;
      readonly preemptions: number;
      readonly schedules: number;
      readonly extra: number;
      /** false: forget states and run every schedule. */ readonly cache?: boolean;
      /** false: threads that run the same code are told apart. */ readonly symmetry?: boolean;
      /** false: the order of the operations does not matter, only what they return. */
      readonly ordered?: boolean;
      /** true: send every execution, for a certificate. */
      readonly record?: boolean;
    }
  | {
      readonly kind: "sample";
      readonly scenario: string;
      readonly strategy: SamplerName;
      readonly schedules: number;
      readonly seed: number;
    }
  | { readonly kind: "stop" }
  | { readonly kind: "replay"; readonly scenario: string; readonly plan: readonly Departure[] }
  | {
      readonly kind: "execute";
      readonly scenario: string;
      readonly plans: readonly (readonly Departure[])[];
    }
  | { readonly kind: "orders"; readonly scenario: string }
  | {
      readonly kind: "replay-orders";
      readonly scenario: string;
      readonly size: number;
      readonly plan: readonly TaskChoice[];
      /** The submission, rewritten so that it reports what it reads and writes. */
      readonly instrumented?: Instrumented;
    }
  | { readonly kind: "stress"; readonly scenario: string }
  | { readonly kind: "quit" };
