/**
 * fork-join: child processes that each run one function, and the answers that they leave.
 *
 * Everything to write is marked TODO. A good order:
 *   1. Process: start and result   npm test -w kata-fork-join -- --only B1   then B2, B3
 *   2. forkJoin                    npm test -w kata-fork-join -- --only B4
 *
 * A child is started with `fork(new URL("../given/bootstrap.ts", import.meta.url), …)`. Its first
 * message must be a `Call`; it sends one `Answer`, disconnects, and ends.
 */
import { KataError } from "@concurrency-katas/grader/kit";

/** What a child runs. */
export interface ProcessOptions {
  /** The URL of a module. The child imports it; the parent does not. */
  module: string | URL;
  /** The name of an exported function. */
  fn: string;
  args?: unknown[];
  /** `Process-1`, `Process-2`, … unless given. */
  name?: string;
  /** Variables that the child gets besides those of the parent. */
  env?: Record<string, string>;
}

/** One child process that runs one exported function. Nothing starts in the constructor. */
export class Process {
  readonly name: string;

  constructor(options: ProcessOptions) {
    this.name = options.name ?? "Process-?";
    // TODO: keep the options, and give a process without a name the next one.
    throw new KataError("TODO", `new Process(${options.fn}): start here, then try B1`);
  }

  /**
   * Starts the child, and returns before it runs. Its environment is the parent's of this moment,
   * with `options.env`. A second call throws a `KataError` with the code `ALREADY_STARTED`.
   */
  start(): void {
    // TODO: fork given/bootstrap.ts and send the call.
    throw new KataError("TODO", "start(): try B1");
  }

  /** The child's process id; undefined before `start()`. */
  get pid(): number | undefined {
    // TODO
    throw new KataError("TODO", "pid: try B1");
  }

  /** Whether the child was started and its end has not been seen. */
  isAlive(): boolean {
    // TODO
    throw new KataError("TODO", "isAlive(): try B1");
  }

  /** `null` until the child has ended; then its exit status, or -n if signal n has killed it. */
  get exitcode(): number | null {
    // TODO
    throw new KataError("TODO", "exitcode: try B1");
  }

  /**
   * Waits until the child has ended, and answers `true`; or answers `false` when it is still alive
   * after `timeout` milliseconds. Before `start()` it rejects with the code `NOT_STARTED`.
   */
  join(timeout?: number): Promise<boolean> {
    // TODO
    throw new KataError("TODO", `join(${timeout ?? ""}): try B1`);
  }

  /**
   * What the function has returned. Rejects with the code `REMOTE` and the name and message of what
   * the function threw, or with the code `CHILD_DIED` and the `exitcode` if no answer came. Nobody
   * has to look at it.
   */
  get result(): Promise<unknown> {
    // TODO
    throw new KataError("TODO", "result: try B1");
  }
}

/**
 * Calls `fn` of `module` once for each of `jobs`, each in a child of its own: starts all of them,
 * then waits for all of them. Resolves when none of them is left, with what came of each job, in
 * the order of the jobs. A job that fails is a result; it is no reason to reject.
 */
export function forkJoin<R>(
  module: string | URL,
  fn: string,
  jobs: readonly unknown[][],
): Promise<PromiseSettledResult<R>[]> {
  // TODO
  throw new KataError("TODO", `forkJoin(${String(module)}, ${fn}, ${jobs.length} jobs): try B4`);
}
