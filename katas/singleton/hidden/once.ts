/** The value that is made once, however many tasks ask for it. */
import { type TaskOutcome, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { NO_CONNECTION } from "./_shared.ts";

type Kata = typeof kata;

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

export const once = defineScenarios<Kata>(({ tasks }) => [
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
