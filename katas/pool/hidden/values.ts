/** What goes to a child and comes back. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/pool.ts";
import { TASKS, list, outcomeOf } from "./_shared.ts";

type Kata = typeof kata;

export const values = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P5",
    title: "4 MB, and the end",
    group: "R",
    contract: "a result arrives whole, also when its child is no longer needed",
    expected: "4,194,304 characters",
    body: async ({ Pool }, { module, arrived, rest, open }) => {
      const pool = new Pool({ module: module(TASKS), size: 1 });
      const task = outcomeOf(pool.applyAsync("repeatAt", ["the end", "pool", 2 ** 20]));
      await arrived("the end", 1);
      pool.close();
      await rest();
      open("the end");
      await pool.join();
      const outcome = await task;
      return outcome.startsWith("pool") ? `${outcome.length} characters` : outcome;
    },
    check: ({ result }) => result === "4194304 characters",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P5b",
    title: "values that are no JSON, and functions",
    group: "R",
    contract: "arguments and results are structured data; what cannot be sent is NOT_CLONEABLE",
    expected: "a Map and a BigInt there and back, NOT_CLONEABLE twice, and 49",
    body: async ({ Pool }, { module }) => {
      const pool = new Pool({ module: module(TASKS), size: 1 });
      const [kinds, map, big] = await pool.applyAsync<[string, Map<string, number>, bigint]>(
        "echo",
        [new Map([["a", 1]]), 2n ** 64n],
      );
      const there = outcomeOf(pool.applyAsync("echo", [() => 1]));
      const back = outcomeOf(pool.applyAsync("makeFunction"));
      const later = outcomeOf(pool.applyAsync("square", [7]));
      const rest = [await there, await back, await later];
      pool.close();
      await pool.join();
      return [kinds, map.get("a"), big === 2n ** 64n, ...rest];
    },
    check: ({ result }) =>
      list(result) === "[object Map] [object BigInt], 1, true, NOT_CLONEABLE, NOT_CLONEABLE, 49",
    got: ({ result }) => list(result),
    explore: { seeds: 0 },
  }),
]);
