/** Children that end before their time. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/pool.ts";
import { TASKS, doneOf, killRunner, list, outcomeOf, pidOf } from "./_shared.ts";

type Kata = typeof kata;

export const deaths = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P3",
    title: "one child exits, another one is killed",
    group: "R",
    contract: "a task whose child dies rejects with WORKER_DIED; a replacement takes the next one",
    expected: "WORKER_DIED 3, WORKER_DIED -9, done, done",
    body: async ({ Pool }, tools) => {
      const { module, arrived, open, notes, assert } = tools;
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const exited = outcomeOf(pool.applyAsync("exitWith", [3]));
      const killed = outcomeOf(pool.applyAsync("atGate", ["killed"]));
      const others = [3, 4].map((name) => doneOf(pool.applyAsync("atGate", [name])));
      await arrived("killed", 1);
      const first = await exited;
      await arrived("3", 1);
      const runs = notes().filter(({ text }) => text === "start exit 3").length;
      assert(runs === 1, "a task runs once, whatever becomes of its child");
      const dead = pidOf(notes(), "killed") ?? 0;
      killRunner(tools, "killed");
      const second = await killed;
      assert(!pool.pids.includes(dead), "pids has no child that is dead");
      await arrived("4", 1);
      open("3");
      open("4");
      const rest = await Promise.all(others);
      pool.close();
      await pool.join();
      return [first, second, ...rest];
    },
    check: ({ result, most }) =>
      list(result) === "WORKER_DIED 3, WORKER_DIED -9, done, done" && most === 2,
    got: ({ result, most }) => `${list(result)}; ${most} children at once`,
    explore: { seeds: 1 },
  }),

  processes({
    id: "P3b",
    title: "an idle child is killed",
    group: "R",
    contract: "a child that dies without a task is nobody's failure; the pool stays as large",
    expected: "two tasks run at once all the same",
    body: async ({ Pool }, tools) => {
      const { module, arrived, open, rest, notes, assert } = tools;
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const warmUp = [1, 2].map(() => pool.applyAsync("atGate", ["warm"]));
      await arrived("warm", 2);
      open("warm");
      await Promise.all(warmUp);
      const dead = pidOf(notes(), "warm") ?? 0;
      killRunner(tools, "warm");
      await rest();
      assert(!pool.pids.includes(dead), "pids has no child that is dead");
      const tasks = [1, 2].map(() => doneOf(pool.applyAsync("atGate", ["again"])));
      await arrived("again", 2);
      open("again");
      const done = await Promise.all(tasks);
      pool.close();
      await pool.join();
      return done;
    },
    check: ({ result, most }) => list(result) === "done, done" && most === 2,
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P3c",
    title: "an idle child dies while tasks come",
    group: "R",
    contract: "a task whose child dies rejects with WORKER_DIED; the others are done",
    expected: "two results, or WORKER_DIED -9 for one of them; then two results",
    body: async ({ Pool }, tools) => {
      const { module, arrived, open, rest } = tools;
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const warmUp = [1, 2].map(() => pool.applyAsync("atGate", ["warm"]));
      await arrived("warm", 2);
      open("warm");
      await Promise.all(warmUp);
      const busy = pool.applyAsync("answerAndTell", ["answered", 1]);
      await arrived("answered", 1);
      // One of the two has sent its answer; the other one is idle.
      const answering = pidOf(tools.notes(), "answered");
      const idle = tools.children().find(({ pid }) => pid !== answering);
      tools.kill(idle?.number ?? 0, "SIGKILL");
      open("answered");
      await busy;
      const risky = await Promise.all([1, 2].map(() => doneOf(pool.applyAsync("whoRuns"))));
      await rest();
      const safe = await Promise.all([1, 2].map(() => doneOf(pool.applyAsync("whoRuns"))));
      pool.close();
      await pool.join();
      return [...risky.toSorted(), ...safe];
    },
    check: ({ result }) => /^(?:WORKER_DIED -9|done), done, done, done$/.test(list(result)),
    got: ({ result }) => list(result),
    explore: { seeds: 3 },
  }),

  processes({
    id: "P3d",
    title: "modules that cannot be loaded",
    group: "R",
    contract: "where every child dies of the module, every task rejects, and there is an end to it",
    expected: "every task rejects; then nothing happens any more",
    body: async ({ Pool }, { module, rest }) => {
      const seen: string[] = [];
      for (const path of ["given/exits.ts", "given/throws.ts"]) {
        const pool = new Pool({ module: module(path), size: 2 });
        const tasks = [1, 2, 3].map(() => outcomeOf(pool.applyAsync("whatever")));
        seen.push(...(await Promise.all(tasks)));
        await rest();
        pool.close();
        await pool.join();
      }
      return seen;
    },
    check: ({ result }) =>
      /^(?:WORKER_DIED 3, ){3}(?:(?:WORKER_DIED \d+|REMOTE [^,]+)(?:, |$)){3}$/.test(list(result)),
    got: ({ result }) => list(result),
    explore: { seeds: 0, events: 100 },
  }),

  processes({
    id: "P4",
    title: "the answer of a child that is dead",
    group: "R",
    contract: "an answer settles the task that it is the answer to, and no other one",
    expected: "first, then second; or WORKER_DIED -9 instead of one of them",
    body: async ({ Pool }, { module, arrived, kill }) => {
      const pool = new Pool({ module: module(TASKS), size: 1 });
      const first = outcomeOf(pool.applyAsync("answerAndTell", ["answered", "first"]));
      const second = outcomeOf(pool.applyAsync("repeat", ["second", 1]));
      await arrived("answered", 1);
      kill(1, "SIGKILL");
      const results = [await first, await second];
      pool.close();
      await pool.join();
      return results;
    },
    check: ({ result }) =>
      /^(?:first|WORKER_DIED -9), (?:second|WORKER_DIED -9)$/.test(list(result)),
    got: ({ result }) => list(result),
    explore: { seeds: 1 },
  }),
]);
