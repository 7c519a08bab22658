/** Tasks that reject. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { recorded, textOf } from "../test/public.ts";
import { inOrder, inThisOrder, takeAll } from "./_shared.ts";

type Kata = typeof kata;

const NO_EXCEPTION = "a rejection is a record: never an exception, never unhandled";

export const rejections = defineScenarios<Kata>(({ tasks }) => [
  tasks({
    id: "A3",
    title: "tasks reject before anybody iterates",
    group: "R",
    contract: NO_EXCEPTION,
    expected: "a record for each task, as it settled; no rejection is unhandled",
    body: async ({ asCompleted }, tasks) => {
      const input = [
        tasks.fails("task 0", new Error("no")),
        tasks.later("task 1", "v1"),
        () => tasks.fails("task 2", new Error("no")),
        tasks.fails("task 3", new Error("no")),
      ];
      const iterator = asCompleted<string>(input);
      await tasks.idle();
      return takeAll(tasks, iterator);
    },
    check: ({ result, settled }) => result === `${inOrder(settled, [0, 2, 3])} done`,
    got: inThisOrder,
    required: ["next"],
  }),

  tasks({
    id: "A3b",
    title: "the consumer leaves after a record, and tasks are still to reject",
    group: "R",
    contract: "after an early end, what still rejects is ignored and never unhandled",
    expected: "the first record, and then silence",
    body: async ({ asCompleted }, tasks) => {
      const input = [
        tasks.later("task 0", "v0"),
        tasks.fails("task 1", new Error("no")),
        () => tasks.fails("task 2", new Error("no")),
        tasks.fails("task 3", new Error("no")),
      ];
      for await (const record of recorded(tasks, asCompleted<string>(input))) {
        return textOf(record);
      }
      return "no record";
    },
    check: ({ result, settled }) =>
      String(result) === inOrder(settled, [1, 2, 3]).split(" ", 1).join(),
    got: inThisOrder,
    required: ["next"],
  }),
]);
