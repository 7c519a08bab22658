/** The benchmark's scenarios: about 40 steps, by two or four threads. */
import { defineScenarios } from "../../src/scenario/index.ts";
import type * as kata from "./counter.ts";

type Kata = typeof kata;

export default defineScenarios<Kata>(({ threads }) =>
  [
    { workers: 2, rounds: 4 },
    { workers: 4, rounds: 2 },
  ].map(({ workers, rounds }) =>
    threads({
      id: `W${workers}`,
      title: `${workers} threads increment ${rounds} times each`,
      group: "S",
      contract: "no increment is lost",
      expected: `${workers * rounds}`,
      setup: ({ Counter }) => Counter.create().handle,
      threads: Array.from({ length: workers }, () => ({ Counter }: Kata, handle: unknown) => {
        const counter = new Counter(handle as SharedArrayBuffer);
        for (let i = 0; i < rounds; i++) counter.increment();
      }),
      finally: ({ Counter }, handle, thread) => {
        thread.operation("value", [], () => new Counter(handle as SharedArrayBuffer).value);
      },
      check: (outcome) => outcome.final("value") === workers * rounds,
    }),
  ),
);
