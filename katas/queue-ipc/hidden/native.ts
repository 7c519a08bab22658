/** Writers and readers at native speed. */
import { type ProcessOutcome, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { ACTOR, ended, script } from "./_shared.ts";

type Kata = typeof kata;

/** How many items each child of the native scenario puts or gets. */
const MANY = 100;

/** What each reader of the native scenario has got. */
const lists = ({ operations }: ProcessOutcome): readonly (readonly number[])[] =>
  operations.flatMap(({ outcome }) =>
    outcome.kind === "returned" ? [outcome.value as readonly number[]] : [],
  );

/** Whether the numbers of the writer that began with `first` stand in their order. */
const isInOrder = (list: readonly number[], first: number): boolean => {
  const own = list.filter((item) => item >= first && item < first + MANY);
  return own.every((item, i) => i === 0 || item > (own[i - 1] ?? 0));
};

export const native = defineScenarios<Kata>(({ processes }) => [
  processes({
    id: "S",
    title: "two writers, two readers, 100 items each, as they come",
    group: "S",
    contract: "each item comes out once, and each writer's in their order",
    expected: "200 different items, each writer's in order for each reader",
    body: async ({ createQueue }, { start }) => {
      const queue = createQueue<number>({ maxsize: 3 });
      const all = [
        start(ACTOR, script(["putMany", 0, MANY])),
        start(ACTOR, script(["putMany", 1_000, MANY])),
        start(ACTOR, script(["getMany", MANY])),
        start(ACTOR, script(["getMany", MANY])),
      ];
      for (const each of all) queue.attach(each);
      await Promise.all(all.map(ended));
      return queue.qsize();
    },
    check: (outcome) =>
      outcome.result === 0 &&
      new Set(lists(outcome).flat()).size === 2 * MANY &&
      lists(outcome).every((list) => [0, 1_000].every((first) => isInOrder(list, first))),
    got: (outcome) =>
      `${new Set(lists(outcome).flat()).size} different items; ${String(outcome.result)} left`,
    explore: { native: 20 },
  }),
]);
