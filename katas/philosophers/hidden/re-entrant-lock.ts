/** The re-entrant lock: its owner, and how often that took it. */
import { type Model, blocks, defineModel, oneOf, throws } from "@concurrency-katas/grader/history";
import { type ThreadBody, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";
import {
  type TimeoutOption,
  assertBadTimeouts,
  burn,
  gaveBackAfterThrow,
  giveBack,
  tryForAWhile,
} from "./_shared.ts";

type Kata = typeof kata;

interface Holding {
  readonly owner: number | null;
  readonly depth: number;
}

const nobody: Holding = { owner: null, depth: 0 };

/** The re-entrant lock as thread `me` sees it. */
const reentrantLockOf = (me: number): Model<Holding> =>
  defineModel({
    name: "re-entrant lock",
    initial: nobody,
    operations: {
      acquire: (held, o?: TimeoutOption) => {
        const taken: Holding = { owner: me, depth: held.depth + 1 };
        if (held.owner === me) return [taken, true];
        if (o?.timeout === undefined) return held.owner === null ? [taken, true] : blocks;
        return held.owner === null ? oneOf([taken, true], [held, false]) : [held, false];
      },
      release: (held) => {
        if (held.owner !== me) return throws(held, "NOT_OWNER");
        return [held.depth === 1 ? nobody : { owner: me, depth: held.depth - 1 }];
      },
      locked: (held) => [held, held.owner !== null],
    },
  });

/** What a call does depends on who calls. */
const reentrantLock = (initial = nobody): Model<Holding> => ({
  name: "re-entrant lock",
  initial,
  step: (held, operation) => reentrantLockOf(operation.thread).step(held, operation),
  allowed: (held, operation) => reentrantLockOf(operation.thread).allowed?.(held, operation) ?? [],
});

/** Critical sections one inside the other. */
const nestedSections: ThreadBody<Kata> = ({ RLock }, handle, thread) => {
  const mine = thread.record(RLock.attach(handle), ["acquire", "release"]);
  mine.acquire();
  mine.acquire();
  giveBack(thread, mine);
  giveBack(thread, mine);
};

const nestedSectionsTwice: ThreadBody<Kata> = (kata, handle, thread) => {
  nestedSections(kata, handle, thread);
  nestedSections(kata, handle, thread);
};

/** As `heldByMain`, two levels deep. */
const ownedTwice = ({ RLock }: Kata): unknown => {
  const lock = RLock.create({ maxThreads: 4 });
  lock.acquire();
  lock.acquire();
  return lock.handle;
};

export const reEntrantLock = defineScenarios<Kata>(({ threads }) => [
  threads({
    id: "T6",
    title: "two threads take the lock twice, two rounds each",
    group: "S",
    contract: "the owner has it until it has released it as often as it has acquired it",
    expected: "every acquire returns true, and none while another thread is inside",
    setup: ({ RLock }) => RLock.create({ maxThreads: 4 }).handle,
    threads: [nestedSectionsTwice, nestedSectionsTwice],
    threadIds: [3, 65_539],
    model: reentrantLock(),
    required: ["acquire", "release"],
  }),

  threads({
    id: "T6b",
    title: "one thread takes the lock twice, another once, and its owner gives it back twice",
    group: "S",
    contract: "the owner has it until it has released it as often as it has acquired it",
    expected: "every acquire returns true, and none while another thread is inside",
    setup: ownedTwice,
    threads: [
      nestedSections,
      ({ RLock }, handle, thread) => {
        const mine = thread.record(RLock.attach(handle), ["acquire", "release"]);
        mine.acquire();
        giveBack(thread, mine);
      },
      ({ RLock }, handle, thread) => {
        const mine = thread.record(RLock.attach(handle), ["release"]);
        giveBack(thread, mine);
        giveBack(thread, mine);
      },
    ],
    threadIds: [1_000_001, 8, 0],
    model: reentrantLock({ owner: 2, depth: 2 }),
    required: ["acquire", "release"],
  }),

  threads({
    id: "T6c",
    title: "a thread may give up, and the owner gives the lock back twice and comes again",
    group: "L",
    contract: "a thread that gives up does not own the lock, and nobody waits in vain for that",
    expected: "every call returns, and the lock is free in the end",
    setup: ownedTwice,
    threads: [
      ({ RLock }, handle, thread) => {
        tryForAWhile(thread, RLock.attach(handle));
      },
      ({ RLock }, handle, thread) => {
        const mine = thread.record(RLock.attach(handle), ["acquire", "release"]);
        giveBack(thread, mine);
        giveBack(thread, mine);
        mine.acquire();
        giveBack(thread, mine);
      },
    ],
    threadIds: [123_456_789, 0],
    finally: ({ RLock }, handle, thread) => {
      thread.record(RLock.attach(handle), ["acquire"]).acquire({ timeout: 0 });
    },
    model: reentrantLock({ owner: 1, depth: 2 }),
    check: (outcome) => outcome.final("acquire") === true,
    required: ["acquire", "release"],
    seen: {
      what: "a thread that gave up",
      in: (outcome) => outcome.results("acquire").includes(false),
    },
  }),

  threads({
    id: "T7",
    title: "the main thread owns the RLock, and a worker tries to release and to take it",
    group: "R",
    contract: "release() by any thread but the owner is NOT_OWNER",
    expected: "only the owner gets in again, and only the owner can release",
    setup: ({ RLock }, main) => ({
      lock: RLock.create({ maxThreads: 4 }).handle,
      owned: main.createGate(),
    }),
    threads: [
      ({ RLock }, handle, thread) => {
        const shared = handle as { lock: unknown; owned: unknown };
        const mine = thread.record(RLock.attach(shared.lock), ["acquire", "release", "locked"]);
        const same = thread.record(RLock.attach(shared.lock), ["acquire", "release"]);
        for (const lock of [mine, same, mine]) lock.acquire();
        for (const lock of [same, mine]) giveBack(thread, lock);
        thread.gate(shared.owned).open();
        void mine.locked;
        giveBack(thread, same);
        giveBack(thread, mine);
      },
      ({ RLock }, handle, thread) => {
        const shared = handle as { lock: unknown; owned: unknown };
        const mine = thread.record(RLock.attach(shared.lock), ["acquire", "release"]);
        giveBack(thread, mine);
        thread.gate(shared.owned).pass();
        giveBack(thread, mine);
        if (mine.acquire({ timeout: 0 })) giveBack(thread, mine);
      },
    ],
    threadIds: [0, 2_000_000],
    model: reentrantLock(),
    required: ["acquire", "locked"],
  }),

  threads({
    id: "T7b",
    title: "withLock of an RLock that throws two levels deep, and bad timeouts",
    group: "R",
    contract: "withLock gives back what it took, also when its function throws",
    expected: "the error reaches the caller, and the other thread gets the lock",
    setup: ({ RLock }) => RLock.create({ maxThreads: 4 }).handle,
    threads: [
      ({ RLock }, handle, thread) => {
        const lock = RLock.attach(handle);
        const same = RLock.attach(handle);
        thread.codeOf(() => {
          thread.operation("withLock", ["throws"], () => lock.withLock(() => same.withLock(burn)));
        });
      },
      ({ RLock }, handle, thread) => {
        const lock = RLock.attach(handle);
        assertBadTimeouts(thread, lock);
        thread.operation("withLock", ["returns 7"], () => lock.withLock(() => 7));
      },
    ],
    finally: ({ RLock }, handle, thread) => {
      void thread.record(RLock.attach(handle), ["locked"]).locked;
    },
    check: gaveBackAfterThrow,
    required: ["withLock"],
  }),
]);
