import type { RecordedOperation } from "./evidence.ts";
import { plainOf } from "./tasks/plain.ts";
import { codeOfError } from "./threads/participant.ts";

/** Runs `call`; `answered` hears what it came to, at once, or when the promise that it gave settles. */
export function recordCall<R>(
  call: () => R,
  answered: (outcome: RecordedOperation["outcome"]) => void,
): R {
  const returned = (value: unknown): void => {
    answered({ kind: "returned", value: plainOf(value) });
  };
  const threw = (error: unknown): void => {
    answered({ kind: "threw", code: codeOfError(error) });
  };
  try {
    const value = call();
    if (isThenable(value)) Promise.resolve(value).then(returned, threw);
    else returned(value);
    return value;
  } catch (error) {
    threw(error);
    throw error;
  }
}

/** Whether `await` would ask this for its value. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return false;
  return typeof (value as { then?: unknown }).then === "function";
}
