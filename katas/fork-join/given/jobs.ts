/** Functions for children to run: small ones that show what a process is. */
import type { ChildHarness } from "@concurrency-katas/grader/scenario";

/** How a scenario holds a job until it has seen what it wants to see. */
declare const harness: ChildHarness;

/** Who the child is, and what it finds in its environment; `null` for what is not there. */
export function childInfo(...variables: readonly string[]): {
  readonly pid: number;
  readonly ppid: number;
  readonly env: Readonly<Record<string, string | null>>;
} {
  const env = Object.fromEntries(variables.map((name) => [name, process.env[name] ?? null]));
  return { pid: process.pid, ppid: process.ppid, env };
}

/** A variable of this module: there is one in each process. */
let counter = 0;

/** Counts in its own process, and says how far. */
export function increment(by = 1): number {
  counter += by;
  return counter;
}

export function add(a: number, b: number): number {
  return a + b;
}

export function repeat(text: string, times: number): string {
  return text.repeat(times);
}

/** Answers after so many milliseconds. */
export async function answerAfter<T>(ms: number, value: T): Promise<T> {
  await new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
  return value;
}

/** Answers when the gate of the scenario is open. */
export async function answerAt<T>(gate: string, value: T): Promise<T> {
  await harness.gate(gate);
  return value;
}

/** Answers at once, but ends only when the gate of the scenario is open. */
export function lingerAt<T>(gate: string, value: T): T {
  void harness.gate(gate);
  return value;
}

/** Throws. */
export function fail(message: string): never {
  throw new RangeError(message);
}

/** Ends the process before it could answer. */
export function exitWith(code: number): never {
  return process.exit(code);
}

/** Sends a signal to its own process, and waits for what comes of it. */
export function signalSelf(signal: "SIGKILL" | "SIGTERM"): Promise<never> {
  process.kill(process.pid, signal);
  return new Promise(() => {
    setTimeout(() => undefined, 3_600_000);
  });
}

/** Something of everything, as `how` says. */
export function come(how: "exit" | "return" | "throw", value: number): number {
  if (how === "exit") process.exit(value);
  if (how === "throw") throw new RangeError(String(value));
  return value;
}
