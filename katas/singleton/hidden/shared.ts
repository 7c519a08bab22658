/** The singleton that threads share. */
import { defineModel, throws } from "@concurrency-katas/grader/history";
import { type Outcome, type Thread, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { type Init, NO_CONNECTION, building, get } from "./_shared.ts";

type Kata = typeof kata;

/** A record of two cells that belong together: any other pair is half of something. */
const pair = (tag: number): string => `${tag},${-tag}`;

/** What a singleton does when its calls come one after the other: the first tag that is built stays. */
const singleton = defineModel({
  name: "singleton",
  initial: "",
  operations: {
    getInstance: (built, tag: number) => {
      const record = built === "" ? pair(tag) : built;
      return [record, record];
    },
    failing: (built) => (built === "" ? throws(built, NO_CONNECTION) : [built, built]),
    reentrant: (built) => (built === "" ? throws(built, "REENTRANT") : [built, built]),
    ready: (built) => [built, built !== ""],
    init: (built) => [built],
    "failing init": (built) => [built],
  },
});

/** An init that gives up in the middle. */
const failing =
  (thread: Thread, tag: number): Init =>
  (view) => {
    thread.operation("failing init", [tag], () => {
      view[1] = tag;
    });
    throw Object.assign(new Error("no connection"), { code: NO_CONNECTION });
  };

/** The same with an init that throws; what it throws is in the history. */
function tryToGet(thread: Thread, object: kata.SharedSingleton, tag: number): void {
  thread.codeOf(() =>
    thread.operation("failing", [tag], () => object.getInstance(failing(thread, tag)).join()),
  );
}

/** Builds the singleton `b` of T5. */
const buildB =
  (thread: Thread): Init =>
  (view) => {
    thread.operation("init b", [], () => {
      view[0] = 2;
    });
  };

const isReady = (thread: Thread, object: kata.SharedSingleton): boolean =>
  thread.operation("ready", [], () => object.ready);

/** One init came to its end, and it had found the cells as they were at first. */
function isBuiltOnce(outcome: Outcome): boolean {
  const found = outcome.operations.flatMap(({ name, outcome: answer }) =>
    name === "init" && answer.kind === "returned" ? [answer.value] : [],
  );
  return found.length === 1 && found[0] === "0,0";
}

function threwNoConnection({ operations }: Outcome): boolean {
  return operations.some(
    ({ name, outcome }) =>
      name === "failing" && outcome.kind === "threw" && outcome.code === NO_CONNECTION,
  );
}

export const shared = defineScenarios<Kata>(({ threads, stress }) => [
  threads({
    id: "T1b",
    title: "three threads with large and sparse ids call getInstance at once",
    group: "S",
    contract: "the first caller runs init; all others wait until it is finished",
    expected: "init runs once, and all three calls return",
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: 1 }).handle,
    threads: [1, 2, 3].map((tag) => ({ SharedSingleton }, handle, thread) => {
      const mine = SharedSingleton.attach(handle);
      thread.operation("getInstance", [], () => {
        mine.getInstance((view) => {
          thread.operation("init", [], () => {
            view[0] = tag;
          });
        });
      });
    }),
    threadIds: [0, 7, 1_000_003],
    check: (outcome) => outcome.results("init").length === 1,
    got: (outcome) => `init ran ${outcome.results("init").length} times`,
    required: ["getInstance"],
  }),

  threads({
    id: "T1c",
    title: "three threads read the record that one of them builds",
    group: "S",
    contract: "whoever returns from getInstance sees every value that init wrote",
    expected: "all three read the same record, and it is whole",
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: 2 }).handle,
    threads: [1, 2, 3].map((tag) => ({ SharedSingleton }, handle, thread) => {
      get(thread, SharedSingleton.attach(handle), tag);
    }),
    model: singleton,
    check: isBuiltOnce,
    got: (outcome) => `records read: ${outcome.results("getInstance").join(" and ")}`,
    required: ["getInstance"],
  }),

  threads({
    id: "T2",
    title: "two threads have an init that works, a third one's throws",
    group: "R",
    contract:
      "if init throws, its caller gets the error, the cells are zero again, and one other caller tries its own init",
    expected:
      "one init succeeds, from cells of 0, and only the caller whose own init threw gets an error",
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: 2 }).handle,
    threads: [
      ({ SharedSingleton }, handle, thread) => {
        tryToGet(thread, SharedSingleton.attach(handle), 9);
      },
      ({ SharedSingleton }, handle, thread) => {
        get(thread, SharedSingleton.attach(handle), 1);
      },
      ({ SharedSingleton }, handle, thread) => {
        get(thread, SharedSingleton.attach(handle), 2);
      },
    ],
    finally: ({ SharedSingleton }, handle, thread) => {
      const mine = SharedSingleton.attach(handle);
      isReady(thread, mine);
      get(thread, mine, 3);
    },
    model: singleton,
    check: isBuiltOnce,
    required: ["getInstance"],
    seen: { what: "an init that threw", in: threwNoConnection },
  }),

  threads({
    id: "T2b",
    title: "three threads try, every init throws, and then the main thread tries",
    group: "R",
    contract: "after a failure one other caller, waiting or later, tries its own init",
    expected: "everybody gets the own error, nothing is ever ready, and nobody hangs",
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: 2 }).handle,
    threads: [
      ({ SharedSingleton }, handle, thread) => {
        tryToGet(thread, SharedSingleton.attach(handle), 7);
      },
      ({ SharedSingleton }, handle, thread) => {
        const mine = SharedSingleton.attach(handle);
        isReady(thread, mine);
        tryToGet(thread, mine, 8);
      },
      ({ SharedSingleton }, handle, thread) => {
        tryToGet(thread, SharedSingleton.attach(handle), 6);
      },
    ],
    finally: ({ SharedSingleton }, handle, thread) => {
      get(thread, SharedSingleton.attach(handle), 3);
    },
    model: singleton,
    check: (outcome) => outcome.results("failing init").length === 3 && isBuiltOnce(outcome),
    required: ["getInstance"],
    seen: { what: "an init that threw", in: threwNoConnection },
  }),

  threads({
    id: "T3",
    title: "a thread looks at ready, and two attach when the record is built",
    group: "S",
    contract: "later callers see every value that init wrote, and their inits are ignored",
    expected: "ready is true from the end of the construction on, and all read the same record",
    setup: ({ SharedSingleton }, main) => ({
      singleton: SharedSingleton.create({ cells: 2 }).handle,
      built: main.createGate("built"),
    }),
    threads: [
      ({ SharedSingleton }, handle, thread) => {
        const { singleton, built } = handle as { singleton: unknown; built: unknown };
        get(thread, SharedSingleton.attach(singleton), 1);
        thread.gate(built).open();
      },
      ({ SharedSingleton }, handle, thread) => {
        const mine = SharedSingleton.attach((handle as { singleton: unknown }).singleton);
        if (isReady(thread, mine)) get(thread, mine, 2);
      },
      ({ SharedSingleton }, handle, thread) => {
        const { singleton, built } = handle as { singleton: unknown; built: unknown };
        thread.gate(built).pass();
        const late = SharedSingleton.attach(singleton);
        isReady(thread, late);
        get(thread, late, 3);
        get(thread, SharedSingleton.attach(singleton), 4);
      },
    ],
    threadIds: [3, 0, 40_000],
    finally: ({ SharedSingleton }, handle, thread) => {
      const mine = SharedSingleton.attach((handle as { singleton: unknown }).singleton);
      isReady(thread, mine);
      get(thread, mine, 5);
    },
    model: singleton,
    check: isBuiltOnce,
    required: ["getInstance", "ready"],
    seen: {
      what: "a thread that was not too early to find it ready",
      in: (outcome) => outcome.results("ready")[0] === true,
    },
  }),

  threads({
    id: "T4",
    title: "an init on the main thread calls getInstance, and goes on when that throws",
    group: "R",
    contract: "a getInstance within a running init of the same singleton throws REENTRANT",
    expected: "REENTRANT through every instance of the thread, and a record for both threads",
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: 2 }).handle,
    threads: [
      ({ SharedSingleton }, handle, thread) => {
        const here = SharedSingleton.attach(handle);
        const same = SharedSingleton.attach(handle);
        thread.operation("getInstance", [1], () =>
          here
            .getInstance((view) => {
              for (const object of [here, same]) {
                const code = thread.codeOf(() => object.getInstance(() => undefined));
                thread.assert(code === "REENTRANT", "getInstance in init throws REENTRANT");
              }
              building(thread, 1)(view);
            })
            .join(),
        );
      },
      ({ SharedSingleton }, handle, thread) => {
        get(thread, SharedSingleton.attach(handle), 2);
      },
    ],
    threadIds: [0, 1],
    model: singleton,
    check: isBuiltOnce,
    required: ["getInstance"],
    seen: {
      what: "an init that called getInstance",
      in: ({ operations }) => operations.some(({ name, args }) => name === "init" && args[0] === 1),
    },
  }),

  threads({
    id: "T4b",
    title: "an init fails because it calls getInstance, and tries again, beside another thread",
    group: "R",
    contract: "REENTRANT is an error of init like any other: somebody else can build",
    expected: "REENTRANT for the thread whose own init called back, and for nobody else",
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: 2 }).handle,
    threads: [
      ({ SharedSingleton }, handle, thread) => {
        const mine = SharedSingleton.attach(handle);
        const same = SharedSingleton.attach(handle);
        thread.codeOf(() =>
          thread.operation("reentrant", [1], () =>
            mine
              .getInstance((view) => {
                view[0] = 1;
                same.getInstance(building(thread, 2));
              })
              .join(),
          ),
        );
        get(thread, mine, 3);
      },
      ({ SharedSingleton }, handle, thread) => {
        get(thread, SharedSingleton.attach(handle), 4);
      },
    ],
    threadIds: [5, 0],
    model: singleton,
    check: isBuiltOnce,
    required: ["getInstance"],
    seen: {
      what: "an init that called getInstance",
      in: ({ operations }) =>
        operations.some(({ name, outcome }) => name === "reentrant" && outcome.kind === "threw"),
    },
  }),

  threads({
    id: "T5",
    title: "one thread builds b inside the init of a, the other wants b, then a",
    group: "S",
    contract: "two singletons are independent",
    expected: "each has its own record, built once, and no call throws",
    setup: ({ SharedSingleton }) => [
      SharedSingleton.create({ cells: 2 }).handle,
      SharedSingleton.create({ cells: 1 }).handle,
    ],
    threads: [
      ({ SharedSingleton }, handle, thread) => {
        const [a, b] = (handle as [unknown, unknown]).map((one) => SharedSingleton.attach(one));
        thread.operation("a", [], () =>
          a!
            .getInstance((view) => {
              thread.operation("init a", [], () => {
                view[0] = 10 + b!.getInstance(buildB(thread))[0]!;
              });
            })
            .join(),
        );
      },
      ({ SharedSingleton }, handle, thread) => {
        const [a, b] = (handle as [unknown, unknown]).map((one) => SharedSingleton.attach(one));
        thread.operation("b", [], () => b!.getInstance(buildB(thread)).join());
        thread.operation("a", [], () =>
          a!
            .getInstance((view) => {
              thread.operation("init a", [], () => {
                view[0] = 12;
              });
            })
            .join(),
        );
      },
    ],
    check: (outcome) =>
      outcome.results("init a").length === 1 &&
      outcome.results("init b").length === 1 &&
      outcome.results("a").every((record) => record === "12,0") &&
      outcome.results("b").every((record) => record === "2"),
    required: ["a", "b"],
  }),

  stress({
    id: "S",
    title: "eight workers want each of 200 singletons",
    group: "S",
    contract: "constructed at most once over all threads",
    expected: "200 constructions, and nobody ever reads half a record",
    workers: 8,
    runs: 3,
    setup: ({ SharedSingleton }) =>
      Array.from({ length: 200 }, () => SharedSingleton.create({ cells: 8 }).handle),
    body: ({ SharedSingleton }, handle, { index }) => {
      let inits = 0;
      let halves = 0;
      for (const one of handle as readonly unknown[]) {
        const view = SharedSingleton.attach(one).getInstance((cells) => {
          inits++;
          for (let i = 0; i < cells.length; i++) cells[i] = index + 1;
        });
        if (view[0] === 0 || view.some((value) => value !== view[0])) halves++;
      }
      return { inits, halves };
    },
    finally: ({ SharedSingleton }, handle) =>
      (handle as readonly unknown[]).every((one) => SharedSingleton.attach(one).ready),
    check: ({ results, final }) => {
      const workers = results as readonly { inits: number; halves: number }[];
      const inits = workers.reduce((sum, worker) => sum + worker.inits, 0);
      return final === true && inits === 200 && workers.every(({ halves }) => halves === 0);
    },
  }),
]);
