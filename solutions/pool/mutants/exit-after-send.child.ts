/** Runs in every child of the pool: takes one task after the other, and answers each. */
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

let isLast = false;

async function answer(call: Call): Promise<void> {
  const { id } = call;
  const outcome = await run(call);
  try {
    process.send?.({ id, ...outcome });
  } catch (error) {
    process.send?.({ id, failure: failureOf("NOT_CLONEABLE", error) });
  }
  if (isLast) process.exit();
}

process.on("message", (call: Call | "last") => {
  if (call === "last") isLast = true;
  else void answer(call);
});
// The pool wants no more of it, or is gone.
process.once("disconnect", () => process.exit());
