/** The modules that the engine provides to a submission, where its kata allows them, and what they export. */
export const providedModules: Readonly<Record<string, readonly string[]>> = {
  "@concurrency-katas/grader/kit": ["KataError", "Mutex"],
  "node:worker_threads": ["isMainThread", "threadId"],
  "node:async_hooks": ["AsyncLocalStorage", "AsyncResource"],
  "node:child_process": ["ChildProcess", "fork", "spawn"],
  "node:events": ["EventEmitter", "once"],
  "node:os": ["availableParallelism", "constants"],
  "node:process": ["argv", "env", "execPath", "exit", "kill", "nextTick", "pid", "ppid"],
};

/** What they export besides to a submission that starts workers of its own. */
export const providedToPrograms: Readonly<Record<string, readonly string[]>> = {
  "node:worker_threads": ["Worker", "parentPort", "workerData"],
};
