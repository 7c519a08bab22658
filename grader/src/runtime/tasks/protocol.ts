/** What the threads of a task host have in common. */

/** What a task host is started with. */
export interface TasksStart {
  readonly code: string;
  /** One instance of the module serves every execution: it was shown to keep no state, and is frozen. */
  readonly stateless: boolean;
  readonly workerFile: string;
  readonly scenarioFile: string;
  /** CPU seconds without a turn after which the submission is taken to run for ever; 3 unless given. */
  readonly cpuSeconds?: number;
}

/** Words of the memory that host and worker share. */
export const Beat = {
  /** Turns so far, modulo 2^32. */
  turns: 0,
  /** Not 0 when the grader has seen enough. */
  stop: 1,
} as const;

/** What the worker is started with. */
export interface TaskWorkerStart extends TasksStart {
  readonly beat: SharedArrayBuffer;
}

/** From the worker to its host. */
export type TaskWorkerNote = { readonly kind: "idle" } | { readonly kind: "busy" };
