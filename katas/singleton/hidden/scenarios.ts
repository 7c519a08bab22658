/** The graded scenarios. They stay in the course repository. */
import { defineModel, throws } from "@concurrency-katas/grader/history";
import {
  type Outcome,
  type TaskOutcome,
  type Thread,
  defineScenarios,
} from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;
type Init = (view: Int32Array) => void;

const NO_CONNECTION = "NO_CONNECTION";

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

/** An init that fills in the record of `tag`, and says what it found. */
const building =
  (thread: Thread, tag: number): Init =>
  (view) => {
    thread.operation("init", [tag], () => {
      const found = view.join();
      view[0] = tag;
      view[1] = -tag;
      return found;
    });
  };

/** An init that gives up in the middle. */
const failing =
  (thread: Thread, tag: number): Init =>
  (view) => {
    thread.operation("failing init", [tag], () => {
      view[1] = tag;
    });
    throw Object.assign(new Error("no connection"), { code: NO_CONNECTION });
  };

/** Calls getInstance with an init that succeeds, and reads the record. */
function get(thread: Thread, object: kata.SharedSingleton, tag: number): void {
  thread.operation("getInstance", [tag], () => object.getInstance(building(thread, tag)).join());
}

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

const refused = (): Error => Object.assign(new Error("refused"), { code: NO_CONNECTION });

/** What a call comes to: its value, or the reason of its rejection. */
const answerOf = async (call: () => Promise<unknown>): Promise<unknown> => {
  try {
    return await call();
  } catch (error) {
    return error;
  }
};

/** How many callers came before the run was refused. */
const cameInTime = ({ settled }: TaskOutcome): number =>
  settled.slice(0, settled.indexOf("refused")).length;

const connections = (outcome: TaskOutcome): readonly unknown[] =>
  outcome.results("get").filter((connection) => connection !== undefined);

/** How many recorded calls of `get` were refused. */
const refusals = ({ operations }: TaskOutcome): number =>
  operations.filter(({ name, outcome }) => name === "get" && outcome.kind === "threw").length;

export default defineScenarios<Kata>(({ threads, stress, tasks }) => [
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

  tasks({
    id: "A1b",
    title: "callers come before, while and after the connection is opened",
    group: "S",
    contract: "fn() runs the factory once for concurrent and later callers",
    expected: "one connection is opened, and everybody gets it, as often as they ask",
    sizes: [2, 4],
    body: async ({ onceAsync }, tasks) => {
      const connect = onceAsync(() =>
        tasks.operation("open", [], () => tasks.later("connected", {})),
      );
      const caller = async (_: unknown, i: number): Promise<object[]> => {
        await tasks.later(`caller ${i + 1}`, "comes");
        const first = await tasks.operation("get", [], connect);
        return [first, await tasks.operation("get", [], connect)];
      };
      const got = await Promise.all(Array.from({ length: tasks.size }, caller));
      return new Set(got.flat()).size;
    },
    check: (outcome) => outcome.results("open").length === 1 && outcome.result === 1,
    got: (outcome) =>
      `${outcome.results("open").length} opened, the callers have ${String(outcome.result)}`,
    required: ["open", "get"],
  }),

  tasks({
    id: "A2",
    title: "the first run is refused, and whoever hears of it tries again at once",
    group: "R",
    contract: "a rejection reaches all waiting callers, and is forgotten when they have got it",
    expected: "all who waited are refused once, and the second run is everybody's",
    sizes: [2, 3],
    body: async ({ onceAsync }, tasks) => {
      const reason = refused();
      let runs = 0;
      const connect = onceAsync(() =>
        tasks.operation("open", [], () =>
          ++runs === 1 ? tasks.fails("refused", reason) : tasks.later(`connected ${runs}`, runs),
        ),
      );
      const get = (): Promise<boolean> =>
        tasks.operation("get", [], connect).then(
          () => true,
          (error: unknown) => {
            tasks.assert(error === reason, "callers get what the factory rejects with");
            return false;
          },
        );
      const caller = async (_: unknown, i: number): Promise<void> => {
        await tasks.later(`caller ${i + 1}`, "comes");
        if (!(await get())) await get();
      };
      await Promise.all(Array.from({ length: tasks.size }, caller));
    },
    check: (outcome) =>
      refusals(outcome) === cameInTime(outcome) &&
      connections(outcome).every((connection) => connection === 2),
    got: (outcome) =>
      `${cameInTime(outcome)} callers waited, ${refusals(outcome)} calls were refused, ` +
      `the others got ${connections(outcome).join(", ")}`,
    required: ["open", "get"],
  }),

  tasks({
    id: "A2b",
    title: "a factory that throws where others reject",
    group: "R",
    contract: "a sync throw is a rejection like any other",
    expected: "two promises that reject, and then one that fulfils",
    body: async ({ onceAsync }, tasks) => {
      const reason = refused();
      let runs = 0;
      const connect = onceAsync((): Promise<number> => {
        if (++runs <= 2) throw reason;
        return tasks.later("connected", runs);
      });
      const answer = (): Promise<unknown> => {
        let promise: Promise<unknown> | undefined;
        try {
          promise = tasks.operation("get", [], connect);
        } catch {
          tasks.assert(false, "a call returns a promise, whatever the factory does");
        }
        return Promise.resolve(promise).catch((error: unknown) => error);
      };
      for (const attempt of [1, 2]) {
        tasks.assert((await answer()) === reason, "it rejects with what the factory throws");
        tasks.assert(runs === attempt, "a throw is forgotten, and the next call runs it anew");
      }
      tasks.assert((await answer()) === 3, "the third run counts");
    },
    required: ["get"],
  }),

  tasks({
    id: "A3",
    title: "runs that were reset are still in flight, and end in any order",
    group: "S",
    contract: "an older run that is still in flight does not overwrite the newer one",
    expected: "each caller gets its own run's connection, and all later ones the newest",
    sizes: [2, 3],
    body: async ({ onceAsync }, tasks) => {
      let runs = 0;
      const connect = onceAsync(() => {
        const run = ++runs;
        return tasks.later(`connected ${run}`, run);
      });
      const get = (who: string): Promise<unknown> =>
        tasks.operation("get", [who], () => answerOf(connect));
      const callers: Promise<unknown>[] = [];
      for (let run = 1; run <= tasks.size; run++) {
        if (run > 1) tasks.operation("reset", [], () => connect.reset());
        callers.push(get(`caller ${run}`));
        await tasks.turn();
      }
      await tasks.later("late caller", "comes");
      tasks.assert(
        (await get("late caller")) === tasks.size,
        "whoever calls after a reset gets the newest run",
      );
      for (const [i, got] of (await Promise.all(callers)).entries())
        tasks.assert(got === i + 1, "each caller gets what its own run gives");
      tasks.assert((await get("last caller")) === tasks.size, "in the end the newest run counts");
      tasks.assert(runs === tasks.size, "nothing is run again");
    },
    required: ["get"],
  }),

  tasks({
    id: "A3b",
    title: "a run that was reset fails, before the newer one ends or after it",
    group: "S",
    contract: "an older run that is still in flight does not overwrite the newer one",
    expected: "the older caller gets the reason, everybody else the newer connection",
    body: async ({ onceAsync }, tasks) => {
      const reason = refused();
      let runs = 0;
      const connect = onceAsync(() =>
        ++runs === 1 ? tasks.fails("refused", reason) : tasks.later(`connected ${runs}`, runs),
      );
      const get = (who: string): Promise<unknown> =>
        tasks.operation("get", [who], () => answerOf(connect));
      const older = get("older");
      await tasks.turn();
      tasks.operation("reset", [], () => connect.reset());
      const newer = get("newer");
      await tasks.later("late caller", "comes");
      tasks.assert(
        (await get("late caller")) === 2,
        "a failure of an older run takes nothing away",
      );
      tasks.assert((await older) === reason, "the older caller gets the older run's reason");
      tasks.assert((await newer) === 2 && (await get("last")) === 2, "the newer run counts");
      tasks.assert(runs === 2, "nothing is run again");
    },
    required: ["get"],
  }),

  tasks({
    id: "A3c",
    title: "the newer run fails, and the one that was reset ends well",
    group: "S",
    contract: "after reset() nobody who calls gets anything of an older run",
    expected: "the next call begins a third run",
    body: async ({ onceAsync }, tasks) => {
      const reason = refused();
      let runs = 0;
      const connect = onceAsync(() =>
        ++runs === 2 ? tasks.fails("refused", reason) : tasks.later(`connected ${runs}`, runs),
      );
      const get = (who: string): Promise<unknown> =>
        tasks.operation("get", [who], () => answerOf(connect));
      const older = get("older");
      await tasks.turn();
      tasks.operation("reset", [], () => connect.reset());
      tasks.assert((await get("newer")) === reason, "the newer caller gets the newer run's reason");
      const next = get("next");
      tasks.assert((await older) === 1, "the older caller gets the older run's connection");
      tasks.assert((await next) === 3, "the call after the failure begins a run of its own");
      tasks.assert((await get("last")) === 3 && runs === 3, "the third run counts");
    },
    required: ["get"],
  }),

  tasks({
    id: "A4",
    title: "runs that nobody waits for any more end when the program is over",
    group: "C",
    contract: "nothing is left: no timer, and no rejection that is not a caller's own",
    expected: "no unhandled rejection, where every caller handles its own, and nothing left",
    body: async ({ onceAsync }, tasks) => {
      let runs = 0;
      const connect = onceAsync(() => {
        const run = ++runs;
        return tasks.operation("open", [], () =>
          run % 2 === 0 ? tasks.later(`connected ${run}`, run) : tasks.fails("refused", refused()),
        );
      });
      const ignore = (): undefined => undefined;
      tasks.assert(
        (await connect().catch(() => "refused")) === "refused",
        "the first run is refused",
      );
      void tasks.operation("get", [], connect); // it ends well, and nobody looks
      await tasks.turn();
      connect.reset();
      connect().catch(ignore);
      connect().then(ignore, ignore);
      await tasks.turn();
      connect.reset();
    },
    required: ["open", "get"],
  }),
]);
