import { failureOf } from "../given/errors.ts";

interface Call {
  readonly id: number;
  readonly fn: string;
  readonly args: readonly unknown[];
}

type Tasks = Readonly<Record<string, (...args: readonly unknown[]) => unknown>>;

/** Whom a child that may have no parent any more tells something. */
function tell(message: unknown): void {
  if (process.connected) process.send?.(message, () => undefined);
}

async function answer(id: number, run: () => Promise<unknown>): Promise<void> {
  await run()
    .then(
      (value) => tell({ kind: "returned", id, value }),
      (error: unknown) => tell({ kind: "failed", id, failure: failureOf("REMOTE", error) }),
    )
    .catch((error: unknown) =>
      tell({ kind: "failed", id, failure: failureOf("NOT_CLONEABLE", error) }),
    );
  tell("ready");
}

async function serve(): Promise<void> {
  const module = process.env["POOL_MODULE"] ?? "";
  const tasks = (await import(module)) as Tasks;
  process.on("message", ({ id, fn, args }: Call) => {
    void answer(id, async () => tasks[fn]?.(...args));
  });
  tell("ready");
}

process.on("disconnect", () => process.exit(0));
void serve();
