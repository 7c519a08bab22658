/** What a scenario is: the one authoring API of the four engines. Types and plain data; nothing here runs. */
import type { Model, Operation } from "../history/index.ts";

/** The five groups of points: basics, safety, liveness, robustness, craft. */
export type Group = "B" | "S" | "L" | "R" | "C";

/** A lock that a scenario lends to a submission: not re-entrant, and only the thread that took it can give it back. */
export interface SharedLock {
  /** Waits until the lock is free and takes it; false when `timeout` ms passed first (0 = it looks once). */
  acquire(options?: { readonly timeout?: number }): boolean;
  /** Throws `NOT_LOCKED` when nobody holds the lock, `NOT_OWNER` when another thread does. */
  release(): void;
  readonly locked: boolean;
}

/** A gate, closed at first: who passes waits until it has been opened, once and for all. */
export interface SharedGate {
  pass(): void;
  open(): void;
}

/** What a scenario can lend to a submission, so that a part of a kata is graded apart from the others. */
export interface SharedTools {
  /** Makes a lock in the set-up: what it returns goes to the threads in the handle. `name` is for reports. */
  createLock(name?: string): unknown;
  createGate(name?: string): unknown;
  /** The lock, or gate, of a handle. */
  lock(handle: unknown): SharedLock;
  gate(handle: unknown): SharedGate;
}

/** A participant as scenario code sees it: it records what the submission was asked and what it answered. */
export interface Thread extends SharedTools {
  /** Position among the scenario's threads, from 0; the main thread (set-up and final phase) is -1. */
  readonly index: number;
  /** The `threadId` that the submission sees; 0 is the main thread. */
  readonly threadId: number;
  /** Records one operation around `call`; what it throws goes on to the caller. */
  operation<R>(name: string, args: readonly unknown[], call: () => R): R;
  /** `object` with the named members recorded: methods with their arguments, getters without. */
  record<T extends object, K extends keyof T & string>(
    object: T,
    members: readonly K[],
  ): Pick<T, K>;
  /** The code of the error that `call` throws (its `code`, else its `name`), or "nothing". */
  codeOf(call: () => unknown): string;
  /** Fails the execution at this point, with what the contract says should hold. */
  assert(holds: boolean, fact: string): void;
}

/** The body of one thread. `handle` came from the set-up, through the same cloning that `postMessage` does. */
export type ThreadBody<Kata> = (kata: Kata, handle: unknown, thread: Thread) => void;

/** One finished execution, as an oracle sees it. */
export interface Outcome {
  /** Every recorded operation, in the order of their calls. */
  readonly operations: readonly Operation[];
  /** Return values of the operations called `name` by the scenario's threads, in thread order. */
  readonly results: (name: string) => readonly unknown[];
  /** Return value of the last operation called `name` in the final phase. */
  readonly final: (name: string) => unknown;
}

/** How far a scenario is explored. */
export interface Exploration {
  /** Preemptions that must be exhausted for a pass; 2 unless said otherwise. */
  readonly preemptions?: number;
  /** Schedules after which the search gives up; 60,000 unless said otherwise. */
  readonly schedules?: number;
  /**
   * Schedules beside the search, drawn by seeded sampling strategies, unless the search is complete. `{ preemptions: 1,
   * samples: 500 }` passes when one preemption is exhausted and none of 500 samples fails. 0 unless said otherwise, and
   * 2,000 after a search that gives up, whose verdict stays `inconclusive` if none of them fails.
   */
  readonly samples?: number;
}

interface ScenarioFacts {
  /** `T1`, unique in the kata. */
  readonly id: string;
  /** A fact, not a wish: "two deposits and a reader". */
  readonly title: string;
  readonly group: Group;
  /** The sentence of the contract that a failure breaks. */
  readonly contract: string;
  /** What must be seen, in words; printed beside what was seen. */
  readonly expected: string;
  /** Names of operations that must have returned at least once in every execution, against vacuous passes. */
  readonly required?: readonly string[];
}

/** Threads under the controlled scheduler. */
export interface ThreadScenario<Kata> extends ScenarioFacts {
  readonly engine: "threads";
  /** Runs once, on the main thread; what it returns reaches every thread as a clone. */
  readonly setup: (kata: Kata, main: Thread) => unknown;
  readonly threads: readonly ThreadBody<Kata>[];
  /** Runs on the main thread after every thread has ended. */
  readonly finally?: ThreadBody<Kata>;
  /** The sequential specification that every explored history must linearize to. */
  readonly model?: Model<unknown>;
  /** A further condition on what a finished execution returned; the order of different threads' calls is the model's. */
  readonly check?: (outcome: Outcome) => boolean;
  /** How what was seen reads in a report; the recorded results unless given. */
  readonly got?: (outcome: Outcome) => string;
  /** What at least one explored execution must show, against passes in which nothing could go wrong. */
  readonly seen?: { readonly what: string; readonly in: (outcome: Outcome) => boolean };
  readonly explore?: Exploration;
  /**
   * No call of this scenario has a time limit: who goes on only because a sleep times out, when nobody else can go,
   * loses the item that is derived as `no-busy-wait`.
   */
  readonly untimed?: boolean;
  /** The `threadId` of each thread; 1, 2, … unless given. */
  readonly threadIds?: readonly number[];
}

/** The same code at native speed on parallel workers: a witness, never the only one. */
export interface StressScenario<Kata> extends ScenarioFacts {
  readonly engine: "stress";
  readonly setup: (kata: Kata, main: Thread) => unknown;
  /** What each of `workers` workers does; its return value reaches the check. */
  readonly body: (
    kata: Kata,
    handle: unknown,
    worker: SharedTools & { readonly index: number; readonly workers: number },
  ) => unknown;
  readonly workers: number;
  /** Whether worker 0 is the main thread, with `threadId` 0, and the others have 1, 2, …; it may block as they do. */
  readonly main?: boolean;
  readonly runs: number;
  /** What the main thread reads after each run. */
  readonly finally: (kata: Kata, handle: unknown) => unknown;
  /** Judges one run from plain data. */
  readonly check: (run: {
    readonly results: readonly unknown[];
    readonly final: unknown;
  }) => boolean;
}

/**
 * A submission that starts workers of its own, as a whole program: at native speed, in a process that nothing else
 * uses, on its real main thread.
 */
export interface ProgramScenario<Kata> extends Omit<ScenarioFacts, "required"> {
  readonly engine: "program";
  /** The program. What it resolves to reaches the check as plain data; then every worker and timer must be gone. */
  readonly body: (kata: Kata) => Promise<unknown>;
  /** How often it is run; each run has a new instance of the submission. */
  readonly runs: number;
  /** Judges one run. */
  readonly check: (run: { readonly result: unknown }) => boolean;
  /** How the result of a wrong run reads in a report; the result itself unless given. */
  readonly got?: (run: { readonly result: unknown }) => string;
}

/** What a scenario of tasks works with: the events that the scheduler orders, and what is recorded. */
export interface Tasks {
  /** How many tasks this execution is about: one of the scenario's `sizes`. */
  readonly size: number;
  /** A promise that fulfils with `value` at some moment from now on; which one, the scheduler chooses. */
  later<T>(label: string, value: T): Promise<T>;
  /** A promise that rejects with `reason` at some moment from now on. */
  fails(label: string, reason: unknown): Promise<never>;
  /** A promise that never settles. */
  never(label: string): Promise<never>;
  /** Does `action` at some moment from now on, such as an abort by somebody else. */
  event(label: string, action: () => void): void;
  /** Waits so many virtual milliseconds. It is no leftover, unlike a timer of the submission. */
  sleep(ms: number): Promise<void>;
  /** Waits until every pending promise and event of the scenario has come; timers do not count. */
  idle(): Promise<void>;
  /** Waits until everything that could run at once has run. */
  turn(): Promise<void>;
  /** Virtual milliseconds since the execution began. */
  now(): number;
  /** A controller of the scenario's: what listens to its signal at the end is a leftover. */
  abortController(): AbortController;
  /** Records one operation around `call`; if that gives a promise, the operation returns when it settles. */
  operation<R>(name: string, args: readonly unknown[], call: () => R): R;
  /** `object` with the named methods recorded. */
  record<T extends object, K extends keyof T & string>(
    object: T,
    members: readonly K[],
  ): Pick<T, K>;
  /** The code of the error that `call` throws or rejects with (its `code`, else its `name`), or "nothing". */
  codeOf(call: () => unknown): Promise<string>;
  /** Fails the execution at this point, with what the contract says should hold. */
  assert(holds: boolean, fact: string): void;
  /** A line of the story that a failure is told with. */
  note(text: string): void;
  /** Promises made so far, by anybody; only in a scenario that is `counted`. */
  promises(): number;
  /** Holds `object` until leftovers have been judged. */
  keep(object: unknown): void;
  /** `object` must not be kept alive by anything when the execution is over. */
  mustCollect(object: WeakKey, what: string): void;
}

/** One finished execution of tasks, as an oracle sees it. */
export interface TaskOutcome {
  /** How many tasks it was about. */
  readonly size: number;
  /** What the body returned or resolved to, as plain data. */
  readonly result: unknown;
  /** Labels of the scenario's promises and events, in the order in which they came. */
  readonly settled: readonly string[];
  /** Every recorded operation, in the order of their calls. */
  readonly operations: readonly Operation[];
  /** What the operations called `name` returned, in the order of their calls. */
  readonly results: (name: string) => readonly unknown[];
}

/** How far a scenario of tasks is explored. */
export interface TaskExploration {
  /** Orders of one size after which the search gives up; 5,000 unless said otherwise. */
  readonly orders?: number;
  /**
   * Orders of one size, drawn by a seeded generator, that stand in where there are more than `orders`; without them
   * such a scenario stays `inconclusive`.
   */
  readonly samples?: number;
  /** How often in an execution the clock may run to the next timer although promises are pending; 0 unless said. */
  readonly overtakes?: number;
}

/** Async tasks in one thread under a virtual clock, in every order in which they may complete. */
export interface TaskScenario<Kata> extends ScenarioFacts {
  readonly engine: "tasks";
  /**
   * Runs once in each execution. When what it returns has settled, all that is still pending comes as well, and then
   * no timer and no listener may be left, and no rejection may have gone unhandled.
   */
  readonly body: (kata: Kata, tasks: Tasks) => unknown;
  /** Numbers of tasks, the smallest first, so that a failure is told with the fewest; `[0]` unless given. */
  readonly sizes?: readonly number[];
  /** The sequential specification that every explored history must linearize to. */
  readonly model?: Model<unknown>;
  /** Judges one execution from plain data. */
  readonly check?: (outcome: TaskOutcome) => boolean;
  /** How what was seen reads in a report; result and operations unless given. */
  readonly got?: (outcome: TaskOutcome) => string;
  /** What at least one explored execution must show, against passes in which nothing could go wrong. */
  readonly seen?: { readonly what: string; readonly in: (outcome: TaskOutcome) => boolean };
  readonly explore?: TaskExploration;
  /** Whether promises are counted, which takes time. */
  readonly counted?: boolean;
}

/** A child process, as a scenario and its oracles see it. */
export interface ChildFacts {
  /** From 1, in the order in which the children were started. */
  readonly number: number;
  /** The module that it runs. */
  readonly module: string;
  readonly pid: number;
  readonly isAlive: boolean;
  /** How it ended; both null while it lives. */
  readonly code: number | null;
  readonly signal: string | null;
}

/** What a child has said. */
export interface ChildNote {
  readonly child: number;
  readonly pid: number;
  readonly text: string;
}

/** A child that a scenario has started: a port that a submission can be given. */
export interface ChildPort {
  readonly pid: number;
  readonly connected: boolean;
  send(message: unknown, callback?: (error: Error | null) => void): boolean;
  on(event: string, listener: (...values: never[]) => void): unknown;
  once(event: string, listener: (...values: never[]) => void): unknown;
  off(event: string, listener: (...values: never[]) => void): unknown;
  listenerCount(event: string): number;
  kill(signal?: string): boolean;
  disconnect(): void;
}

/** How a scenario starts a child. */
export interface ChildOptions {
  /** What it finds in `process.argv` from 2 on. */
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly serialization?: "json" | "advanced";
}

/** What a scenario of processes works with. */
export interface Processes {
  /** The URL of a module of the kata, such as `given/jobs.ts`: as text, or as a `URL` of the submission. */
  readonly module: (path: string) => string;
  readonly url: (path: string) => URL;
  /** `process.env` of the submission. */
  readonly env: Record<string, string | undefined>;
  /** The pid of the process that runs the submission. */
  readonly pid: number;
  /** Waits until so many jobs wait at a gate. */
  readonly arrived: (gate: string, count: number) => Promise<void>;
  /** Lets all who wait at a gate go on, and all who come. */
  readonly open: (gate: string) => void;
  /** Waits until nothing more can happen, but by the clock or the scenario. */
  readonly rest: () => Promise<void>;
  /** Waits so many virtual milliseconds. */
  readonly sleep: (ms: number) => Promise<void>;
  /** Virtual milliseconds since the execution began. */
  readonly now: () => number;
  /** Sends a signal to a child, as somebody else would. */
  readonly kill: (child: number, signal: "SIGKILL" | "SIGTERM") => void;
  /**
   * Kills the parent, as SIGKILL does: nothing of it runs any more, and the body ends here. Its children have `ms`
   * virtual milliseconds to end; whoever is left then is a leak.
   */
  readonly die: (ms: number) => Promise<never>;
  /** The children up to now. */
  readonly children: () => readonly ChildFacts[];
  /** Starts a child of the scenario's own, which runs a module of the kata. */
  readonly start: (path: string, options?: ChildOptions) => ChildPort;
  /** Records one operation of the parent around `call`; if that gives a promise, it returns when it settles. */
  readonly operation: <R>(name: string, args: readonly unknown[], call: () => R) => R;
  /** What children have said up to now. */
  readonly notes: () => readonly ChildNote[];
  /** The code of the error that `call` throws or rejects with (its `code`, else its `name`), or "nothing". */
  readonly codeOf: (call: () => unknown) => Promise<string>;
  /** Fails the execution at this point, with what the contract says should hold. */
  readonly assert: (holds: boolean, fact: string) => void;
}

/** The global `harness` of a given module that runs in a child. */
export interface ChildHarness {
  /** Waits until the gate is open. */
  gate(name: string): Promise<void>;
  /** Tells the scenario something. */
  note(text: string): void;
  /** Records one operation around `call`; if that gives a promise, it returns when it settles. */
  operation<R>(name: string, args: readonly unknown[], call: () => R): R;
}

/** One finished execution of processes, as an oracle sees it. */
export interface ProcessOutcome {
  /** What the body resolved to, as plain data. */
  readonly result: unknown;
  readonly children: readonly ChildFacts[];
  readonly notes: readonly ChildNote[];
  /** Most children that were alive at the same time. */
  readonly most: number;
  /** Every recorded operation; the thread is the child's number, 0 for the parent. */
  readonly operations: readonly (Omit<Operation, "return"> & { readonly return: number | null })[];
}

/** Something that happens to a child when it has sent so many messages. */
export interface Fault {
  readonly child: number;
  readonly after: number;
  /** A signal from outside, or an end as by `process.exit(code)`. */
  readonly by: "SIGKILL" | "SIGTERM" | { readonly exit: number };
}

/** How far a scenario of processes is explored. */
export interface ProcessExploration {
  /** Executions whose order is drawn by a seed, beside the three that follow a rule; 2 unless said otherwise. */
  readonly seeds?: number;
  /** How often in an execution the clock may run to the next timer although something else could come; 0 unless said. */
  readonly overtakes?: number;
  /** Events after which an execution is taken never to end; 20,000 unless said. */
  readonly events?: number;
  /** Executions in which everything comes when it comes, as without the engine; 0 unless said. */
  readonly native?: number;
}

/**
 * A submission that starts child processes: real ones, whose messages and ends reach it in every order that the system
 * allows and the engine draws.
 */
export interface ProcessScenario<Kata> extends Omit<ScenarioFacts, "required"> {
  readonly engine: "processes";
  /** Runs once in each execution. When it has settled, no child and no timer may be left. */
  readonly body: (kata: Kata, processes: Processes) => unknown;
  /** Gates that open by themselves when so many jobs wait at them. */
  readonly gates?: Readonly<Record<string, number>>;
  readonly faults?: readonly Fault[];
  /** The sequential specification that every history must linearize to. */
  readonly model?: Model<unknown>;
  /** Judges one execution from plain data. */
  readonly check?: (outcome: ProcessOutcome) => boolean;
  /** How what was seen reads in a report; the result unless given. It must not differ from run to run. */
  readonly got?: (outcome: ProcessOutcome) => string;
  /** What at least one execution must show, against passes in which nothing could go wrong. */
  readonly seen?: { readonly what: string; readonly in: (outcome: ProcessOutcome) => boolean };
  readonly explore?: ProcessExploration;
}

/** Any scenario. */
export type Scenario<Kata> =
  | ThreadScenario<Kata>
  | StressScenario<Kata>
  | ProgramScenario<Kata>
  | TaskScenario<Kata>
  | ProcessScenario<Kata>;
