/** What several of the hidden scenarios use. */
import type { ChildNote, Processes } from "@concurrency-katas/grader/scenario";

/** The module with the tasks. */
export const TASKS = "given/tasks.ts";

/** `REMOTE RangeError: no`, `WORKER_DIED -9`, `POOL_CLOSED`. */
export function reasonOf(reason: unknown): string {
  const { code, name, message, exitcode } = (reason ?? {}) as Readonly<Record<string, unknown>>;
  if (code === "REMOTE") return `REMOTE ${String(name)}: ${String(message)}`;
  if (code === "WORKER_DIED") return `WORKER_DIED ${String(exitcode)}`;
  return typeof code === "string" ? code : `another error: ${String(name)}`;
}

/** What a promise comes to, in a word. */
export async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  const [settled] = await Promise.allSettled([promise]);
  return settled.status === "fulfilled" ? String(settled.value) : reasonOf(settled.reason);
}

/** Likewise, of a task that gives the pid of its child: that it is done. */
export async function doneOf(promise: Promise<unknown>): Promise<string> {
  const outcome = await outcomeOf(promise);
  return /^\d+$/.test(outcome) ? "done" : outcome;
}

/** Results in one line. */
export const list = (result: unknown): string =>
  (result as readonly unknown[]).map(String).join(", ");

/** The pid of the child that has started the task `name`. */
export function pidOf(notes: readonly ChildNote[], name: number | string): number | undefined {
  return notes.find(({ text }) => text === `start ${name}`)?.pid;
}

/** Kills the child that runs the task `name`. */
export function killRunner({ notes, children, kill }: Processes, name: number | string): void {
  const pid = pidOf(notes(), name);
  kill(children().find((child) => child.pid === pid)?.number ?? 0, "SIGKILL");
}
