/** Who waits, for what, and how that ends. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { ACTOR, answers, ended, gotten, rest, script, sorted } from "./_shared.ts";

type Kata = typeof kata;

export const waiting = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "L1",
    title: "who waits for room, and who waits for an item",
    group: "L",
    contract: "who waits goes on as soon as there is room, or an item",
    expected: "both writers go on after two gets, and all readers get an item",
    body: async ({ createQueue }, { start, rest: comeToRest, children, assert }) => {
      const queue = createQueue<string>({ maxsize: 2 });
      await queue.put("a");
      await queue.put("b");
      const writers = ["c", "d"].map((item) => start(ACTOR, script(["put", item])));
      for (const each of writers) queue.attach(each);
      const written = writers.map(ended);
      await comeToRest();
      const isWaiting = children().every(({ isAlive }) => isAlive);
      assert(isWaiting, "put() waits while the queue is full");
      const got = [await queue.get(), await queue.get()];
      await Promise.all(written);
      got.push(...(await rest(queue)));
      const readers = [1, 2].map(() => start(ACTOR, script(["get"])));
      for (const each of readers) queue.attach(each);
      const read = readers.map(ended);
      await comeToRest();
      await queue.put("e");
      await queue.put("f");
      await Promise.all(read);
      return sorted(got);
    },
    check: (outcome) => outcome.result === "a b c d" && sorted(gotten(outcome)) === "e f",
    got: (outcome) => `parent: ${String(outcome.result)}; children: ${answers(outcome)}`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "L2",
    title: "the queue is closed while others wait",
    group: "L",
    contract: "close() rejects the calls that wait with CLOSED, and all later ones",
    expected: "CLOSED for both calls of the child and of the parent",
    body: async ({ createQueue }, { start, rest: comeToRest, codeOf }) => {
      const queue = createQueue<string>();
      const child = start(ACTOR, script(["get"], ["put", "late"]));
      queue.attach(child);
      const own = codeOf(() => queue.get());
      await comeToRest();
      queue.close();
      await ended(child);
      return [await own, await codeOf(() => queue.put("later"))].join(" ");
    },
    check: (outcome) =>
      outcome.result === "CLOSED CLOSED" && answers(outcome) === "1:CLOSED 1:CLOSED",
    got: (outcome) => `parent: ${String(outcome.result)}; child: ${answers(outcome)}`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "L2b",
    title: "a child closes its end while it waits",
    group: "L",
    contract: "close() rejects the calls that wait with CLOSED, and lets the child end",
    expected: "CLOSED twice, the child ends, and the next item is still there",
    body: async ({ createQueue }, { start, rest: comeToRest, codeOf }) => {
      const queue = createQueue<string>();
      const child = start(ACTOR, script(["together", [["get"], ["close"]]], ["put", "late"]));
      queue.attach(child);
      await ended(child);
      await comeToRest();
      await queue.put("x");
      const out = await queue.getNowait();
      return [out, await codeOf(() => queue.getNowait())].join(" ");
    },
    check: (outcome) => outcome.result === "x EMPTY" && answers(outcome) === "1:CLOSED 1:CLOSED",
    got: (outcome) => `parent: ${String(outcome.result)}; child: ${answers(outcome)}`,
    explore: { seeds: 0 },
  }),

  processes({
    id: "L3",
    title: "two readers wait, one after the other",
    group: "L",
    contract: "who waits is served in the order of asking",
    expected: "x for the first, y for the second",
    body: async ({ createQueue }, { start, rest: comeToRest }) => {
      const queue = createQueue<string>();
      const all: Promise<unknown>[] = [];
      for (let i = 0; i < 2; i++) {
        const reader = start(ACTOR, script(["get"]));
        all.push(ended(reader));
        queue.attach(reader);
        await comeToRest();
      }
      await queue.put("x");
      await queue.put("y");
      await Promise.all(all);
    },
    check: (outcome) => answers(outcome) === "1:x 2:y",
    got: answers,
    explore: { seeds: 0 },
  }),

  processes({
    id: "L3b",
    title: "two writers wait, one after the other",
    group: "L",
    contract: "who waits is served in the order of asking",
    expected: "a, then b of the first, then c of the second",
    body: async ({ createQueue }, { start, rest: comeToRest }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      await queue.put("a");
      const all: Promise<unknown>[] = [];
      for (const item of ["b", "c"]) {
        const writer = start(ACTOR, script(["put", item]));
        all.push(ended(writer));
        queue.attach(writer);
        await comeToRest();
      }
      const out = [await queue.get(), await queue.get(), await queue.get()];
      await Promise.all(all);
      return out.join(" ");
    },
    check: ({ result }) => result === "a b c",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),
]);
