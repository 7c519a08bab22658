/** Tasks, and the children that run them. */
import { type ChildNote, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/pool.ts";
import { TASKS, list, outcomeOf, pidOf } from "./_shared.ts";

type Kata = typeof kata;

/** The tasks in the log that have such a number, in the order of their starts and ends. */
function logOf(notes: readonly ChildNote[], has: (name: number) => boolean) {
  return notes
    .map(({ text }) => /^(?<what>start|end) (?<name>\d+)$/.exec(text)?.groups)
    .flatMap((groups) =>
      groups === undefined ? [] : [{ what: groups["what"], name: Number(groups["name"]) }],
    )
    .filter(({ name }) => has(name));
}

type Log = ReturnType<typeof logOf>;

/** Most tasks of a log that have started and not ended. */
function mostAtOnce(log: Log): number {
  let running = 0;
  return log.reduce((most, { what }) => {
    running += what === "start" ? 1 : -1;
    return Math.max(most, running);
  }, 0);
}

/**
 * How far tasks were overtaken: for each start, how many tasks that were submitted before it had not started, and the
 * most of that. Where `size` tasks are on their way to their children, they may arrive in any order.
 */
function overtaken(log: Log): number {
  const started = log.filter(({ what }) => what === "start").map(({ name }) => name);
  return Math.max(
    0,
    ...started.map((name, i) => started.slice(i + 1).filter((later) => later < name).length),
  );
}

export const tasks = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P1",
    title: "the fifth of five tasks, in a pool of 4",
    group: "S",
    contract: "at most `size` tasks run at once; a child that is free takes the next one",
    expected: "task 5 starts when one of the four has ended, and in its child",
    body: async ({ Pool }, { module, arrived, open, rest, notes, assert }) => {
      const pool = new Pool({ module: module(TASKS), size: 4 });
      const tasks = [1, 2, 3, 4, 5].map((name) => pool.applyAsync<number>("atGate", [name]));
      for (const name of ["1", "2", "3", "4"]) await arrived(name, 1);
      await rest();
      assert(pidOf(notes(), 5) === undefined, "task 5 does not start while four tasks run");
      const pids = new Set(pool.pids);
      open("2");
      await tasks[1];
      await arrived("5", 1);
      assert(pidOf(notes(), 5) === pidOf(notes(), 2), "task 5 runs in the child that is free");
      for (const name of ["1", "3", "4", "5"]) open(name);
      const ran = await Promise.all(tasks);
      pool.close();
      await pool.join();
      const all = ran.every((pid) => pids.has(pid)) ? "all of them known" : "others among them";
      return [`${pids.size} pids`, all, `${pool.pids.length} left`];
    },
    check: ({ result, children }) =>
      list(result) === "4 pids, all of them known, 0 left" && children.length === 4,
    got: ({ result, children }) => `${list(result)}; ${children.length} children were started`,
    explore: { seeds: 1 },
  }),

  processes({
    id: "P1b",
    title: "sizes",
    group: "S",
    contract: "size is os.availableParallelism() unless given; a whole number of at least 1",
    expected: "RangeError for what is no size, and 4 of 5 tasks at once",
    body: async ({ Pool }, { module, codeOf, arrived, open, rest, notes }) => {
      const wrong = await Promise.all(
        [0, -1, 1.5, NaN, Infinity].map((size) =>
          codeOf(() => new Pool({ module: module(TASKS), size })),
        ),
      );
      const pool = new Pool({ module: module(TASKS) });
      const tasks = [1, 2, 3, 4, 5].map(() => pool.applyAsync("atGate", ["all"]));
      await arrived("all", 4);
      await rest();
      const started = notes().length;
      open("all");
      await Promise.all(tasks);
      pool.close();
      await pool.join();
      return [...new Set(wrong), started];
    },
    check: ({ result, most }) => list(result) === "RangeError, 4" && most === 4,
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P2",
    title: "thirty tasks of different lengths, in pools of 1, 2 and 3",
    group: "S",
    contract: "tasks start in the order in which they were submitted, `size` of them at once",
    expected: "1, 2 and 3 at once, and nobody overtakes",
    body: async ({ Pool }, { module, notes }) => {
      const seen: string[] = [];
      for (const size of [1, 2, 3]) {
        const pool = new Pool({ module: module(TASKS), size });
        const names = Array.from({ length: 10 }, (_, i) => 100 * size + i);
        await Promise.all(
          names.map((name) => pool.applyAsync("longTimeTask", [name, 1 + ((name * 7) % 11)])),
        );
        pool.close();
        await pool.join();
        const log = logOf(notes(), (name) => Math.floor(name / 100) === size);
        const isInOrder = overtaken(log) < size ? "in order" : "out of order";
        const isOnce = log.length === 20 ? "each once" : "not each once";
        seen.push(`${mostAtOnce(log)} at once ${isInOrder} ${isOnce}`);
      }
      return seen;
    },
    check: ({ result, most }) =>
      list(result) === [1, 2, 3].map((n) => `${n} at once in order each once`).join(", ") &&
      most === 3,
    got: ({ result, most }) => `${list(result)}; at most ${most} children`,
    explore: { seeds: 1 },
  }),

  processes({
    id: "P2b",
    title: "results of different lengths",
    group: "S",
    contract: "map() resolves with the results in the order of the items",
    expected: "25, 1, 16, 4, 9, 36, and nothing for nothing",
    body: async ({ Pool }, { module }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const squares = await pool.map<number>("square", [5, 1, 4, 2, 3, 6]);
      const none = await pool.map("square", []);
      pool.close();
      await pool.join();
      return [...squares, none.length];
    },
    check: ({ result }) => list(result) === "25, 1, 16, 4, 9, 36, 0",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P2c",
    title: "two of four items fail",
    group: "S",
    contract: "map() rejects as the first item that failed, in their order, when all have settled",
    expected: "REMOTE RangeError: 51 is odd, after all four have ended",
    body: async ({ Pool }, { module, notes }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const failure = await outcomeOf(pool.map("halve", [4, 51, 99, 8]));
      const ended = notes().filter(({ text }) => text.startsWith("end ")).length;
      pool.close();
      await pool.join();
      return [failure, ended];
    },
    check: ({ result }) => list(result) === "REMOTE RangeError: 51 is odd, 4",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),
]);
