/** The hidden scenarios: they stay with the course, and graders add them to the public ones. */
import { type TaskOutcome, type Tasks, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;
type Context = { readonly signal: AbortSignal };

const IN_ORDER = "records come in the order in which the tasks settle";
const AT_ONCE =
  "functions start in the order of the input, as soon as fewer than limit are unsettled";
const NO_EXCEPTION = "a rejection is a record: never an exception, never unhandled";
const STOPPED =
  "after an early end the functions' signal has aborted, and no further function starts";
const IN_TIME =
  "when the time is up, next() gives the records of what has settled, then rejects with TIMEOUT";
const ABORTED = "when the signal aborts, next() rejects with its reason, ahead of any record";
const ONCE_EACH = "every task has one record, and no record is lost or given twice";

/** Promises that the linear work of one task may take, with what the scenario itself needs. */
const PROMISES_PER_TASK = 30;

export default defineScenarios<Kata>(({ tasks, program }) => {
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
        tasks.assert(
          context?.aborted === true,
          "after the error the functions' signal has aborted",
        );
        return `${seen} ${await takeOne(tasks, iterator)}`;
      },
      check: ({ result, settled }) => result === `${inOrder(settled.slice(0, 1))} done`,
      got: inThisOrder,
      required: ["next", "return"],
    }),

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
  ];
});

/** 0, 1, 2, …, as many as `count`. */
function wholeNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** The iterator of `iterable`, with its calls in the story. */
function recorded<T>(
  tasks: Tasks,
  iterable: AsyncIterableIterator<kata.Settled<T>>,
): AsyncIterableIterator<kata.Settled<T>> {
  const iterator = iterable[Symbol.asyncIterator]();
  return {
    next: () => tasks.operation("next", [], () => iterator.next()),
    return: () => tasks.operation("return", [], async () => iterator.return!()),
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** A record in short: `3=value`, or `3!message` of an error. */
function textOf(record: kata.Settled<unknown>): string {
  if (record.status === "fulfilled") return `${record.index}=${String(record.value)}`;
  const reason = record.reason as { readonly message?: string } | undefined;
  return `${record.index}!${reason?.message}`;
}

/** What a rejection says, in short. */
function textOfError(error: unknown): string {
  const { code, message, pending } = error as Error & Record<"code" | "pending", unknown>;
  return code === "TIMEOUT" ? `TIMEOUT/${String(pending)}` : message;
}

/** What one `next()` comes to, in short. */
async function takeOne(
  tasks: Tasks,
  iterator: AsyncIterator<kata.Settled<unknown>, undefined>,
): Promise<string> {
  try {
    const { value } = await tasks.operation("next", [], () => iterator.next());
    return value === undefined ? "done" : textOf(value);
  } catch (error) {
    return textOfError(error);
  }
}

/** What `next()` comes to until it is done, in short. */
async function takeAll(
  tasks: Tasks,
  iterator: AsyncIterator<kata.Settled<unknown>, undefined>,
): Promise<string> {
  const seen: string[] = [];
  while (seen.at(-1) !== "done") seen.push(await takeOne(tasks, iterator));
  return seen.join(" ");
}

/** What `call` rejects with, in short. */
async function reject(tasks: Tasks, call: () => Promise<unknown>): Promise<string> {
  try {
    await tasks.operation("runAll", [], call);
    return "fulfilled";
  } catch (error) {
    if ((error as { readonly code?: unknown }).code === "TODO") throw error;
    return textOfError(error);
  }
}

/** A promise that settles in so many milliseconds, and a line in the story when it does. */
async function settling(tasks: Tasks, ms: number, i: number): Promise<string> {
  await tasks.sleep(ms);
  tasks.note(`task ${i} settles`);
  return `v${i}`;
}

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

/** The records of tasks that settled in this order; those of `rejected` did so with "no". */
function inOrder(settled: TaskOutcome["settled"], rejected: readonly number[] = []): string {
  const indexes = settled.map((label) => Number(label.replace("task ", "")));
  return indexes.map((i) => (rejected.includes(i) ? `${i}!no` : `${i}=v${i}`)).join(" ");
}

/** A result that is wrong for this order of settling. */
function inThisOrder({ result, settled }: TaskOutcome): string {
  return `${String(result)}, settled ${settled.join(", ").replaceAll("task ", "")}`;
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

/** Something with a `then` that is no promise, and begins when somebody listens. */
function thenable<T>(begin: () => Promise<T>): PromiseLike<T> {
  let promise: Promise<T> | undefined;
  // oxlint-disable-next-line unicorn/no-thenable -- a task may be one
  return { then: (...handlers) => (promise ??= begin()).then(...handlers) };
}

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
