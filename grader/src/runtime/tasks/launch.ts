import type { TaskFiles } from "../bundle.ts";
import { type Host, startProcess } from "../launch.ts";
import type { TasksStart } from "./protocol.ts";

/** V8 compiles and collects in no thread of its own: a compiler that lags behind keeps objects alive meanwhile. */
const DETERMINISTIC = ["--single-threaded"];

/** Starts a host for scenarios of tasks. */
export function launchTasks(options: {
  readonly files: TaskFiles;
  readonly code: string;
  readonly stateless: boolean;
  readonly scenarioFile: string;
  readonly cpuSeconds?: number;
  readonly signal?: AbortSignal | undefined;
}): Host {
  const { files, signal, ...rest } = options;
  const start: TasksStart = { ...rest, workerFile: files.taskWorker };
  return startProcess({ file: files.taskHost, start, signal, options: DETERMINISTIC });
}
