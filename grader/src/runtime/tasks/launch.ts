import type { TaskFiles } from "../host-files.ts";
import { type Host, startProcess } from "../launch.ts";
import type { Sandbox } from "../sandbox.ts";
import type { TasksStart } from "./protocol.ts";

/** V8 optimizes in no thread of its own: one that lags behind keeps alive what it compiles for. */
const DETERMINISTIC = ["--no-concurrent-recompilation"];

/** Starts a host for scenarios of tasks. */
export function launchTasks(options: {
  readonly files: TaskFiles;
  readonly code: string;
  readonly stateless: boolean;
  readonly scenarioFile: string;
  readonly cpuSeconds?: number;
  readonly sandbox?: Sandbox | undefined;
  readonly signal?: AbortSignal | undefined;
}): Host {
  const { files, sandbox, signal, ...rest } = options;
  const start: TasksStart = { ...rest, workerFile: files.taskWorker };
  return startProcess({ file: files.taskHost, start, sandbox, signal, options: DETERMINISTIC });
}
