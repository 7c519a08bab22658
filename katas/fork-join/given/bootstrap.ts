/**
 * Runs in every child. It takes one call from its first message, makes it, answers with what came of it, and lets go of
 * the parent. Importing the module to be called is the child's business: the parent never loads it.
 */

/** The first message to a child: call `fn` of `module` with `args`. */
export interface Call {
  readonly module: string;
  readonly fn: string;
  readonly args: readonly unknown[];
}

/** The one message that a child sends: what the call gave, or what it threw. */
export type Answer =
  | { readonly kind: "returned"; readonly value?: unknown }
  | { readonly kind: "threw"; readonly name: string; readonly message: string };

async function answerTo({ module, fn, args }: Call): Promise<Answer> {
  try {
    const loaded = (await import(module)) as Record<string, (...args: unknown[]) => unknown>;
    const call = loaded[fn];
    if (call === undefined) throw new TypeError(`${fn} is not exported by ${module}`);
    return { kind: "returned", value: await call(...args) };
  } catch (error) {
    process.exitCode = 1;
    const { name, message } = error instanceof Error ? error : new Error(String(error));
    return { kind: "threw", name, message };
  }
}

async function serve(call: Call): Promise<void> {
  const answer = await answerTo(call);
  process.send?.(answer, () => {
    process.disconnect?.();
  });
}

process.once("message", (call: Call) => {
  void serve(call);
});
