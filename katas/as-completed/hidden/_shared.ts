/** What several of the hidden scenarios use. */
import type { TaskOutcome, Tasks } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { takeOne, textOfError } from "../test/public.ts";

/** What a function of the input is called with. */
export type Context = { readonly signal: AbortSignal };

/** What `next()` comes to until it is done, in short. */
export async function takeAll(
  tasks: Tasks,
  iterator: AsyncIterator<kata.Settled<unknown>, undefined>,
): Promise<string> {
  const seen: string[] = [];
  while (seen.at(-1) !== "done") seen.push(await takeOne(tasks, iterator));
  return seen.join(" ");
}

/** What `call` rejects with, in short. */
export async function reject(tasks: Tasks, call: () => Promise<unknown>): Promise<string> {
  try {
    await tasks.operation("runAll", [], call);
    return "fulfilled";
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "TODO") throw error;
    return textOfError(error);
  }
}

/** The records of tasks that settled in this order; those of `rejected` did so with "no". */
export function inOrder(settled: TaskOutcome["settled"], rejected: readonly number[] = []): string {
  const indexes = settled.map((label) => Number(label.replace("task ", "")));
  return indexes.map((i) => (rejected.includes(i) ? `${i}!no` : `${i}=v${i}`)).join(" ");
}

/** A result that is wrong for this order of settling. */
export function inThisOrder({ result, settled }: TaskOutcome): string {
  return `${String(result)}, settled ${settled.join(", ").replaceAll("task ", "")}`;
}
