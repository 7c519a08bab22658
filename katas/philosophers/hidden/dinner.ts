/** The philosophers: all of them eat, and none of them for ever alone. */
import { type Thread, type ThreadBody, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { type TableHandle, burn, tableFor } from "./_shared.ts";

type Kata = typeof kata;

/**
 * A philosopher whose locks keep a list of what this thread holds: with locks that exclude, whoever
 * holds both forks has no neighbour who eats.
 */
const philosopher =
  (
    me: number,
    {
      meals = 1,
      eats,
    }: { meals?: number; eats?: (thread: Thread, table: TableHandle) => void } = {},
  ): ThreadBody<Kata> =>
  ({ dine }, handle, thread) => {
    const table = handle as TableHandle;
    const { forks, waiter } = table;
    const held = new Set<unknown>();
    const lend = (item: unknown): kata.LockLike => {
      const lock = thread.lock(item);
      return {
        acquire(o) {
          const taken = lock.acquire(o);
          if (taken) held.add(item);
          return taken;
        },
        release() {
          lock.release();
          held.delete(item);
        },
      };
    };
    let eaten = 0;
    const eat = (): void => {
      eaten++;
      const hasBoth = held.has(forks[me]) && held.has(forks[(me + 1) % forks.length]);
      thread.assert(hasBoth, `philosopher ${me} eats while holding both forks`);
      eats?.(thread, table);
    };
    thread.operation("dine", [me, meals], () => {
      dine(me, { forks: forks.map(lend), waiter: lend(waiter) }, eat, meals);
    });
    thread.assert(eaten === meals, `philosopher ${me} eats exactly ${meals} times`);
    thread.assert(held.size === 0, `philosopher ${me} holds nothing after dine`);
  };

export const dinner = defineScenarios<Kata>(({ threads }) => [
  ...[3, 4, 5].map((seats) =>
    threads({
      id: `T8${"bcd"[seats - 3]}`,
      title: `${seats} philosophers, ${seats} forks, one meal each`,
      group: "L",
      contract: "however the others' threads run, everybody gets to eat",
      expected: "everybody eats once",
      setup: tableFor(seats),
      threads: Array.from({ length: seats }, (_, me) => philosopher(me)),
      required: ["dine"],
      explore: { preemptions: seats < 5 ? 2 : 1 },
    }),
  ),

  threads({
    id: "T8n",
    title: "two neighbours at a table for three, two meals each",
    group: "S",
    contract: "a philosopher eats while holding both forks, so no two neighbours eat at once",
    expected: "each of them eats twice, every time with both forks",
    setup: tableFor(3),
    threads: [philosopher(1, { meals: 2 }), philosopher(2, { meals: 2 })],
    required: ["dine"],
  }),

  threads({
    id: "T9",
    title: "at a table for four, philosopher 0 eats until philosopher 2 does",
    group: "C",
    contract: "those who share no fork can eat at the same time",
    expected: "both eat, at the same time",
    setup: tableFor(4),
    threads: [
      philosopher(0, {
        eats: (thread, { gate }) => {
          thread.gate(gate).pass();
        },
      }),
      philosopher(2, {
        eats: (thread, { gate }) => {
          thread.gate(gate).open();
        },
      }),
    ],
    required: ["dine"],
  }),

  threads({
    id: "T10",
    title: "philosopher 0 chokes on the first of two meals, philosopher 1 comes as well",
    group: "R",
    contract: "when dine throws because eat did, this thread holds nothing",
    expected: "the error reaches the caller, philosopher 1 eats, and all forks are free",
    setup: tableFor(2),
    threads: [
      (kata, handle, thread) => {
        thread.codeOf(() => {
          philosopher(0, { meals: 2, eats: burn })(kata, handle, thread);
        });
      },
      philosopher(1),
    ],
    finally: (_, handle, thread) => {
      const { forks, waiter } = handle as TableHandle;
      for (const lock of [...forks, waiter]) {
        thread.assert(!thread.lock(lock).locked, "nothing is held in the end");
      }
    },
    check: (outcome) =>
      outcome.operations.some(
        ({ thread, outcome: answer }) =>
          thread === 0 && answer.kind === "threw" && answer.code === "BURNT",
      ),
    required: ["dine"],
  }),
]);
