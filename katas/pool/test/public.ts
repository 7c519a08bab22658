/** The public scenarios: what `npm test` shows to everybody. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/pool.ts";

type Kata = typeof kata;

const TASKS = "given/tasks.ts";

/** `REMOTE RangeError: no`. */
async function outcomeOf(promise: Promise<unknown>): Promise<string> {
  const [settled] = await Promise.allSettled([promise]);
  if (settled.status === "fulfilled") return String(settled.value);
  const { code, name, message } = settled.reason as Readonly<Record<string, unknown>>;
  return `${String(code)} ${String(name)}: ${String(message)}`;
}

const list = (result: unknown): string => (result as readonly unknown[]).map(String).join(", ");

export default defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "B1",
    title: "four children, five tasks",
    group: "B",
    contract: "a task runs in some child, at most `size` at once; map() gives results in order",
    expected: "five results, from at most four children; then 1, 4, 9",
    body: async ({ Pool }, { module, pid, assert }) => {
      const pool = new Pool({ module: module(TASKS), size: 4 });
      const tasks = [0, 1, 2, 3, 4].map((name) =>
        pool.applyAsync<string>("longTimeTask", [name, 100 * (5 - name)]),
      );
      const results = await Promise.all(tasks);
      const pids = await Promise.all([0, 1, 2, 3, 4].map(() => pool.applyAsync("whoRuns")));
      assert(!pids.includes(pid), "tasks run in children, not in the parent");
      const squares = await pool.map<number>("square", [1, 2, 3]);
      pool.close();
      await pool.join();
      return [...results, new Set(pids).size <= 4 ? "at most 4 pids" : "more pids", ...squares];
    },
    check: ({ result, most }) =>
      list(result) === "task 0, task 1, task 2, task 3, task 4, at most 4 pids, 1, 4, 9" &&
      most <= 4,
    got: ({ result, most }) => `${list(result)}; at most ${most} children at once`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "B2",
    title: "close, then join",
    group: "B",
    contract: "close() takes no more tasks; join() resolves when every child is gone",
    expected: "POOL_RUNNING, both tasks done, POOL_CLOSED, and no child",
    body: async ({ Pool }, { module, codeOf }) => {
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const early = await codeOf(() => pool.join());
      const tasks = [1, 2].map((name) => pool.applyAsync("longTimeTask", [name, 10]));
      pool.close();
      const late = await codeOf(() => pool.applyAsync("longTimeTask", [3, 10]));
      await pool.join();
      return [early, ...(await Promise.all(tasks)), late, pool.pids.length];
    },
    check: ({ result }) => list(result) === "POOL_RUNNING, task 1, task 2, POOL_CLOSED, 0",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "B3",
    title: "a task throws",
    group: "B",
    contract: "a task that throws rejects with REMOTE, and its child goes on",
    expected: "REMOTE RangeError: no, then a result of the same pool",
    body: async ({ Pool }, { module }) => {
      const pool = new Pool({ module: module(TASKS), size: 1 });
      const failed = await outcomeOf(pool.applyAsync("fail", ["no"]));
      const done = await outcomeOf(pool.applyAsync("square", [7]));
      pool.close();
      await pool.join();
      return [failed, done];
    },
    check: ({ result }) => list(result) === "REMOTE RangeError: no, 49",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),
]);
