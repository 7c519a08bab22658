/** What a program of the corpus is. The programs are submissions too, so nothing here keeps state. */
import type { BugClass, Verdict } from "../../src/grade/result.ts";

/** A concurrent program: what its threads share, what each does, and what the main thread reads after all of them. */
export interface Program<Shared = never> {
  readonly setup: () => unknown;
  readonly threads: readonly ((shared: Shared) => unknown)[];
  readonly final?: (shared: Shared) => unknown;
}

/** What the search must say of a program with a bug. */
export interface Failure {
  readonly verdict: Exclude<Verdict, "pass" | "inconclusive">;
  /** The class that the diagnosis names; none where it names none. */
  readonly bugClass?: BugClass;
  /** Preemptions of the failing schedule: all schedules with fewer are covered before it is run. */
  readonly preemptions: number;
  /** Schedules, at most, until the failing one. */
  readonly within: number;
}

/** What the search must say of a correct program: complete, unless a bound is what can be afforded. */
export interface Pass {
  readonly verdict: "pass";
  /** Preemptions that are exhausted. */
  readonly bound?: number;
}

/** A correct program that differs from one with a bug in little but the bug. */
export interface Twin extends Omit<Pass, "verdict"> {
  /** What is right about it, in a few words. */
  readonly name: string;
  readonly program: Program;
}

/** One entry of the corpus. */
export interface Litmus {
  /** The textbook's name, and what is wrong. */
  readonly name: string;
  /** Paper, book or repository. */
  readonly source: string;
  readonly program: Program;
  readonly expected: Failure | Pass;
  readonly twin?: Twin;
  /** Whether results, thread by thread and then the main thread's, are right; any are unless given. */
  readonly allows?: (results: readonly unknown[]) => boolean;
}

/** A program whose threads share what `setup` returns. */
export function program<Shared>(
  parts: Program<Shared> & { readonly setup: () => Shared },
): Program {
  return parts;
}

/** A program whose threads share words: so many, or with these values. */
export function onWords(
  words: number | readonly number[],
  parts: Omit<Program<Int32Array>, "setup">,
): Program {
  return program({ setup: () => shareWords(words), ...parts });
}

/** Words in shared memory: so many, or with these values. */
export function shareWords(words: number | readonly number[]): Int32Array<SharedArrayBuffer> {
  const length = typeof words === "number" ? words : words.length;
  const x = new Int32Array(new SharedArrayBuffer(length * Int32Array.BYTES_PER_ELEMENT));
  if (typeof words !== "number") x.set(words);
  return x;
}

/** One body for each of `count` threads. */
export function each<Body>(count: number, body: (thread: number) => Body): readonly Body[] {
  return Array.from({ length: count }, (_, thread) => body(thread));
}

/** The same body for `count` threads, which may then change places. */
export function alike<Body>(count: number, body: Body): readonly Body[] {
  return Array.from({ length: count }, () => body);
}

/** Results whose last, the main thread's, is this one. */
export function ends(final: unknown): (results: readonly unknown[]) => boolean {
  const wanted = JSON.stringify(final);
  return (results) => JSON.stringify(results.at(-1)) === wanted;
}

/** Whether these are the numbers, in any order; lists among them count by their items. */
export function areInAnyOrder(values: readonly unknown[], wanted: readonly number[]): boolean {
  const found = values.flat().map(Number);
  return found.toSorted((a, b) => a - b).join() === wanted.join();
}
