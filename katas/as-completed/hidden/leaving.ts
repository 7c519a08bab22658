/** The caller leaves before the end. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { recorded, takeOne, textOf, wholeNumbers } from "../test/public.ts";
import { type Context, inOrder, inThisOrder } from "./_shared.ts";

type Kata = typeof kata;

const STOPPED =
  "after an early end the functions' signal has aborted, and no further function starts";

export const leaving = defineScenarios<Kata>(({ tasks }) => [
  tasks({
    id: "A4",
    title: "break after two of six, of which two may run",
    group: "R",
    contract: STOPPED,
    expected: "two records, and no function starts after the break",
    body: async ({ asCompleted }, tasks) => {
      const started: AbortSignal[] = [];
      const functions = wholeNumbers(6).map((i) => ({ signal }: Context) => {
        started.push(signal);
        return tasks.later(`task ${i}`, `v${i}`);
      });
      const iterator = asCompleted(functions, { limit: 2, timeout: 1000 });
      const seen: string[] = [];
      for await (const record of recorded(tasks, iterator)) {
        seen.push(textOf(record));
        if (seen.length === 2) break;
      }
      const { length } = started;
      tasks.assert(
        started.every(({ aborted }) => aborted),
        "after the break the functions' signal has aborted",
      );
      seen.push(await takeOne(tasks, iterator));
      await tasks.idle();
      tasks.assert(started.length === length, "after the break no further function starts");
      seen.push(await takeOne(tasks, iterator));
      return seen.join(" ");
    },
    check: ({ result, settled }) => result === `${inOrder(settled.slice(0, 2))} done done`,
    got: inThisOrder,
    required: ["next", "return"],
  }),

  tasks({
    id: "A4b",
    title: "return() before the first next()",
    group: "R",
    contract: "return() is an early end, also before the first next()",
    expected: "the function's signal has aborted, no other function starts, and next() is done",
    body: async ({ asCompleted }, tasks) => {
      const started: AbortSignal[] = [];
      const functions = wholeNumbers(3).map((i) => ({ signal }: Context) => {
        started.push(signal);
        return tasks.later(`task ${i}`, i);
      });
      const iterator = recorded(tasks, asCompleted(functions, { limit: 1, timeout: 1000 }));
      await iterator.return!();
      tasks.assert(
        started.every(({ aborted }) => aborted),
        "after return() the functions' signal has aborted",
      );
      const { length } = started;
      await tasks.idle();
      tasks.assert(started.length === length, "after return() no further function starts");
      return takeOne(tasks, iterator);
    },
    check: ({ result }) => result === "done",
    got: ({ result }) => String(result),
    required: ["next", "return"],
  }),

  tasks({
    id: "A4c",
    title: "the loop throws; a record is waiting, and a function runs that never ends",
    group: "R",
    contract: "after an early end it is done; nobody waits for functions that run",
    expected: "the error of the loop, and next() is done",
    body: async ({ asCompleted }, tasks) => {
      const { signal } = tasks.abortController();
      let context: AbortSignal | undefined;
      const input = [
        (given: Context) => {
          context = given.signal;
          return tasks.never("task 0");
        },
        tasks.later("task 1", "v1"),
        tasks.later("task 2", "v2"),
      ];
      const iterator = asCompleted<string>(input, { signal });
      await tasks.idle();
      const seen = await tasks.codeOf(async () => {
        for await (const record of recorded(tasks, iterator)) {
          throw Object.assign(new Error("of the loop"), { code: textOf(record) });
        }
      });
      tasks.assert(context?.aborted === true, "after the error the functions' signal has aborted");
      return `${seen} ${await takeOne(tasks, iterator)}`;
    },
    check: ({ result, settled }) => result === `${inOrder(settled.slice(0, 1))} done`,
    got: inThisOrder,
    required: ["next", "return"],
  }),
]);
