/** Functions, and how many of them run at once. */
import { type TaskOutcome, type Tasks, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { wholeNumbers } from "../test/public.ts";
import { inOrder, takeAll } from "./_shared.ts";

type Kata = typeof kata;

const AT_ONCE =
  "functions start in the order of the input, as soon as fewer than limit are unsettled";

export const limits = defineScenarios<Kata>(({ tasks }) => {
  /** Functions that write down when they start and end, in every order in which they may end. */
  const lanes = (id: string, title: string, limit: number, sizes: readonly number[]) =>
    tasks({
      id,
      title,
      group: "S",
      contract: AT_ONCE,
      expected: `never more than ${limit} at once, and never fewer while functions are left`,
      sizes,
      body: async ({ asCompleted }, tasks) => {
        const log: string[] = [];
        const functions = wholeNumbers(tasks.size).map((i) => logged(tasks, log, i));
        await takeAll(tasks, asCompleted(functions, { limit }));
        return log.join(" ");
      },
      check: ({ result, settled, size }) => result === startsAndEnds(settled, { limit, size }),
      got: ({ result }) => String(result),
      required: ["next"],
    });

  return [
    lanes("A2", "functions with a limit of 2, in every order", 2, [2, 3, 5]),

    lanes("A2b", "functions with a limit of 1, and with more functions than that", 1, [1, 4]),

    lanes("A2c", "functions with a limit of 3, in every order", 3, [2, 5]),

    tasks({
      id: "A2d",
      title: "nobody calls next() until every function has ended",
      group: "S",
      contract: "functions start whether or not anybody calls next()",
      expected: "never more than 2 at once, and never fewer while functions are left",
      body: async ({ asCompleted }, tasks) => {
        const log: string[] = [];
        const functions = wholeNumbers(5).map((i) => logged(tasks, log, i));
        const iterator = asCompleted(functions, { limit: 2 });
        await tasks.idle();
        const seen = log.join(" ");
        await takeAll(tasks, iterator);
        return seen;
      },
      check: ({ result, settled }) => result === startsAndEnds(settled, { limit: 2, size: 5 }),
      got: ({ result }) => String(result) || "nothing starts",
      required: ["next"],
    }),

    tasks({
      id: "A2e",
      title: "functions between promises, with a limit of 1",
      group: "S",
      contract: "promises are observed at once and do not count",
      expected: "1, 3 and 4 one after the other, whatever the promises do",
      body: async ({ asCompleted }, tasks) => {
        const log: string[] = [];
        const promise = async (i: number): Promise<string> => {
          const value = await tasks.later(`task ${i}`, `v${i}`);
          log.push(`-${i}`);
          return value;
        };
        const [one, three, four] = [1, 3, 4].map((i) => logged(tasks, log, i));
        const input = [promise(0), one!, promise(2), three!, four!];
        const seen = await takeAll(tasks, asCompleted(input, { limit: 1 }));
        return { seen, log: log.join(" ") };
      },
      check: ({ result, settled }) => {
        const { seen, log } = result as { readonly seen: string; readonly log: string };
        const starts = ["+3", "+4"];
        const expected = settled.flatMap((label) =>
          label === "task 0" || label === "task 2"
            ? [label.replace("task ", "-")]
            : [label.replace("task ", "-"), ...starts.splice(0, 1)],
        );
        return seen === `${inOrder(settled)} done` && log === ["+1", ...expected].join(" ");
      },
      got: ({ result }) => Object.values(result as object).join("; "),
      required: ["next"],
    }),

    tasks({
      id: "A2f",
      title: "a function that throws, one with a plain value, one that rejects, with a limit of 1",
      group: "S",
      contract: "a function that throws or rejects has a record, and the next one starts",
      expected: "0!thrown 1=plain 2!no 3=v3, then done",
      body: ({ asCompleted }, tasks) => {
        const thrower = (): string => {
          throw new Error("thrown");
        };
        const input = [
          thrower,
          () => "plain",
          () => tasks.fails("task 2", new Error("no")),
          () => tasks.later("task 3", "v3"),
        ];
        return takeAll(tasks, asCompleted<string>(input, { limit: 1 }));
      },
      check: ({ result }) => result === "0!thrown 1=plain 2!no 3=v3 done",
      got: ({ result }) => String(result),
      required: ["next"],
    }),
  ];
});

/** A function that writes down when it starts and when it ends. */
function logged(tasks: Tasks, log: string[], i: number): () => Promise<string> {
  return async () => {
    log.push(`+${i}`);
    tasks.note(`function ${i} starts`);
    const value = await tasks.later(`task ${i}`, `v${i}`);
    log.push(`-${i}`);
    return value;
  };
}

/** What functions that end in this order write down if they start as early as `limit` allows. */
function startsAndEnds(
  settled: TaskOutcome["settled"],
  { limit, size }: { readonly limit: number; readonly size: number },
): string {
  const starts = wholeNumbers(size).map((i) => `+${i}`);
  const log = starts.splice(0, limit);
  for (const label of settled) log.push(label.replace("task ", "-"), ...starts.splice(0, 1));
  return log.join(" ");
}
