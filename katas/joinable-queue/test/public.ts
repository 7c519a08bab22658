/** The public scenarios: what `npm test` shows to everybody. */
import { joinableQueue } from "@concurrency-katas/grader/history";
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

const ALL = ["put", "get", "taskDone", "join", "qsize", "unfinished"] as const;

export default defineScenarios<Kata>(({ threads, program }) => [
  threads({
    id: "B1",
    title: "one thread, two objects of one handle: five items through a queue for two",
    group: "B",
    contract: "items come out in the order in which they went in; get() does not finish a task",
    expected: "every call answers as if the queue were one ordinary object",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 2 }).handle,
    threads: [
      ({ JoinableQueue }, handle, thread) => {
        const here = thread.record(JoinableQueue.attach(handle), ALL);
        const same = thread.record(JoinableQueue.attach(handle), ALL);
        here.join();
        here.put(7);
        same.put(-1);
        here.qsize();
        for (const item of [0, 2_147_483_647, -2_147_483_648]) {
          here.get();
          same.put(item);
        }
        same.unfinished();
        here.get();
        same.get();
        here.qsize();
        for (let task = 0; task < 5; task++) {
          thread.codeOf(() => {
            here.taskDone();
          });
        }
        same.unfinished();
        same.join({ timeout: 0 });
      },
    ],
    model: joinableQueue(2),
    required: [...ALL],
  }),

  threads({
    id: "B2",
    title: "one thread: time limits, and arguments that are not allowed",
    group: "B",
    contract: "FULL stores nothing, EMPTY takes nothing, and join() answers false",
    expected: "FULL, EMPTY or false exactly if there is nothing to do; RangeError changes nothing",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 3 }).handle,
    threads: [
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ALL);
        const now = { timeout: 0 };
        const soon = { timeout: 5 };
        thread.codeOf(() => mine.get(now));
        thread.codeOf(() => mine.get(soon));
        mine.join(now);
        for (const item of [1, 2, 3]) thread.codeOf(() => mine.put(item, now));
        thread.codeOf(() => mine.put(4, now));
        thread.codeOf(() => mine.put(5, soon));
        mine.join(now);
        mine.join(soon);
        for (const timeout of [-1, NaN]) {
          thread.codeOf(() => mine.put(6, { timeout }));
          thread.codeOf(() => mine.get({ timeout }));
          thread.codeOf(() => mine.join({ timeout }));
        }
        mine.unfinished();
        mine.qsize();
        for (let i = 0; i < 4; i++) thread.codeOf(() => mine.get(now));
        for (const maxsize of [0, -1, 1.5, 65_537, NaN]) {
          const code = thread.codeOf(() => JoinableQueue.create({ maxsize }));
          thread.assert(code === "RangeError", `a queue for ${maxsize} items is a RangeError`);
        }
      },
    ],
    model: joinableQueue(3),
    required: ["put", "get", "join"],
  }),

  threads({
    id: "B3",
    title: "one thread: taskDone() more often than put()",
    group: "B",
    contract: "one taskDone() more than there were put() is TASK_DONE and changes nothing",
    expected: "TASK_DONE whenever no task is unfinished, and a right count afterwards",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 2 }).handle,
    threads: [
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ALL);
        thread.codeOf(() => {
          mine.taskDone();
        });
        mine.unfinished();
        mine.put(1);
        mine.put(2);
        mine.get();
        mine.taskDone();
        thread.codeOf(() => {
          mine.taskDone();
        });
        thread.codeOf(() => {
          mine.taskDone();
        });
        mine.unfinished();
        mine.join({ timeout: 0 });
        mine.put(3);
        mine.unfinished();
      },
    ],
    model: joinableQueue(2),
    required: ["put", "get", "taskDone", "unfinished"],
  }),

  threads({
    id: "T1",
    title: "a producer of two items and a consumer share a queue for one",
    group: "S",
    contract: "every item that was put comes out once, in the order in which the items went in",
    expected: "the consumer gets 1, then 2",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 1 }).handle,
    threads: [
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ["put"]);
        mine.put(1);
        mine.put(2);
      },
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ["get"]);
        mine.get();
        mine.get();
      },
    ],
    check: (outcome) => outcome.results("get").join() === "1,2",
    got: (outcome) => `the consumer got ${outcome.results("get").join(", then ")}`,
    required: ["put", "get"],
    untimed: true,
  }),

  program({
    id: "S1",
    title: "a kitchen of two cooks with ten dishes each, and two eaters who are slower",
    group: "R",
    contract: "runKitchen() resolves when every dish is processed and none of its workers is left",
    expected: "dishes 0 to 19 are eaten once each, and all workers have ended",
    runs: 1,
    body: async ({ runKitchen }) =>
      (await runKitchen({ cooks: 2, dishes: 10, eaters: 2, maxsize: 20 })).eaten,
    check: ({ result }) => {
      const eaten = (result as readonly number[]).toSorted((a, b) => a - b);
      return eaten.length === 20 && eaten.every((dish, i) => dish === i);
    },
    got: ({ result }) =>
      (result as readonly number[]).length < 20 ? "dishes are missing" : "other dishes than these",
  }),
]);
