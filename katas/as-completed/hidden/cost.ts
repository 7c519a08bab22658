/** What it costs, and what it leaves behind. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { recorded, textOf, wholeNumbers } from "../test/public.ts";
import type { Context } from "./_shared.ts";

type Kata = typeof kata;

/** Promises that the linear work of one task may take, with what the scenario itself needs. */
const PROMISES_PER_TASK = 30;

export const cost = defineScenarios<Kata>(({ tasks, program }) => [
  tasks({
    id: "A7",
    title: "500 and 5,000 tasks one after the other",
    group: "C",
    contract: "the work for one task does not grow with the number of tasks",
    expected: `all records, with at most ${PROMISES_PER_TASK} promises for each`,
    sizes: [500, 5000],
    counted: true,
    body: async ({ asCompleted }, tasks) => {
      const input = wholeNumbers(tasks.size).map((i) => {
        const settled = tasks.sleep(i);
        return i % 2 === 0 ? settled : () => settled;
      });
      const before = tasks.promises();
      let seen = 0;
      for await (const record of asCompleted(input)) if (record.index === seen) seen++;
      const { length } = input;
      tasks.assert(
        tasks.promises() - before <= length * PROMISES_PER_TASK,
        `${length} tasks take at most ${length * PROMISES_PER_TASK} promises`,
      );
      return tasks.operation("records", [], () => seen);
    },
    check: ({ result, size }) => result === size,
    got: ({ result }) => `${String(result)} records in order`,
    required: ["records"],
  }),

  tasks({
    id: "A7b",
    title: "a function never settles, and the consumer leaves",
    group: "C",
    contract: "when it is done, no variable of the module holds on to a task",
    expected: "the function that runs for ever, and one that never started, are garbage",
    body: async ({ asCompleted }, tasks) => {
      const { signal } = tasks.abortController();
      const forEver = (): Promise<string> => new Promise(() => undefined);
      const never = (): string => "v2";
      tasks.mustCollect(forEver, "the function that never settles");
      tasks.mustCollect(never, "the function that never started");
      tasks.keep(asCompleted);
      const input = [tasks.later("task 0", "v0"), forEver, never];
      for await (const record of recorded(tasks, asCompleted(input, { limit: 1, signal }))) {
        return textOf(record);
      }
      return "no record";
    },
    check: ({ result }) => result !== "no record",
    got: ({ result }) => String(result),
    required: ["next", "return"],
  }),

  program({
    id: "S",
    title: "a program with real timers: to the end, until the time is up, and left early",
    group: "C",
    contract: "no timer and no listener stays: the program ends by itself",
    expected: "1 0, TIMEOUT, and 0; nothing is left",
    runs: 1,
    body: async ({ asCompleted }) => {
      const seen: string[] = [];
      const options = { timeout: 60_000 };
      for await (const { index } of asCompleted([after(30), after(5)], options)) {
        seen.push(String(index));
      }
      try {
        const never = new Promise<void>(() => undefined);
        for await (const { index } of asCompleted([never], { timeout: 20 })) {
          seen.push(String(index));
        }
      } catch (error) {
        seen.push(String((error as { readonly code?: string }).code));
      }
      for await (const { index } of asCompleted([after(0), untilAborted], options)) {
        seen.push(String(index));
        break;
      }
      return seen.join(" ");
    },
    check: ({ result }) => result === "1 0 TIMEOUT 0",
    got: ({ result }) => String(result),
  }),
]);

/** A promise of real time. */
function after(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** A minute of work, unless somebody aborts it. */
function untilAborted({ signal }: Context): Promise<void> {
  return new Promise((_, reject) => {
    const timer = setTimeout(reject, 60_000);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
