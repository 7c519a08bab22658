/** Items come once each, and in their order. */
import { fifo } from "@concurrency-katas/grader/history";
import {
  type ProcessOutcome,
  type Processes,
  defineScenarios,
} from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { ACTOR, answers, ended, gotten, script, sorted } from "./_shared.ts";

type Kata = typeof kata;

const ITEMS = ["a", "b", null, 0, "", false];

/** Two writers and two readers of six items each. */
const traffic = (maxsize: number, id: string) =>
  ({
    id,
    title: `two writers, two readers, ${maxsize === 0 ? "no bound" : `room for ${maxsize}`}`,
    group: "S",
    contract: "each item comes out once; who waits is served in the order of asking",
    expected: "some order of the calls explains every answer",
    body: async ({ createQueue }: Kata, { start }: Processes) => {
      const queue = createQueue<unknown>({ maxsize });
      const writers = [1, 2].map((writer) => {
        const items = ITEMS.map((item, i) => (i < 2 ? `${writer}${String(item)}` : item));
        return start(ACTOR, script(...items.map((item) => ["put", item] as const)));
      });
      const readers = [3, 4].map(() => start(ACTOR, script(...ITEMS.map(() => ["get"] as const))));
      const all = [...writers, ...readers];
      for (const each of all) queue.attach(each);
      await Promise.all(all.map(ended));
      return queue.qsize();
    },
    model: fifo(maxsize === 0 ? Infinity : maxsize),
    check: (outcome: ProcessOutcome) =>
      outcome.result === 0 &&
      sorted(gotten(outcome)) ===
        sorted(["1a", "1b", "2a", "2b", null, null, 0, 0, "", "", false, false]),
    got: (outcome: ProcessOutcome) => JSON.stringify(gotten(outcome)),
    explore: { seeds: 1 },
  }) as const;

export const order = defineScenarios<Kata>(({ processes }) => [
  processes(traffic(1, "P1")),

  processes(traffic(3, "P1b")),

  processes(traffic(0, "P1c")),

  processes({
    id: "P1d",
    title: "one child makes four calls at once",
    group: "S",
    contract: "each call has an answer of its own",
    expected: "x and y come out, each once",
    body: async ({ createQueue }, { start }) => {
      const queue = createQueue<string>({ maxsize: 1 });
      const child = start(
        ACTOR,
        script(["together", [["get"], ["put", "x"], ["put", "y"], ["get", { timeout: 50 }]]]),
      );
      queue.attach(child);
      await ended(child);
      return queue.qsize();
    },
    model: fifo(1),
    check: (outcome) => outcome.result === 0 && sorted(gotten(outcome)) === "x y",
    got: answers,
    explore: { seeds: 0 },
  }),
]);
