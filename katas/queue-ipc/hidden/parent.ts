/** The parent takes part, and any items. */
import { fifo } from "@concurrency-katas/grader/history";
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { ACTOR, answers, ended, gotten, script, sorted } from "./_shared.ts";

type Kata = typeof kata;

export const parent = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P4",
    title: "the parent takes part",
    group: "S",
    contract: "the parent's own calls and those of its children are about one queue",
    expected: "some order of the calls explains every answer",
    body: async ({ createQueue }, { start, operation }) => {
      const queue = createQueue<string>({ maxsize: 2 });
      const writer = start(ACTOR, script(["put", "a"], ["put", "b"], ["put", "c"], ["qsize"]));
      const reader = start(ACTOR, script(["get"], ["qsize"], ["get"]));
      queue.attach(writer);
      queue.attach(reader);
      await operation("put", ["p"], () => queue.put("p"));
      await operation("qsize", [], () => queue.qsize());
      await operation("get", [], () => queue.get());
      await operation("get", [], () => queue.get());
      await Promise.all([ended(writer), ended(reader)]);
      return operation("qsize", [], () => queue.qsize());
    },
    model: fifo(2),
    check: (outcome) => sorted(gotten(outcome)) === "a b c p" && outcome.result === 0,
    got: answers,
  }),

  processes({
    id: "P4b",
    title: "items that are no text",
    group: "S",
    contract: "an item is any data that a message can carry, undefined and null too",
    expected: "undefined, a Map and a Date, after a child has had them",
    body: async ({ createQueue }, { start }) => {
      const queue = createQueue<unknown>();
      const child = start(ACTOR, script(["pass"], ["pass"], ["pass"]));
      queue.attach(child);
      for (const item of [undefined, new Map([["k", 1n]]), new Date(0)]) await queue.put(item);
      await ended(child);
      const [nothing, map, date] = [await queue.get(), await queue.get(), await queue.get()];
      return [
        nothing === undefined ? "undefined" : "something",
        map instanceof Map && map.get("k") === 1n ? "a Map" : "no Map",
        date instanceof Date ? "a Date" : "no Date",
      ].join(", ");
    },
    check: ({ result }) => result === "undefined, a Map, a Date",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),
]);
