/** The pool, and the parent, come to their end. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/pool.ts";
import { TASKS, doneOf, killRunner, list, outcomeOf } from "./_shared.ts";

type Kata = typeof kata;

export const close = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P6",
    title: "close with ten tasks in the queue",
    group: "L",
    contract: "close() lets queued and running tasks finish; join() resolves when all is done",
    expected: "POOL_RUNNING; POOL_CLOSED twice; twelve tasks done; no child",
    body: async ({ Pool }, { module, codeOf, notes, assert, children }) => {
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const tasks = Array.from({ length: 12 }, (_, i) =>
        outcomeOf(pool.applyAsync("longTimeTask", [i, 5])),
      );
      const early = await codeOf(() => pool.join());
      pool.close();
      pool.close();
      const late = await codeOf(() => pool.applyAsync("square", [1]));
      const later = await codeOf(() => pool.map("square", [1, 2]));
      await Promise.all([pool.join(), pool.join()]);
      const ended = notes().filter(({ text }) => text.startsWith("end ")).length;
      assert(ended === 12, "join() resolves when every task has ended");
      assert(
        children().every(({ isAlive }) => !isAlive),
        "join() resolves when every child is gone",
      );
      const done = (await Promise.all(tasks)).filter((outcome) => outcome.startsWith("task "));
      await pool.join();
      return [early, late, later, `${done.length} done`, pool.pids.length];
    },
    check: ({ result }) => list(result) === "POOL_RUNNING, POOL_CLOSED, POOL_CLOSED, 12 done, 0",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6b",
    title: "a child dies after close",
    group: "L",
    contract: "close() lets queued and running tasks finish, whoever dies meanwhile",
    expected: "WORKER_DIED -9, done, done",
    body: async ({ Pool }, tools) => {
      const { module, arrived } = tools;
      const pool = new Pool({ module: module(TASKS), size: 1 });
      const killed = outcomeOf(pool.applyAsync("atGate", ["killed"]));
      const others = [1, 2].map(() => doneOf(pool.applyAsync("whoRuns")));
      await arrived("killed", 1);
      pool.close();
      killRunner(tools, "killed");
      await pool.join();
      return [await killed, ...(await Promise.all(others))];
    },
    check: ({ result }) => list(result) === "WORKER_DIED -9, done, done",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6c",
    title: "terminate, and a child that takes no notice of SIGTERM",
    group: "L",
    contract: "terminate() sends SIGTERM, SIGKILL 500 ms later, and rejects what has not settled",
    expected: "POOL_TERMINATED for three running and two queued tasks, and no child",
    body: async ({ Pool }, { module, arrived, codeOf, children, assert }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const tasks = [
        pool.applyAsync("beStubborn", ["the stubborn one"]),
        pool.applyAsync("cleanUp", ["the tidy one"]),
        pool.applyAsync("atGate", ["running"]),
        pool.applyAsync("square", [1]),
        pool.applyAsync("square", [2]),
      ].map(outcomeOf);
      await arrived("never", 2);
      await arrived("running", 1);
      await pool.terminate();
      assert(
        children().every(({ isAlive }) => !isAlive),
        "terminate() resolves when every child is gone",
      );
      const outcomes = new Set(await Promise.all(tasks));
      const late = await codeOf(() => pool.applyAsync("square", [3]));
      await Promise.all([pool.terminate(), pool.join()]);
      return [...outcomes, late, pool.pids.length];
    },
    check: ({ result, notes }) =>
      list(result) === "POOL_TERMINATED, POOL_TERMINATED, 0" &&
      ["the stubborn one takes no notice of SIGTERM", "the tidy one cleans up"].every((said) =>
        notes.some(({ text }) => text === said),
      ),
    got: ({ result, notes }) =>
      `${list(result)}; ${
        notes
          .map(({ text }) => text)
          .filter((text) => !text.startsWith("start "))
          .join(", ") || "nobody hears of SIGTERM"
      }`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "P6d",
    title: "terminate while nothing runs, and children that go at once",
    group: "L",
    contract: "terminate() resolves when every child is gone, and leaves nothing behind",
    expected: "three pools end, and no timer is left",
    body: async ({ Pool }, { module, arrived }) => {
      const unused = new Pool({ module: module(TASKS), size: 1 });
      await unused.terminate();
      const idle = new Pool({ module: module(TASKS), size: 1 });
      await idle.applyAsync("square", [1]);
      await idle.terminate();
      const closed = new Pool({ module: module(TASKS), size: 1 });
      const task = outcomeOf(closed.applyAsync("atGate", ["running"]));
      await arrived("running", 1);
      closed.close();
      await closed.terminate();
      await closed.join();
      return [await task];
    },
    check: ({ result }) => list(result) === "POOL_TERMINATED",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P7",
    title: "the parent is killed",
    group: "C",
    contract: "a child whose pool is gone ends, whatever it is doing",
    expected: "three children, working, waiting and idle; no one a second later",
    body: async ({ Pool }, { module, arrived, open, rest, die }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const idle = pool.applyAsync("atGate", ["soon"]);
      void pool.applyAsync("longTimeTask", [1, 3_600_000]);
      void pool.applyAsync("atGate", ["never"]);
      await arrived("soon", 1);
      await arrived("never", 1);
      open("soon");
      await idle;
      await rest();
      return die(1_000);
    },
    seen: {
      what: "three children that were at work",
      in: ({ notes }) => notes.filter(({ text }) => text.startsWith("start ")).length === 3,
    },
    explore: { seeds: 0 },
  }),

  processes({
    id: "P7b",
    title: "close, and nobody joins",
    group: "C",
    contract: "the children of a closed pool end by themselves, and the parent can",
    expected: "49, and nothing is left",
    body: async ({ Pool }, { module, arrived, open }) => {
      const pool = new Pool({ module: module(TASKS), size: 3 });
      const warmUp = [1, 2].map(() => pool.applyAsync("atGate", ["warm"]));
      await arrived("warm", 2);
      open("warm");
      await Promise.all(warmUp);
      const task = pool.applyAsync("square", [7]);
      pool.close();
      return task;
    },
    check: ({ result }) => result === 49,
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),
]);
