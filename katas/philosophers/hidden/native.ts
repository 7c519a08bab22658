/** Locks and philosophers at native speed. */
import { defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import { type TableHandle, tableFor } from "./_shared.ts";

type Kata = typeof kata;

export const native = defineScenarios<Kata>(({ stress }) => [
  stress({
    id: "S2",
    title: "four workers enter one Lock 50,000 times each",
    group: "S",
    contract: "one thread at a time holds the lock",
    expected: "200,000",
    workers: 4,
    runs: 1,
    setup: ({ Lock }) => ({
      lock: Lock.create({ maxThreads: 5 }).handle,
      count: new SharedArrayBuffer(4),
    }),
    body: ({ Lock }, handle) => {
      const shared = handle as { lock: unknown; count: SharedArrayBuffer };
      const lock = Lock.attach(shared.lock);
      const count = new Int32Array(shared.count);
      for (let i = 0; i < 50_000; i++) {
        lock.withLock(() => {
          count[0]! += 1;
        });
      }
      return undefined;
    },
    finally: (_, handle) => {
      const { count } = handle as { count: SharedArrayBuffer };
      return new Int32Array(count)[0];
    },
    check: ({ final }) => final === 200_000,
  }),

  stress({
    id: "S",
    title: "five philosophers eat 2,000 meals each",
    group: "S",
    contract: "no two neighbours eat at once",
    expected: "each fork is used 4,000 times",
    workers: 5,
    runs: 2,
    setup: (kata, main) => ({ ...tableFor(5)(kata, main), uses: new SharedArrayBuffer(20) }),
    body: ({ dine }, handle, worker) => {
      const table = handle as TableHandle & { readonly uses: SharedArrayBuffer };
      const uses = new Int32Array(table.uses);
      const me = worker.index;
      const eat = (): void => {
        uses[me]! += 1;
        uses[(me + 1) % 5]! += 1;
      };
      const forks = table.forks.map((fork) => worker.lock(fork));
      dine(me, { forks, waiter: worker.lock(table.waiter) }, eat, 2_000);
      return undefined;
    },
    finally: (_, handle) => [...new Int32Array((handle as { uses: SharedArrayBuffer }).uses)],
    check: ({ final }) => String(final) === "4000,4000,4000,4000,4000",
  }),
]);
