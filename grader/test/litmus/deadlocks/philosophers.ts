import { type Litmus, type Program, each, program } from "../_litmus.ts";
import { type Lock, holding, locks } from "../_locks.ts";

const DIJKSTRA =
  "Dijkstra, Hierarchical ordering of sequential processes, Acta Informatica 1, 1971";

/** Each takes the fork on the left, then the one on the right; the last one may take them in order. */
function dining(count: number, isOrdered: boolean): Program {
  return program<readonly Lock[]>({
    setup: () => locks(count),
    threads: each(count, (me) => (forks: readonly Lock[]): void => {
      const right = (me + 1) % count;
      const [first, second] = isOrdered && right < me ? [right, me] : [me, right];
      holding(forks[first], () => {
        holding(forks[second], () => undefined);
      });
    }),
  });
}

const philosophers = (count: number, within: number): Litmus => ({
  name: `${count} dining philosophers, all left-handed`,
  source: DIJKSTRA,
  program: dining(count, false),
  expected: {
    verdict: "deadlock",
    bugClass: "lock-order-cycle",
    preemptions: 1,
    within,
  },
  twin: {
    name: "forks in order",
    program: dining(count, true),
    ...(count > 3 ? { bound: 1 } : {}),
  },
});

export const philosophers2 = (): Litmus => philosophers(2, 5);
export const philosophers3 = (): Litmus => philosophers(3, 50);
export const philosophers5 = (): Litmus => philosophers(5, 2_000);
