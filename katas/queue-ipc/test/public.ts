/** The public scenarios: what `npm test` shows to everybody. */
import { fifo } from "@concurrency-katas/grader/history";
import { type ProcessOutcome, defineScenarios } from "@concurrency-katas/grader/scenario";
import type { Step } from "../given/actor.ts";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

const ACTOR = "given/actor.ts";

/** How a child is started that follows a script. */
const script = (...steps: readonly Step[]) =>
  ({ args: [JSON.stringify(steps)], serialization: "advanced" }) as const;

/** What came of each call, in the order of the calls. */
const answers = ({ operations }: ProcessOutcome, ...names: readonly string[]): string =>
  operations
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map(({ outcome }) => {
      if (outcome.kind === "returned") return String(outcome.value);
      return outcome.kind === "threw" ? outcome.code : "pending";
    })
    .join(" ");

export default defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "B1",
    title: "a writer puts A, B, C and D; a reader without an end is terminated",
    group: "B",
    contract: "one queue, first in, first out, between processes",
    expected: "the reader gets A, B, C, D, and waits until it is terminated",
    body: async ({ createQueue }, { start, rest, kill }) => {
      const queue = createQueue<string>();
      const writer = start(ACTOR, script(["put", "A"], ["put", "B"], ["put", "C"], ["put", "D"]));
      const reader = start(ACTOR, script(["getForever"]));
      queue.attach(writer);
      queue.attach(reader);
      await rest();
      kill(2, "SIGTERM");
      await rest();
    },
    model: fifo(),
    check: (outcome) =>
      answers(outcome, "get") === "A B C D pending" &&
      outcome.children.every(({ isAlive }) => !isAlive),
    got: (outcome) => answers(outcome, "get"),
    explore: { seeds: 0 },
  }),

  processes({
    id: "B2",
    title: "a queue for five, in the parent alone",
    group: "B",
    contract: "FULL stores nothing, EMPTY takes nothing; qsize, empty and full say how it is",
    expected: "FULL at the sixth item, EMPTY after the fifth",
    body: async ({ createQueue }, { codeOf }) => {
      const queue = createQueue<number>({ maxsize: 5 });
      const seen: unknown[] = [await queue.empty(), await queue.full()];
      for (let item = 0; item < 5; item++) await queue.put(item);
      seen.push(await queue.full(), await queue.qsize());
      seen.push(await codeOf(() => queue.putNowait(5)));
      seen.push(await codeOf(() => queue.put(6, { timeout: 100 })));
      for (let item = 0; item < 5; item++) seen.push(await queue.get());
      seen.push(await codeOf(() => queue.getNowait()));
      seen.push(await codeOf(() => queue.get({ timeout: 100 })), await queue.qsize());
      seen.push(await codeOf(() => queue.put(1, { timeout: -1 })));
      seen.push(await codeOf(() => queue.get({ timeout: NaN })));
      return seen.join(" ");
    },
    check: ({ result }) =>
      result === "true false true 5 FULL FULL 0 1 2 3 4 EMPTY EMPTY 0 RangeError RangeError",
    got: ({ result }) => String(result),
    explore: { seeds: 0 },
  }),

  processes({
    id: "B3",
    title: "a child fills a queue for two and empties it again",
    group: "B",
    contract: "a child sees the queue as the parent does",
    expected: "FULL at the third item, EMPTY after the second",
    body: async ({ createQueue }, { start }) => {
      const queue = createQueue<unknown>({ maxsize: 2 });
      const child = start(
        ACTOR,
        script(
          ["empty"],
          ["put", null],
          ["put", 0, { timeout: 10 }],
          ["full"],
          ["putNowait", 3],
          ["put", 4, { timeout: 10 }],
          ["qsize"],
          ["getNowait"],
          ["get"],
          ["getNowait"],
          ["get", { timeout: 10 }],
          ["get", { timeout: -1 }],
        ),
      );
      queue.attach(child);
      await new Promise((resolve) => {
        child.once("exit", resolve);
      });
    },
    check: (outcome) =>
      answers(outcome) ===
      "true undefined undefined true FULL FULL 2 null 0 EMPTY EMPTY RangeError",
    got: (outcome) => answers(outcome),
    explore: { seeds: 0 },
  }),
]);
