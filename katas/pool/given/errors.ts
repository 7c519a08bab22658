/** How errors cross a channel: a channel carries values, and an error is a value only if it is made one. */
import { KataError } from "@concurrency-katas/grader/kit";

/** An error of a child, as its parent is told. */
export interface Failure {
  /** `REMOTE` if the task threw, `NOT_CLONEABLE` if what it returned cannot be sent. */
  readonly code: "NOT_CLONEABLE" | "REMOTE";
  readonly name: string;
  readonly message: string;
}

/** For the child: what to send instead of a value. */
export function failureOf(code: Failure["code"], error: unknown): Failure {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  return { code, name, message };
}

/** For the parent: what to reject with. */
export function errorOf({ code, name, message }: Failure): KataError {
  return Object.assign(new KataError(code, message), { name });
}
