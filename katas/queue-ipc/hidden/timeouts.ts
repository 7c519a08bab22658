/** Who waits gives up. */
import { fifo } from "@concurrency-katas/grader/history";
import { type ProcessOutcome, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { ACTOR, ended, gotten, rest, script, sorted } from "./_shared.ts";

type Kata = typeof kata;

const outAndLeft = (outcome: ProcessOutcome): string =>
  `got ${sorted(gotten(outcome))}; left ${sorted(outcome.result as readonly unknown[])}`;

export const timeouts = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "P2",
    title: "a get gives up while its item is on the way",
    group: "S",
    contract: "EMPTY means that nothing was taken",
    expected: "every item that was put is got, or still there",
    body: async ({ createQueue }, { start }) => {
      const queue = createQueue<string>();
      const reader = start(ACTOR, script(["get", { timeout: 50 }], ["get", { timeout: 50 }]));
      const writer = start(ACTOR, script(["put", "x"], ["put", "y"]));
      queue.attach(reader);
      queue.attach(writer);
      await Promise.all([ended(reader), ended(writer)]);
      return rest(queue);
    },
    model: fifo(),
    check: (outcome) =>
      sorted([...gotten(outcome), ...(outcome.result as readonly unknown[])]) === "x y",
    got: outAndLeft,
    explore: { overtakes: 2 },
  }),

  processes({
    id: "P2b",
    title: "a put gives up while there is room again",
    group: "S",
    contract: "FULL means that nothing was stored",
    expected: "x comes out once, and y once if it was stored",
    body: async ({ createQueue }, { start, rest: comeToRest, open }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      const writer = start(ACTOR, script(["put", "x"], ["put", "y", { timeout: 50 }]));
      const reader = start(ACTOR, script(["gate", "late"], ["get"]));
      const both = Promise.all([ended(reader), ended(writer)]);
      queue.attach(writer);
      queue.attach(reader);
      await comeToRest();
      open("late");
      await both;
      return rest(queue);
    },
    model: fifo(1),
    check: (outcome) => {
      const y = outcome.operations.find(({ args }) => args[0] === "y")?.outcome.kind;
      const out = sorted([...gotten(outcome), ...(outcome.result as readonly unknown[])]);
      return out === (y === "returned" ? "x y" : "x");
    },
    got: outAndLeft,
    explore: { overtakes: 2 },
  }),
]);
