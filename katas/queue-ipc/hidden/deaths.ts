/** Children are killed in the middle of it. */
import { fifo } from "@concurrency-katas/grader/history";
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { ACTOR, answers, ended, gotten, rest, script, sorted } from "./_shared.ts";

type Kata = typeof kata;

export const deaths = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P3",
    title: "a reader is killed while it waits",
    group: "R",
    contract: "a dead child's get is forgotten and takes nothing",
    expected: "the other reader gets the item",
    body: async ({ createQueue }, { start, rest: comeToRest, kill }) => {
      const queue = createQueue<string>();
      const first = start(ACTOR, script(["get"]));
      queue.attach(first);
      await comeToRest();
      const second = start(ACTOR, script(["get"]));
      queue.attach(second);
      await comeToRest();
      kill(1, "SIGKILL");
      await comeToRest();
      await queue.put("x");
      await ended(second);
      return queue.qsize();
    },
    check: (outcome) => outcome.result === 0 && sorted(gotten(outcome)) === "x",
    got: answers,
    explore: { seeds: 0 },
  }),

  processes({
    id: "P3b",
    title: "a writer is killed while it waits for room",
    group: "R",
    contract: "a dead child's put happened wholly or not at all, and takes no room",
    expected: "a, then perhaps b, then room for one item again, and no more",
    body: async ({ createQueue }, { start, rest: comeToRest, kill, codeOf }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      await queue.put("a");
      const writer = start(ACTOR, script(["put", "b"]));
      queue.attach(writer);
      await comeToRest();
      kill(1, "SIGKILL");
      await comeToRest();
      const out = [await queue.get(), ...(await rest(queue))];
      const codes = [
        await codeOf(() => queue.putNowait("c")),
        await codeOf(() => queue.putNowait("d")),
      ];
      return [...out, ...codes].join(" ");
    },
    check: ({ result }) => result === "a nothing FULL" || result === "a b nothing FULL",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P3c",
    title: "a reader is killed when it has its item",
    group: "R",
    contract: "an item comes out once, whatever becomes of the child that has got it",
    expected: "the queue is empty afterwards",
    body: async ({ createQueue }, { start, arrived, kill, rest: comeToRest, codeOf }) => {
      const queue = createQueue<string>();
      const reader = start(ACTOR, script(["get"], ["gate", "the middle"]));
      queue.attach(reader);
      await queue.put("x");
      await arrived("the middle", 1);
      kill(1, "SIGKILL");
      await comeToRest();
      return codeOf(() => queue.getNowait());
    },
    check: ({ result }) => result === "EMPTY",
    got: ({ result }) => (result === "nothing" ? "x comes out again" : String(result)),
    explore: { seeds: 0 },
  }),

  processes({
    id: "P3d",
    title: "a writer and a reader are killed in the middle of the traffic",
    group: "R",
    contract: "what a dead child asked for happened wholly or not at all, and never twice",
    expected: "some order of the calls explains every answer, with theirs or without",
    body: async ({ createQueue }, { start, operation }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      const get = ["get", { timeout: 1_000 }] as const;
      const all = [
        start(ACTOR, script(["put", "a1"], ["put", "a2"], ["put", "a3"])),
        start(ACTOR, script(["put", "b1"], ["put", "b2"], ["put", "b3"])),
        start(ACTOR, script(get, get, get)),
        start(ACTOR, script(get, get, get, get, get)),
      ];
      for (const each of all) queue.attach(each);
      await Promise.all(all.map(ended));
      while (!(await queue.empty())) await operation("get", [], () => queue.get());
    },
    faults: [
      { child: 1, after: 2, by: "SIGKILL" },
      { child: 3, after: 2, by: "SIGKILL" },
    ],
    model: fifo(1),
    check: (outcome) => new Set(gotten(outcome)).size === gotten(outcome).length,
    got: (outcome) => `got ${sorted(gotten(outcome))}`,
    explore: { seeds: 1 },
  }),
]);
