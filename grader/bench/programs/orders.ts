/** Six tasks in every order, as often as makes a measurement. */
import { defineScenarios } from "../../src/scenario/index.ts";

interface Kata {
  asCompleted(tasks: Iterable<Promise<number>>): AsyncIterable<{ readonly index: number }>;
}

export default defineScenarios<Kata>(({ tasks }) => [
  tasks({
    id: "A",
    title: "records come in the order in which the tasks settle",
    group: "S",
    contract: "",
    expected: "",
    sizes: Array.from({ length: 72 }, () => 6),
    async body(kata, run) {
      const all = Array.from({ length: run.size }, (_, i) => run.later(`task ${i}`, i));
      const seen: number[] = [];
      for await (const { index } of kata.asCompleted(all)) seen.push(index);
      return seen;
    },
    check: ({ result, settled }) =>
      (result as number[]).map((index) => `task ${index}`).join() === settled.join(),
  }),
]);
