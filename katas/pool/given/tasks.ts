/** Tasks for children to run. Each says when it starts and when it ends, so that a scenario can see what runs at once. */
import type { ChildHarness } from "@concurrency-katas/grader/scenario";

/** How a scenario holds a task until it has seen what it wants to see, and hears of it. */
declare const harness: ChildHarness;

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The pid of the child that runs it. */
export function whoRuns(_task?: unknown): number {
  return process.pid;
}

/** The seed's task: works for a while. */
export async function longTimeTask(name: number, ms: number): Promise<string> {
  harness.note(`start ${name}`);
  await wait(ms);
  harness.note(`end ${name}`);
  return `task ${name}`;
}

/** Goes on when the gate of its own name is open, and says who ran it. */
export async function atGate(name: number | string): Promise<number> {
  harness.note(`start ${name}`);
  await harness.gate(String(name));
  harness.note(`end ${name}`);
  return process.pid;
}

/** Answers at once; the scenario sees at the gate that it has. */
export function answerAndTell<T>(gate: string, value: T): T {
  harness.note(`start ${gate}`);
  void harness.gate(gate);
  return value;
}

/** Works for as many milliseconds as its number says, and squares it. */
export async function square(n: number): Promise<number> {
  await wait(n);
  return n * n;
}

/** Fails for odd numbers, the larger ones sooner. */
export async function halve(n: number): Promise<number> {
  harness.note(`start ${n}`);
  await wait(100 - n);
  harness.note(`end ${n}`);
  if (n % 2 === 1) throw new RangeError(`${n} is odd`);
  return n / 2;
}

/** Throws. */
export function fail(message: string): never {
  throw new RangeError(message);
}

/** Ends the child in the middle of a task. */
export function exitWith(code: number): never {
  harness.note(`start exit ${code}`);
  return process.exit(code);
}

/** A value that takes longer to send than a channel holds at once. */
export function repeat(text: string, times: number): string {
  return text.repeat(times);
}

/** The same, when the gate is open. */
export async function repeatAt(gate: string, text: string, times: number): Promise<string> {
  await harness.gate(gate);
  return text.repeat(times);
}

/** Gives back what it was given, and says what that is. */
export function echo(...values: readonly unknown[]): readonly [string, ...unknown[]] {
  return [values.map((value) => Object.prototype.toString.call(value)).join(" "), ...values];
}

/** A function is no value: it cannot be sent. */
export function makeFunction(): () => number {
  return () => 1;
}

/** Takes no notice of SIGTERM, and does not end by itself. */
export async function beStubborn(name: string): Promise<never> {
  process.on("SIGTERM", () => harness.note(`${name} takes no notice of SIGTERM`));
  harness.note(`start ${name}`);
  for (;;) await harness.gate("never");
}

/** Ends on SIGTERM, but cleans up before. */
export async function cleanUp(name: string): Promise<never> {
  process.on("SIGTERM", () => {
    harness.note(`${name} cleans up`);
    process.exit(0);
  });
  harness.note(`start ${name}`);
  for (;;) await harness.gate("never");
}
