/** What the threads of a program host tell each other. */

import type { DescribedError } from "../stress/described.ts";

/** Workers that may be there at the same time. */
export const WORKER_LIMIT = 64;

/** What a program host is started with. */
export interface ProgramStart {
  /** The bundle of the submission, and of each module that it may start as a worker. */
  readonly code: string;
  readonly workers: readonly { readonly entry: string; readonly code: string }[];
  readonly workerFile: string;
  readonly supervisorFile: string;
  readonly scenarioFile: string;
  readonly scenario: string;
  readonly runs: number;
  readonly limits: ProgramLimits;
}

/** Where a program is stopped. Seconds of CPU time and bytes, so that a busy machine decides nothing. */
export interface ProgramLimits {
  /** Seconds in which no thread does anything, after which none will. */
  readonly asleepSeconds: number;
  /** CPU seconds of one run. */
  readonly cpuSeconds: number;
  /** The same two, once the program's promise has settled and only leftovers remain. */
  readonly leftoverSeconds: number;
  readonly leftoverCpuSeconds: number;
  /** Memory that the submission may take, in MiB: the whole process beyond what its workers need, and each heap. */
  readonly memoryMiB: number;
}

/**
 * Words of the table that the main thread keeps and the supervisor reads: what the main thread does, the run, whether
 * somebody writes evidence, and the most workers that there were at once; then, for each worker module, how many of
 * its workers have not ended.
 */
export const Word = { phase: 0, run: 1, writing: 2, most: 3, alive: 4 } as const;

/** What the main thread does. */
export const Phase = {
  /** Runs the program until its promise settles. */
  running: 0,
  /** Waits until the workers and timers that are left have ended. */
  draining: 1,
} as const;

/** What a worker's thread is started with. */
export interface WorkerStart {
  readonly code: string;
  readonly threadId: number;
  readonly workerData: unknown;
}

/** From a worker's thread. */
export type WorkerReport = { readonly kind: "message"; readonly value: unknown } | WorkerFailure;

/** What nobody caught in a worker: a primitive as it is, an object by what it says. */
export interface WorkerFailure {
  readonly kind: "failed";
  readonly said: DescribedError;
  readonly thrown: unknown;
  /** Undefined for a primitive. */
  readonly name: string | undefined;
  readonly code: string;
  readonly message: string;
}
