/** Time is up, or somebody aborts. */
import { type Tasks, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { takeOne, wholeNumbers } from "../test/public.ts";
import { type Context, inOrder, reject, takeAll } from "./_shared.ts";

type Kata = typeof kata;

const IN_TIME =
  "when the time is up, next() gives the records of what has settled, then rejects with TIMEOUT";

const ABORTED = "when the signal aborts, next() rejects with its reason, ahead of any record";

export const deadlines = defineScenarios<Kata>(({ tasks }) => [
  tasks({
    id: "A5",
    title: "three promises, and the time is up at any moment",
    group: "L",
    contract: IN_TIME,
    expected: "the records of what settled in time; then TIMEOUT if something had not, then done",
    explore: { overtakes: 1 },
    body: async ({ asCompleted }, tasks) => {
      const late: number[] = [];
      const input = wholeNumbers(3).map(async (i) => {
        await tasks.later(`task ${i}`, i);
        if (tasks.now() >= 100) late.push(i);
        return `v${i}`;
      });
      const seen = await takeAll(tasks, asCompleted(input, { timeout: 100 }));
      await tasks.idle();
      return { seen, late: late.length };
    },
    check: ({ result, settled }) => {
      const { seen, late } = result as { readonly seen: string; readonly late: number };
      const inTime = settled.slice(0, 3 - late);
      const records = inTime.length === 0 ? "" : `${inOrder(inTime)} `;
      return seen === `${records}${late === 0 ? "" : `TIMEOUT/${late} `}done`;
    },
    got: ({ result }) => (result as { readonly seen: string }).seen,
    required: ["next"],
  }),

  tasks({
    id: "A5b",
    title: "tasks settle before the time is up, at that moment, and after it",
    group: "L",
    contract: "timeout counts from the call to asCompleted(), for all tasks together",
    expected: "0=v0 1=v1 2=v2, then TIMEOUT with 1 pending, at 30 ms",
    body: async ({ asCompleted }, tasks) => {
      const input = [10, 20, 30, 40].map((ms, i) => settling(tasks, ms, i));
      const iterator = asCompleted(input, { timeout: 30 });
      const seen = await takeAll(tasks, iterator);
      return { seen, at: tasks.now() };
    },
    check: ({ result }) => {
      const { seen, at } = result as { readonly seen: string; readonly at: number };
      return seen === "0=v0 1=v1 2=v2 TIMEOUT/1 done" && at === 30;
    },
    got: ({ result }) => {
      const { seen, at } = result as { readonly seen: string; readonly at: number };
      return `${seen}, at ${at} ms`;
    },
    required: ["next"],
  }),

  tasks({
    id: "A5c",
    title: "the consumer is busy when the time is up",
    group: "L",
    contract: `${IN_TIME}; what it stops, it stops then`,
    expected: "1=v1 2=v2, TIMEOUT with 3 pending, done; the functions' signal aborts at 30 ms",
    body: async ({ asCompleted }, tasks) => {
      let abortedAt = -1;
      let startedLate = false;
      const running = ({ signal }: Context): Promise<string> => {
        signal.addEventListener("abort", () => {
          abortedAt = tasks.now();
        });
        return settling(tasks, 40, 0);
      };
      const upcoming = (): string => {
        startedLate = tasks.now() >= 30;
        return "v4";
      };
      const promises = [10, 20, 50].map((ms, i) => settling(tasks, ms, i + 1));
      const input = [running, ...promises, upcoming];
      const iterator = asCompleted<string>(input, { timeout: 30, limit: 1 });
      const first = await takeOne(tasks, iterator);
      tasks.note("the consumer is busy for 100 ms");
      await tasks.sleep(100);
      tasks.assert(abortedAt === 30, "the functions' signal aborts when the time is up");
      tasks.assert(!startedLate, "no function starts when the time is up");
      return `${first} ${await takeAll(tasks, iterator)}`;
    },
    check: ({ result }) => result === "1=v1 2=v2 TIMEOUT/3 done",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "A5d",
    title: "everything has settled in time, and the consumer comes after that",
    group: "L",
    contract: "when every task has settled in time, there is no TIMEOUT",
    expected: "1=v1 0=v0 done",
    body: async ({ asCompleted }, tasks) => {
      const input = [20, 10].map((ms, i) => settling(tasks, ms, i));
      const { signal } = tasks.abortController();
      const iterator = asCompleted(input, { timeout: 30, signal });
      await tasks.sleep(100);
      return takeAll(tasks, iterator);
    },
    check: ({ result }) => result === "1=v1 0=v0 done",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "A5e",
    title: "a time limit of 0, and the first next() comes late",
    group: "L",
    contract: "a timeout of 0 gives what had settled before the call",
    expected: "0=v0, TIMEOUT with 2 pending, done",
    body: async ({ asCompleted }, tasks) => {
      const input = [Promise.resolve("v0"), tasks.never("task 1"), tasks.sleep(10)];
      const iterator = asCompleted<unknown>(input, { timeout: 0 });
      await tasks.sleep(50);
      return takeAll(tasks, iterator);
    },
    check: ({ result }) => result === "0=v0 TIMEOUT/2 done",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "A5f",
    title: "the signal aborts at any moment, also when all is over",
    group: "L",
    contract: ABORTED,
    expected: "the records of what settled before it, the signal's reason, done",
    body: async ({ asCompleted }, tasks) => {
      const controller = tasks.abortController();
      let started = 0;
      const input = [
        tasks.later("task 0", "v0"),
        async () => {
          started++;
          await tasks.later("task 1", "v1");
          return "v1";
        },
        async () => {
          started++;
          await tasks.later("task 2", "v2");
          return "v2";
        },
      ];
      let startedBefore = 2;
      tasks.event("abort", () => {
        startedBefore = started;
        controller.abort(new Error("enough"));
      });
      const { signal } = controller;
      const iterator = asCompleted(input, { limit: 1, timeout: 1000, signal });
      const seen = await takeAll(tasks, iterator);
      await tasks.idle();
      tasks.assert(started === startedBefore, "after the abort no further function starts");
      return seen;
    },
    check: ({ result, settled }) => {
      const at = settled.indexOf("abort");
      const records = inOrder(settled.slice(0, at));
      const isOver = at === 3;
      return result === [records, isOver ? "" : "enough", "done"].filter(Boolean).join(" ");
    },
    got: ({ result }) => String(result),
    required: ["next"],
    seen: {
      what: "an abort before the first record",
      in: ({ settled }) => settled[0] === "abort",
    },
  }),

  tasks({
    id: "A5g",
    title: "the consumer is busy when the signal aborts, and two records are waiting",
    group: "L",
    contract: ABORTED,
    expected: "the signal's reason, done",
    body: async ({ asCompleted }, tasks) => {
      const controller = tasks.abortController();
      const input = [tasks.later("task 0", "v0"), tasks.later("task 1", "v1"), tasks.never("2")];
      const iterator = asCompleted<string>(input, { signal: controller.signal });
      await tasks.idle();
      controller.abort(new Error("enough"));
      await tasks.turn();
      return takeAll(tasks, iterator);
    },
    check: ({ result }) => result === "enough done",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "A5h",
    title: "the signal has aborted before the call",
    group: "L",
    contract: `${ABORTED}; no function starts`,
    expected: "the signal's reason, done; no function has started",
    body: async ({ asCompleted }, tasks) => {
      const controller = tasks.abortController();
      controller.abort(new Error("enough"));
      let started = 0;
      const input = [
        tasks.fails("task 0", new Error("no")),
        () => {
          started++;
          return "v1";
        },
      ];
      const { signal } = controller;
      const seen = await takeAll(tasks, asCompleted<string>(input, { signal, timeout: 1000 }));
      tasks.assert(started === 0, "no function starts when the signal has aborted");
      return seen;
    },
    check: ({ result }) => result === "enough done",
    got: ({ result }) => String(result),
    required: ["next"],
  }),

  tasks({
    id: "A5i",
    title: "a function aborts the signal while it is being called",
    group: "L",
    contract: `${ABORTED}; no further function starts`,
    expected: "functions 0 and 1 start, 2 does not; the signal's reason, done",
    body: async ({ asCompleted }, tasks) => {
      const controller = tasks.abortController();
      const started: number[] = [];
      const functions = wholeNumbers(3).map((i) => () => {
        started.push(i);
        if (i === 1) controller.abort(new Error("enough"));
        return tasks.later(`task ${i}`, i);
      });
      const seen = await takeAll(tasks, asCompleted(functions, { signal: controller.signal }));
      return { seen, started: started.join(" ") };
    },
    check: ({ result }) => {
      const { seen, started } = result as { readonly seen: string; readonly started: string };
      return seen === "enough done" && started === "0 1";
    },
    got: ({ result }) => {
      const { seen, started } = result as { readonly seen: string; readonly started: string };
      return `started ${started}; ${seen}`;
    },
    required: ["next"],
  }),

  tasks({
    id: "A5j",
    title: "runAll() with a time limit, and with a signal",
    group: "L",
    contract: "runAll() rejects as next() does",
    expected: "TIMEOUT with 1 pending, and the signal's reason",
    body: async ({ runAll }, tasks) => {
      const controller = tasks.abortController();
      const input = [tasks.sleep(10), tasks.never("task 1")];
      const seen = [await reject(tasks, () => runAll<unknown>(input, { timeout: 20 }))];
      const { signal } = controller;
      const running = reject(tasks, () => runAll<unknown>(input, { signal }));
      await tasks.turn();
      controller.abort(new Error("enough"));
      seen.push(await running);
      return seen.join(" ");
    },
    check: ({ result }) => result === "TIMEOUT/1 enough",
    got: ({ result }) => String(result),
  }),
]);

/** A promise that settles in so many milliseconds, and a line in the story when it does. */
async function settling(tasks: Tasks, ms: number, i: number): Promise<string> {
  await tasks.sleep(ms);
  tasks.note(`task ${i} settles`);
  return `v${i}`;
}
