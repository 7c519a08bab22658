/**
 * @mutant answers-nothing-on-error
 * @bug A task that throws is an error that nobody catches, and its child dies.
 * @killed-by B3
 * @verdict violation
 * @diagnosis child-lost
 * @sees The task rejects with WORKER_DIED instead of REMOTE.
 */
import { failureOf, type Failure } from "../given/errors.ts";

interface Call {
  readonly id: number;
  readonly fn: string;
  readonly args: readonly unknown[];
}

type Tasks = Readonly<Record<string, ((...args: readonly unknown[]) => unknown) | undefined>>;

const [, , module = ""] = process.argv;

async function run({ fn, args }: Call): Promise<{ value: unknown } | { failure: Failure }> {
  try {
    const task = ((await import(module)) as Tasks)[fn];
    if (task === undefined) throw new TypeError(`${fn} is not exported by ${module}`);
    return { value: await task(...args) };
  } finally {
    process.exitCode = 1;
  }
}

async function answer(call: Call): Promise<void> {
  const { id } = call;
  const outcome = await run(call);
  try {
    process.send?.({ id, ...outcome });
  } catch (error) {
    process.send?.({ id, failure: failureOf("NOT_CLONEABLE", error) });
  }
}

process.on("message", (call: Call) => {
  void answer(call);
});
// The pool wants no more of it, or is gone.
process.once("disconnect", () => process.exit());
