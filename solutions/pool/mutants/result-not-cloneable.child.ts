/**
 * @mutant result-not-cloneable
 * @bug A result that cannot be sent is an error that nobody catches.
 * @killed-by P5b
 * @verdict violation
 * @diagnosis child-lost
 * @sees The child dies of the function that it wants to send.
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
  } catch (error) {
    return { failure: failureOf("REMOTE", error) };
  }
}

async function answer(call: Call): Promise<void> {
  const { id } = call;
  const outcome = await run(call);
  process.send?.({ id, ...outcome });
}

process.on("message", (call: Call) => {
  void answer(call);
});
// The pool wants no more of it, or is gone.
process.once("disconnect", () => process.exit());
