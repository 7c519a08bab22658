/** Tasks settle in some order, and their records come in it. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { wholeNumbers } from "../test/public.ts";
import { inOrder, inThisOrder, takeAll } from "./_shared.ts";

type Kata = typeof kata;

const IN_ORDER = "records come in the order in which the tasks settle";

export const order = defineScenarios<Kata>(({ tasks }) => {
  /** Several promises settle in one turn, not in the order of the input, and not all with a value. */
  const ties = (
    id: string,
    title: string,
    taskOf: (promise: Promise<string>) => kata.Task<string>,
  ) =>
    tasks({
      id,
      title,
      group: "S",
      contract: "the order of settling also counts within one turn, for values and for errors",
      expected: "4 2 0 where these settle in one turn, 3 1 where those do",
      body: async ({ asCompleted }, tasks) => {
        const open = wholeNumbers(5).map(() => Promise.withResolvers<string>());
        tasks.event("4, 2 and 0", () => {
          open[4]!.resolve("e");
          open[2]!.reject(new Error("no"));
          open[0]!.resolve("a");
        });
        tasks.event("3 and 1", () => {
          open[3]!.reject(new Error("no"));
          open[1]!.resolve("b");
        });
        const input = open.map(({ promise }) => taskOf(promise));
        return takeAll(tasks, asCompleted(input));
      },
      check: ({ result, settled }) => {
        const first = settled[0] === "3 and 1" ? "3!no 1=b" : "4=e 2!no 0=a";
        const second = settled[0] === "3 and 1" ? "4=e 2!no 0=a" : "3!no 1=b";
        return result === `${first} ${second} done`;
      },
      got: ({ result }) => String(result),
      required: ["next"],
    });

  return [
    tasks({
      id: "A1",
      title: "2, 3 and 6 promises, in every order",
      group: "S",
      contract: IN_ORDER,
      expected: "a record for each task, as it settles, then done",
      sizes: [2, 3, 6],
      body: ({ asCompleted }, tasks) => {
        const input = wholeNumbers(tasks.size).map((i) => tasks.later(`task ${i}`, `v${i}`));
        return takeAll(tasks, asCompleted(input));
      },
      check: ({ result, settled }) => result === `${inOrder(settled)} done`,
      got: inThisOrder,
      required: ["next"],
      seen: {
        what: "a task that settled before an earlier one",
        in: ({ settled }) => settled[0] !== "task 0",
      },
    }),

    ties("A1b", "promises that settle in the same turn", (promise) => promise),

    ties("A1c", "functions whose promises settle in the same turn", (promise) => () => promise),
  ];
});
