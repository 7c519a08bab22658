/** The scenarios that everybody can read: one thread, one task, and what comes first after that. */
import { type ThreadBody, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

/** Records the call, and in it the construction; the answer is left open. */
const getInstance: ThreadBody<Kata> = ({ SharedSingleton }, handle, thread) => {
  const mine = SharedSingleton.attach(handle);
  thread.operation("getInstance", [], () => {
    mine.getInstance((view) => {
      thread.operation("init", [], () => {
        view[0] = 84;
      });
    });
  });
};

/** The seed's `Singleton('alex', 84)`. */
const ALEX = [84, ...Array.from("alex", (letter) => letter.charCodeAt(0))];

export default defineScenarios<Kata>(({ threads, stress, tasks }) => [
  threads({
    id: "B1",
    title: "one thread calls getInstance three times, through two instances of one handle",
    group: "B",
    contract: "the first caller runs init(view); later inits are ignored",
    expected: "one init, its values everywhere, and one view object for each instance",
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: 3 }).handle,
    threads: [
      ({ SharedSingleton }, handle, thread) => {
        const here = SharedSingleton.attach(handle);
        const same = SharedSingleton.attach(handle);
        let inits = 0;
        const built = (object: kata.SharedSingleton, value: number): Int32Array =>
          thread.operation("getInstance", [value], () =>
            object.getInstance((view) => {
              inits++;
              thread.assert(
                view.length === 3,
                "init gets a view of as many cells as were asked for",
              );
              thread.assert(view.join() === "0,0,0", "all cells are 0 before init");
              view[0] = value;
              view[2] = -value;
            }),
          );
        thread.assert(!here.ready && !same.ready, "nothing is ready before the first getInstance");
        const view = built(here, 84);
        thread.assert(view.join() === "84,0,-84", "getInstance returns what init wrote");
        thread.assert(here.ready && same.ready, "after getInstance it is ready, in every instance");
        thread.assert(built(here, 7) === view, "one instance always returns the same view object");
        thread.assert(built(same, 7).join() === "84,0,-84", "another instance has the same values");
        view[1] = 5;
        thread.assert(built(same, 7)[1] === 5, "both instances have the same cells");
        thread.assert(inits === 1, "the second and the third init are not run");
      },
    ],
    required: ["getInstance"],
  }),

  threads({
    id: "B2",
    title: "one thread tries again after an init that threw",
    group: "B",
    contract: "if init throws, its caller gets the error and the cells are zero again",
    expected: "the error twice, then a record that holds nothing of the failed attempts",
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: 2 }).handle,
    threads: [
      ({ SharedSingleton }, handle, thread) => {
        const here = SharedSingleton.attach(handle);
        const same = SharedSingleton.attach(handle);
        for (const object of [here, same]) {
          const code = thread.codeOf(() => {
            object.getInstance((view) => {
              thread.assert(view[0] === 0 && view[1] === 0, "all cells are 0 before init");
              view[0] = 13;
              throw Object.assign(new Error("no connection"), { code: "NO_CONNECTION" });
            });
          });
          thread.assert(code === "NO_CONNECTION", "getInstance throws what its init threw");
          thread.assert(!here.ready && !same.ready, "a failed init makes nothing ready");
        }
        const view = thread.operation("getInstance", [], () =>
          here.getInstance((cells) => {
            cells[1] = 84;
          }),
        );
        thread.assert(view[0] === 0 && view[1] === 84, "nothing is left of the failed attempts");
        thread.assert(here.ready && same.ready, "after getInstance it is ready, in every instance");
      },
    ],
    required: ["getInstance"],
  }),

  threads({
    id: "T1",
    title: "two threads call getInstance at once",
    group: "S",
    contract: "the first caller runs init; all others wait until it is finished",
    expected: "init runs once, and both calls return",
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: 1 }).handle,
    threads: [getInstance, getInstance],
    check: (outcome) => outcome.results("init").length === 1,
    got: (outcome) => `init ran ${outcome.results("init").length} times`,
    required: ["getInstance"],
  }),

  stress({
    id: "S1",
    title: "the seed's program: ten workers want Singleton('alex', 84)",
    group: "S",
    contract: "constructed at most once over all threads",
    expected: "one construction, and everybody reads alex, 84",
    workers: 10,
    runs: 3,
    setup: ({ SharedSingleton }) => SharedSingleton.create({ cells: ALEX.length }).handle,
    body: ({ SharedSingleton }, handle) => {
      let inits = 0;
      const view = SharedSingleton.attach(handle).getInstance((cells) => {
        inits++;
        for (const [i, value] of ALEX.entries()) cells[i] = value;
      });
      return { inits, seen: [...view] };
    },
    finally: ({ SharedSingleton }, handle) => SharedSingleton.attach(handle).ready,
    check: ({ results, final }) => {
      const workers = results as readonly { inits: number; seen: readonly number[] }[];
      const inits = workers.reduce((sum, worker) => sum + worker.inits, 0);
      return (
        final === true && inits === 1 && workers.every(({ seen }) => seen.join() === ALEX.join())
      );
    },
  }),

  tasks({
    id: "B3",
    title: "one task calls, calls again, resets, and calls another function",
    group: "B",
    contract: "fn() runs the factory once for all callers; reset() makes the next call run it anew",
    expected: "one run before the reset, one after it, and the other function has its own",
    body: async ({ onceAsync }, tasks) => {
      let runs = 0;
      const connect = onceAsync(async () => `connection ${++runs}`);
      tasks.assert(runs === 0, "before the first call the factory is not run");
      const get = (): Promise<string> => tasks.operation("get", [], connect);
      tasks.assert((await get()) === "connection 1", "the call gives what the factory gives");
      tasks.assert((await get()) === "connection 1", "a later call gives the same");
      connect.reset();
      tasks.assert((await get()) === "connection 2", "after reset() the factory is run anew");
      tasks.assert((await get()) === "connection 2" && runs === 2, "and once only");

      let empty = 0;
      const prepare = onceAsync(async () => {
        empty++;
      });
      await prepare();
      await prepare();
      tasks.assert(empty === 1, "each function runs its own factory, once, even without a value");
    },
    required: ["get"],
  }),

  tasks({
    id: "A1",
    title: "two tasks want the connection at once",
    group: "S",
    contract: "fn() runs the factory once for concurrent callers",
    expected: "one connection is opened, and both get it",
    body: async ({ onceAsync }, tasks) => {
      const connect = onceAsync(() =>
        tasks.operation("open", [], () => tasks.later("connected", { name: "alex", age: 84 })),
      );
      const use = (): Promise<{ name: string; age: number }> => tasks.operation("get", [], connect);
      return new Set(await Promise.all([use(), use()])).size;
    },
    check: (outcome) => outcome.results("open").length === 1 && outcome.result === 1,
    got: (outcome) =>
      `${outcome.results("open").length} opened, the callers have ${String(outcome.result)}`,
    required: ["open", "get"],
  }),
]);
