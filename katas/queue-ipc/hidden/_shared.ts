/** What several of the hidden scenarios use. */
import type { ChildPort, ProcessOutcome } from "@concurrency-katas/grader/scenario";
import type { Step } from "../given/actor.ts";

/** The module that follows a script. */
export const ACTOR = "given/actor.ts";

/** How a child is started that follows a script. */
export const script = (...steps: readonly Step[]) =>
  ({ args: [JSON.stringify(steps)], serialization: "advanced" }) as const;

/** Resolves when a child has ended. */
export const ended = (child: ChildPort): Promise<unknown> =>
  new Promise((resolve) => {
    child.once("exit", resolve);
  });

/** What came out of a queue by recorded calls. */
export const gotten = ({ operations }: ProcessOutcome): readonly unknown[] =>
  operations.flatMap(({ name, outcome }) =>
    name === "get" && outcome.kind === "returned" ? [outcome.value] : [],
  );

/** Items in order, for a comparison. */
export const sorted = (items: readonly unknown[]): string => items.map(String).toSorted().join(" ");

/** What came of each call, and in which child: `1:x 2:EMPTY`. */
export const answers = ({ operations }: ProcessOutcome): string =>
  operations
    .map(({ thread, outcome }) => {
      if (outcome.kind === "returned") return `${thread}:${String(outcome.value)}`;
      return `${thread}:${outcome.kind === "threw" ? outcome.code : "pending"}`;
    })
    .toSorted()
    .join(" ");

/** What is left in a queue. */
export async function rest<T>(queue: {
  empty(): Promise<boolean>;
  get(): Promise<T>;
}): Promise<readonly T[]> {
  const left: T[] = [];
  while (!(await queue.empty())) left.push(await queue.get());
  return left;
}
