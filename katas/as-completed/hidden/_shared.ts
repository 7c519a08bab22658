/** What several of the hidden scenarios use. */
import type { TaskOutcome, Tasks } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

/** What a function of the input is called with. */
export type Context = { readonly signal: AbortSignal };

/** 0, 1, 2, …, as many as `count`. */
export function wholeNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The iterator of `iterable`, with its calls in the story. */
export function recorded<T>(
  tasks: Tasks,
  iterable: AsyncIterableIterator<kata.Settled<T>>,
): AsyncIterableIterator<kata.Settled<T>> {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    next: () => tasks.operation("next", [], () => iterator.next()),
    return: () => tasks.operation("return", [], async () => iterator.return!()),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A record in short: `3=value`, or `3!message` of an error. */
export function textOf(record: kata.Settled<unknown>): string {
  if (record.status === "fulfilled") return `${record.index}=${String(record.value)}`;
  const reason = record.reason as { readonly message?: string } | undefined;
  return `${record.index}!${reason?.message}`;
}

/** What a rejection says, in short. */
export function textOfError(error: unknown): string {
  const { code, message, pending } = error as Error & Record<"code" | "pending", unknown>;
  return code === "TIMEOUT" ? `TIMEOUT/${String(pending)}` : message;
}

/** What one `next()` comes to, in short. */
export async function takeOne(
  tasks: Tasks,
  iterator: AsyncIterator<kata.Settled<unknown>, undefined>,
): Promise<string> {
  try {
    const { value } = await tasks.operation("next", [], () => iterator.next());
    return value === undefined ? "done" : textOf(value);
  } catch (error) {
    return textOfError(error);
  }
}

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
