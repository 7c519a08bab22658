/** Inputs and calls that are less usual. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { takeOne, wholeNumbers } from "../test/public.ts";
import { inOrder, inThisOrder, takeAll } from "./_shared.ts";

type Kata = typeof kata;

const ONCE_EACH = "every task has one record, and no record is lost or given twice";

export const inputs = defineScenarios<Kata>(({ tasks }) => [
  tasks({
    id: "A6",
    title: "no tasks, with a time limit and a signal",
    group: "R",
    contract: "after the last record it is done, and no timer or listener stays",
    expected: "done",
    body: ({ asCompleted }, tasks) => {
      const { signal } = tasks.abortController();
      return takeAll(tasks, asCompleted([], { timeout: 1000, limit: 2, signal }));
    },
    check: ({ result }) => result === "done",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "A6b",
    title: "the same promise twice, the same function twice, from a generator",
    group: "R",
    contract: ONCE_EACH,
    expected: "four records, and the generator is read during the call",
    body: async ({ asCompleted }, tasks) => {
      const promise = tasks.later("promise", "p");
      const call = (): Promise<string> => tasks.later("call", "f");
      let isRead = false;
      function* input(): Generator<kata.Task<string>> {
        yield* [promise, call, promise, call];
        isRead = true;
      }
      const iterator = asCompleted(input());
      tasks.assert(isRead, "the input is read during the call");
      return takeAll(tasks, iterator);
    },
    check: ({ result }) =>
      String(result).split(" ").toSorted().join(" ") === "0=p 1=f 2=p 3=f done",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "A6c",
    title: "three next() calls at once, for two tasks",
    group: "R",
    contract: "several next() calls may wait: the first one gets the first record",
    expected: "two records in the order of settling, then done, in the order of the calls",
    body: async ({ asCompleted }, tasks) => {
      const input = wholeNumbers(2).map((i) => tasks.later(`task ${i}`, `v${i}`));
      const iterator = asCompleted(input);
      const calls = wholeNumbers(3).map(() => takeOne(tasks, iterator));
      return (await Promise.all(calls)).join(" ");
    },
    check: ({ result, settled }) => result === `${inOrder(settled)} done`,
    got: inThisOrder,
    required: ["next"],
  }),

  tasks({
    id: "A6d",
    title: "a consumer that is slower than four tasks",
    group: "R",
    contract: ONCE_EACH,
    expected: "a record for each task, in the order of settling, then done",
    body: async ({ asCompleted }, tasks) => {
      const input = wholeNumbers(4).map((i) => tasks.later(`task ${i}`, `v${i}`));
      const iterator = asCompleted(input);
      const first = await takeOne(tasks, iterator);
      await tasks.idle();
      return `${first} ${await takeAll(tasks, iterator)}`;
    },
    check: ({ result, settled }) => result === `${inOrder(settled)} done`,
    got: inThisOrder,
    required: ["next"],
  }),

  tasks({
    id: "A6e",
    title: "thenables, and results that are undefined",
    group: "R",
    contract: "a task is a promise, anything else with a then, or a function",
    expected: "a record for each task: undefined is a value and a reason like any other",
    body: async ({ asCompleted }, tasks) => {
      const input = [
        thenable(() => tasks.later("task 0", "v0")),
        () => thenable(() => tasks.later("task 1", "v1")),
        thenable(() => tasks.fails("task 2", undefined)),
        tasks.later("task 3", undefined),
        () => undefined,
      ];
      return takeAll(tasks, asCompleted<string | undefined>(input));
    },
    check: ({ result, settled }) =>
      result ===
      `4=undefined ${settled.map((label) => ({ "task 0": "0=v0", "task 1": "1=v1", "task 2": "2!undefined" })[label] ?? "3=undefined").join(" ")} done`,
    got: inThisOrder,
    required: ["next"],
  }),
]);

/** Something with a `then` that is no promise, and begins when somebody listens. */
function thenable<T>(begin: () => Promise<T>): PromiseLike<T> {
  let promise: Promise<T> | undefined;
  // oxlint-disable-next-line unicorn/no-thenable -- a task may be one
  return { then: (...handlers) => (promise ??= begin()).then(...handlers) };
}
