/** A pool at native speed. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/pool.ts";
import { TASKS } from "./_shared.ts";

type Kata = typeof kata;

export const native = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "S",
    title: "two hundred small tasks, as they come",
    group: "S",
    contract: "every task runs once, and its result is its own",
    expected: "200 squares, in order",
    body: async ({ Pool }, { module }) => {
      const pool = new Pool({ module: module(TASKS), size: 2 });
      const items = Array.from({ length: 200 }, (_, i) => i);
      const results = await pool.map<readonly unknown[]>("echo", items);
      pool.close();
      await pool.join();
      return results.filter(([, value], i) => value === i).length;
    },
    check: ({ result, most }) => result === 200 && most <= 2,
    got: ({ result, most }) => `${String(result)} right results, ${most} children at once`,
    explore: { native: 5 },
  }),
]);
