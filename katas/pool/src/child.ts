/**
 * What each child of the pool runs. It takes one task after the other, runs it, and answers.
 *
 * `process.argv` and `process.env` are what `fork` gave it, and a function of a module is reached by
 * `await import(module)`.
 */
import { KataError } from "@concurrency-katas/grader/kit";

process.on("message", (message: unknown) => {
  // TODO: run what is asked for, and answer. ../given/errors.ts helps where there is no value.
  throw new KataError("TODO", `a child has been sent ${JSON.stringify(message)}`);
});
