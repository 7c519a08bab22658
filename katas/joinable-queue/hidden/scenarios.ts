/** The graded scenarios. They stay in the course repository. */
import { joinableQueue } from "@concurrency-katas/grader/history";
import { type Outcome, type ThreadBody, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

/** Producers, and consumers, at native speed, and what each of them moves. */
const PAIRS = 4;
const EACH = 1_250;

const put =
  (...items: readonly number[]): ThreadBody<Kata> =>
  ({ JoinableQueue }, handle, thread) => {
    const mine = thread.record(JoinableQueue.attach(handle), ["put"]);
    for (const item of items) mine.put(item);
  };

const get =
  (times: number): ThreadBody<Kata> =>
  ({ JoinableQueue }, handle, thread) => {
    const mine = thread.record(JoinableQueue.attach(handle), ["get"]);
    for (let i = 0; i < times; i++) mine.get();
  };

/** One body for all who do the same: such threads may change places, which saves schedules. */
const getOne = get(1);

/** Gets an item and reports it as done, `tasks` times: what every consumer is meant to do. */
const work =
  (tasks: number): ThreadBody<Kata> =>
  ({ JoinableQueue }, handle, thread) => {
    const mine = thread.record(JoinableQueue.attach(handle), ["get", "taskDone"]);
    for (let i = 0; i < tasks; i++) {
      mine.get();
      const code = thread.codeOf(() => {
        mine.taskDone();
      });
      thread.assert(code === "nothing", "a task whose item was got is unfinished until taskDone()");
    }
  };

const workOnce = work(1);

const join: ThreadBody<Kata> = ({ JoinableQueue }, handle, thread) => {
  thread.record(JoinableQueue.attach(handle), ["join"]).join();
};

/** What is left, read by a thread that is alone: the items, the places, the count. */
const takeStock =
  (maxsize: number): ThreadBody<Kata> =>
  ({ JoinableQueue }, handle, thread) => {
    const names = ["put", "get", "qsize", "unfinished"] as const;
    const mine = thread.record(JoinableQueue.attach(handle), names);
    mine.unfinished();
    mine.qsize();
    for (let i = 0; i <= maxsize; i++) thread.codeOf(() => mine.get({ timeout: 0 }));
    for (let i = 0; i <= maxsize; i++) {
      thread.codeOf(() => {
        mine.put(90 + i, { timeout: 0 });
      });
    }
  };

const gotten = (outcome: Outcome): string =>
  outcome
    .results("get")
    .map(String)
    .toSorted((a, b) => Number(a) - Number(b))
    .join(", ");

export default defineScenarios<Kata>(({ threads, stress, program }) => [
  threads({
    id: "T1b",
    title: "a producer of two items and two consumers share a queue for one",
    group: "L",
    contract: "who waits for room or for an item goes on once there is room, or an item for it",
    expected: "every call returns; one consumer gets 1 and the other 2",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 1 }).handle,
    threads: [put(1, 2), getOne, getOne],
    check: (outcome) => gotten(outcome) === "1, 2",
    got: (outcome) => `the consumers got ${gotten(outcome)}`,
    required: ["put", "get"],
    untimed: true,
  }),

  threads({
    id: "T1c",
    title: "a producer of five items and a consumer share a queue for two",
    group: "S",
    contract: "every item that was put comes out once, in the order in which the items went in",
    expected: "the consumer gets 1, 2, 3, 4, 5",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 2 }).handle,
    threads: [put(1, 2, 3, 4, 5), get(5)],
    check: (outcome) => outcome.results("get").join() === "1,2,3,4,5",
    got: (outcome) => `the consumer got ${outcome.results("get").join(", ")}`,
    required: ["put", "get"],
    untimed: true,
  }),

  threads({
    id: "T2",
    title: "two producers and a consumer share a queue for one",
    group: "L",
    contract: "who waits for room or for an item goes on once there is room, or an item for it",
    expected: "every call returns; the consumer gets 1 and 2",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 1 }).handle,
    threads: [put(1), put(2), get(2)],
    check: (outcome) => gotten(outcome) === "1, 2",
    got: (outcome) => `the consumer got ${gotten(outcome)}`,
    required: ["put", "get"],
    untimed: true,
  }),

  threads({
    id: "T3",
    title: "a producer joins while a consumer works on its two tasks",
    group: "S",
    contract: "join() returns only if no task was unfinished at some moment of the call",
    expected: "join() returns after the second taskDone(), and no taskDone() is refused",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 2 }).handle,
    threads: [
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ["put", "join"]);
        mine.put(1);
        mine.put(2);
        mine.join();
      },
      work(2),
    ],
    model: joinableQueue(2),
    required: ["put", "get", "taskDone", "join"],
    untimed: true,
  }),

  threads({
    id: "T3b",
    title: "two consumers report their tasks at once while a third thread joins",
    group: "S",
    contract: "every taskDone() counts, and join() returns after the last one",
    expected: "join() returns after both taskDone(), and nothing is unfinished in the end",
    setup: ({ JoinableQueue }) => {
      const queue = JoinableQueue.create({ maxsize: 2 });
      queue.put(1);
      queue.put(2);
      return queue.handle;
    },
    threads: [join, workOnce, workOnce],
    finally: ({ JoinableQueue }, handle, thread) => {
      thread.record(JoinableQueue.attach(handle), ["unfinished"]).unfinished();
    },
    model: joinableQueue(2, [1, 2]),
    required: ["get", "taskDone", "join"],
    untimed: true,
  }),

  threads({
    id: "T4",
    title: "two threads join while a consumer works on one task",
    group: "L",
    contract: "any number of threads may join, and all of them go on",
    expected: "both join() return after the taskDone()",
    setup: ({ JoinableQueue }) => {
      const queue = JoinableQueue.create({ maxsize: 1 });
      queue.put(1);
      return queue.handle;
    },
    threads: [work(1), join, join],
    model: joinableQueue(1, [1]),
    required: ["get", "taskDone", "join"],
    untimed: true,
  }),

  threads({
    id: "T3c",
    title: "a producer, a consumer and a third thread that joins, all at once",
    group: "S",
    contract: "join() returns only if no task was unfinished at some moment of the call",
    expected: "join() returns before the put() or after the taskDone(), which is not refused",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 1 }).handle,
    threads: [put(1), work(1), join],
    model: joinableQueue(1),
    required: ["put", "get", "taskDone", "join"],
    untimed: true,
  }),

  threads({
    id: "T5",
    title: "a put and a get with a time limit beside two puts without one, in a queue for two",
    group: "R",
    contract: "FULL stores nothing and counts nothing; EMPTY takes nothing",
    expected: "afterwards the queue has what was stored and not taken, and all of its places",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 2 }).handle,
    threads: [
      put(1, 3),
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ["put"]);
        thread.codeOf(() => {
          mine.put(2, { timeout: 5 });
        });
      },
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ["get"]);
        if (thread.codeOf(() => mine.get({ timeout: 5 })) === "EMPTY") mine.get();
      },
    ],
    finally: takeStock(2),
    model: joinableQueue(2),
    required: ["put", "get"],
    seen: {
      what: "a put with a time limit that has stored its item",
      in: ({ operations }) =>
        operations.some(({ args, outcome }) => args[0] === 2 && outcome.kind === "returned"),
    },
  }),

  threads({
    id: "T5b",
    title: "a get with a time limit beside a get without one, for one item",
    group: "R",
    contract: "who gives up leaves its item, and its wake-up, to those who still wait",
    expected: "the get() without a limit returns, and nothing is lost",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 1 }).handle,
    threads: [
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ["get", "put"]);
        if (thread.codeOf(() => mine.get({ timeout: 5 })) === "nothing") mine.put(2);
      },
      get(1),
      put(1),
    ],
    finally: takeStock(1),
    model: joinableQueue(1),
    required: ["put", "get"],
    seen: {
      what: "a get with a time limit that got the item",
      in: ({ operations }) => operations.some(({ args }) => args[0] === 2),
    },
  }),

  threads({
    id: "T5c",
    title: "a join with a time limit beside a join without one",
    group: "R",
    contract: "join() answers false if the time is up first, and disturbs no other call",
    expected: "the join() without a limit returns after the taskDone(), the other true or false",
    setup: ({ JoinableQueue }) => {
      const queue = JoinableQueue.create({ maxsize: 1 });
      queue.put(1);
      return queue.handle;
    },
    threads: [
      ({ JoinableQueue }, handle, thread) => {
        thread.record(JoinableQueue.attach(handle), ["join"]).join({ timeout: 5 });
      },
      join,
      work(1),
    ],
    finally: takeStock(1),
    model: joinableQueue(1, [1]),
    required: ["get", "taskDone", "join"],
  }),

  threads({
    id: "T6",
    title: "a third thread looks at the tasks while two items are put, taken and done",
    group: "S",
    contract: "every answer is one that some order of the calls gives",
    expected: "some order of the calls explains every answer",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 2 }).handle,
    threads: [
      put(1, 2),
      work(2),
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ["unfinished", "join"]);
        mine.unfinished();
        mine.join({ timeout: 0 });
      },
    ],
    finally: takeStock(2),
    model: joinableQueue(2),
    required: ["put", "get", "taskDone", "unfinished", "join"],
    seen: {
      what: "a task that was not finished",
      in: (outcome) => outcome.results("join").includes(false),
    },
  }),

  threads({
    id: "T6b",
    title: "a third thread asks for the size while two items go through a queue for one",
    group: "S",
    contract: "every answer is one that some order of the calls gives",
    expected: "some order of the calls explains every answer",
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 1 }).handle,
    threads: [
      put(1, 2),
      get(2),
      ({ JoinableQueue }, handle, thread) => {
        const mine = thread.record(JoinableQueue.attach(handle), ["qsize"]);
        mine.qsize();
      },
    ],
    finally: takeStock(1),
    model: joinableQueue(1),
    required: ["put", "get", "qsize"],
    seen: {
      what: "an item in the queue",
      in: (outcome) => outcome.results("qsize").includes(1),
    },
    untimed: true,
  }),

  threads({
    id: "T7",
    title: "one thread waits for room, one for the last task, and a third works",
    group: "C",
    contract: "a thread that has to wait sleeps until somebody wakes it",
    expected: "every call returns, and no thread looks again and again or sleeps by the clock",
    setup: ({ JoinableQueue }) => {
      const queue = JoinableQueue.create({ maxsize: 1 });
      queue.put(1);
      return queue.handle;
    },
    threads: [put(2), join, work(2)],
    model: joinableQueue(1, [1]),
    required: ["put", "get", "taskDone", "join"],
    untimed: true,
  }),

  stress({
    id: "S",
    title: "four producers and four consumers at full speed, in a queue for three",
    group: "S",
    contract: "every item that was put comes out once, in the order in which the items went in",
    expected: "every item once, each producer's in its order; nothing left, nothing unfinished",
    workers: 2 * PAIRS,
    runs: 2,
    setup: ({ JoinableQueue }) => JoinableQueue.create({ maxsize: 3 }).handle,
    body: ({ JoinableQueue }, handle, { index }) => {
      const mine = JoinableQueue.attach(handle);
      const items: number[] = [];
      for (let i = 0; i < EACH; i++) {
        if (index < PAIRS) mine.put(index * EACH + i);
        else {
          items.push(mine.get());
          mine.taskDone();
        }
      }
      mine.join();
      return items;
    },
    finally: ({ JoinableQueue }, handle) => {
      const mine = JoinableQueue.attach(handle);
      return [mine.qsize(), mine.unfinished()];
    },
    check: ({ results, final }) => {
      const consumers = (results as readonly (readonly number[])[]).slice(PAIRS);
      const eaten = consumers.flat().toSorted((a, b) => a - b);
      return (
        eaten.length === PAIRS * EACH &&
        eaten.every((item, i) => item === i) &&
        consumers.every(isInOrder) &&
        String(final) === "0,0"
      );
    },
  }),

  program({
    id: "S2",
    title: "two kitchens at once, one with a queue for one and more cooks than eaters",
    group: "R",
    contract: "runKitchen() resolves when every dish is processed and none of its workers is left",
    expected: "each kitchen has eaten each of its dishes once, and all workers have ended",
    runs: 2,
    body: async ({ runKitchen }) => {
      const kitchens = await Promise.all([
        runKitchen({ cooks: 3, dishes: 5, eaters: 2, maxsize: 1 }),
        runKitchen({ cooks: 1, dishes: 8, eaters: 1, maxsize: 3 }),
      ]);
      return kitchens.map(({ eaten }) => eaten.toSorted((a, b) => a - b).join());
    },
    check: ({ result }) => String(result) === String([wholeNumbers(15), wholeNumbers(8)]),
    got: () => "a kitchen whose dishes are not the ones that were put",
  }),

  program({
    id: "S2b",
    title: "a kitchen without cooks, with the largest queue",
    group: "R",
    contract: "without cooks there is nothing to do: runKitchen() ends at once, with no dish",
    expected: "no dish is eaten, and all workers have ended",
    runs: 1,
    body: async ({ runKitchen }) =>
      (await runKitchen({ cooks: 0, dishes: 3, eaters: 2, maxsize: 65_536 })).eaten,
    check: ({ result }) => String(result) === "",
    got: () => "dishes that nobody has put",
  }),
]);

/** 0, 1, 2, …, as many as `count`. */
function wholeNumbers(count: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => i);
}

/** Whether the items of each producer came in the order in which it put them. */
function isInOrder(items: readonly number[]): boolean {
  const last = new Map<number, number>();
  return items.every((item) => {
    const producer = Math.floor(item / EACH);
    const isLater = item > (last.get(producer) ?? -1);
    last.set(producer, item);
    return isLater;
  });
}
