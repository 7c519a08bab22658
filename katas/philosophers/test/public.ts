/** The scenarios that everybody can read: one thread, and the first encounters. */
import { lock } from "@concurrency-katas/grader/history";
import { type ThreadBody, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

/** Two critical sections, one after the other. */
const inAndOutTwice: ThreadBody<Kata> = ({ Lock }, handle, thread) => {
  const mine = thread.record(Lock.attach(handle), ["acquire", "release"]);
  for (let round = 0; round < 2; round++) {
    mine.acquire();
    thread.codeOf(() => {
      mine.release();
    });
  }
};

const times =
  (depth: number): ThreadBody<Kata> =>
  ({ RLock }, handle, thread) => {
    const mine = thread.record(RLock.attach(handle), ["acquire", "release"]);
    for (let i = 0; i < depth; i++) thread.assert(mine.acquire(), "acquire() returns true");
    for (let i = 0; i < depth; i++) mine.release();
  };

export default defineScenarios<Kata>(({ threads, stress }) => [
  threads({
    id: "B1",
    title: "one thread takes a Lock, gives it back, and takes it again",
    group: "B",
    contract: "acquire() returns true as soon as it holds the lock, and release() gives it back",
    expected: "every call answers as if the lock were one ordinary object",
    setup: ({ Lock }) => Lock.create({ maxThreads: 4 }).handle,
    threads: [
      ({ Lock }, handle, thread) => {
        const lock = Lock.attach(handle);
        const mine = thread.record(lock, ["acquire", "release", "locked"]);
        void mine.locked;
        mine.acquire();
        void mine.locked;
        mine.release();
        void mine.locked;
        mine.acquire({ timeout: 5 });
        mine.release();
        mine.acquire({ timeout: 0 });
        mine.release();
        thread.assert(lock.withLock(() => 42) === 42, "withLock() returns what its function does");
        mine.acquire();
        void mine.locked;
        mine.release();
      },
    ],
    model: lock(),
    required: ["acquire", "release", "locked"],
  }),

  threads({
    id: "B2",
    title: "one thread takes an RLock three times and gives it back three times",
    group: "B",
    contract: "the owner has it until it has released it as often as it has acquired it",
    expected: "three times true, then three releases, and it is free only after the last",
    setup: ({ RLock }) => RLock.create({ maxThreads: 4 }).handle,
    threads: [
      ({ RLock }, handle, thread) => {
        const lock = RLock.attach(handle);
        const mine = thread.record(lock, ["acquire", "release", "locked"]);
        void mine.locked;
        for (let depth = 0; depth < 3; depth++) mine.acquire();
        for (let depth = 3; depth > 0; depth--) {
          void mine.locked;
          mine.release();
        }
        void mine.locked;
        mine.acquire({ timeout: 5 });
        mine.acquire({ timeout: 0 });
        mine.release();
        mine.release();
        thread.assert(lock.withLock(() => 42) === 42, "withLock() returns what its function does");
        void mine.locked;
      },
    ],
    check: (outcome) =>
      outcome.results("acquire").every((taken) => taken === true) &&
      outcome.results("locked").join() === "false,true,true,true,false,false",
    got: (outcome) =>
      `acquire: ${outcome.results("acquire").join(", ")}; locked: ${outcome.results("locked").join(", ")}`,
    required: ["acquire", "release", "locked"],
  }),

  threads({
    id: "B3",
    title: "a philosopher alone at a table for three eats three meals",
    group: "B",
    contract: "dine calls eat exactly `meals` times, each time holding both forks",
    expected: "three meals with forks 1 and 2, and nothing is held afterwards",
    setup: (_, main) => ({
      forks: [0, 1, 2].map((fork) => main.createLock(`fork ${fork}`)),
      waiter: main.createLock("the waiter"),
    }),
    threads: [
      ({ dine }, handle, thread) => {
        const { forks, waiter } = handle as { forks: readonly unknown[]; waiter: unknown };
        const table = {
          forks: forks.map((fork) => thread.lock(fork)),
          waiter: thread.lock(waiter),
        };
        let eaten = 0;
        const eat = (): void => {
          eaten++;
          thread.assert(table.forks[1]!.locked, "a philosopher eats while holding the left fork");
          thread.assert(table.forks[2]!.locked, "a philosopher eats while holding the right fork");
        };
        thread.operation("dine", [1, 3], () => {
          dine(1, table, eat, 3);
        });
        thread.assert(eaten === 3, "dine calls eat exactly `meals` times");
        for (const lock of [...table.forks, table.waiter]) {
          thread.assert(!lock.locked, "dine holds nothing when it returns");
        }
      },
    ],
    required: ["dine"],
  }),

  threads({
    id: "T1",
    title: "two threads, two critical sections each",
    group: "S",
    contract: "one thread at a time holds the lock",
    expected: "every acquire returns true, and none while another thread is inside",
    setup: ({ Lock }) => Lock.create({ maxThreads: 4 }).handle,
    threads: [inAndOutTwice, inAndOutTwice],
    finally: ({ Lock }, handle, thread) => {
      void thread.record(Lock.attach(handle), ["locked"]).locked;
    },
    model: lock(),
    required: ["acquire", "release"],
  }),

  threads({
    id: "T6a",
    title: "one thread takes an RLock twice, another takes it once",
    group: "S",
    contract: "the owner may acquire it again, and nobody else before it has released it as often",
    expected: "every call returns",
    setup: ({ RLock }) => RLock.create({ maxThreads: 4 }).handle,
    threads: [times(1), times(2)],
    finally: ({ RLock }, handle, thread) => {
      void thread.record(RLock.attach(handle), ["locked"]).locked;
    },
    check: (outcome) => outcome.final("locked") === false,
    required: ["acquire", "release"],
  }),

  threads({
    id: "T8a",
    title: "two philosophers, two forks: noodles and fork, three meals each",
    group: "L",
    contract: "however the others' threads run, everybody gets to eat",
    expected: "both eat three times, whatever the order",
    setup: (_, main) => ({
      forks: ["the noodles", "the fork"].map((name) => main.createLock(name)),
      waiter: main.createLock("the waiter"),
    }),
    threads: [0, 1].map((me): ThreadBody<Kata> => ({ dine }, handle, thread) => {
      const { forks, waiter } = handle as { forks: readonly unknown[]; waiter: unknown };
      let eaten = 0;
      thread.operation("dine", [me, 3], () => {
        const table = {
          forks: forks.map((fork) => thread.lock(fork)),
          waiter: thread.lock(waiter),
        };
        dine(me, table, () => eaten++, 3);
      });
      thread.assert(eaten === 3, "dine calls eat exactly `meals` times");
    }),
    required: ["dine"],
  }),

  stress({
    id: "S1",
    title: "two workers count to 20,000 under one Lock",
    group: "S",
    contract: "one thread at a time holds the lock",
    expected: "20,000",
    workers: 2,
    runs: 3,
    setup: ({ Lock }) => ({
      lock: Lock.create({ maxThreads: 3 }).handle,
      count: new SharedArrayBuffer(4),
    }),
    body: ({ Lock }, handle) => {
      const shared = handle as { lock: unknown; count: SharedArrayBuffer };
      const lock = Lock.attach(shared.lock);
      const count = new Int32Array(shared.count);
      for (let i = 0; i < 10_000; i++) {
        lock.acquire();
        count[0]! += 1;
        lock.release();
      }
      return undefined;
    },
    finally: (_, handle) => {
      const { count } = handle as { count: SharedArrayBuffer };
      return new Int32Array(count)[0];
    },
    check: ({ final }) => final === 20_000,
  }),
]);
