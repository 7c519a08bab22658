/** The lock: who holds it, who waits, and who gives up. */
import {
  type Model,
  blocks,
  defineModel,
  lock,
  oneOf,
  throws,
} from "@concurrency-katas/grader/history";
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

/** A lock whose timed acquire may give up at any moment: how long it tries is not the model's. */
const lockWithTimeouts = (initial = false): Model<boolean> =>
  defineModel({
    name: "lock with timeouts",
    initial,
    operations: {
      acquire: (held, o?: TimeoutOption) => {
        if (o?.timeout === undefined) return held ? blocks : [true, true];
        return held ? [held, false] : oneOf([true, true], [held, false]);
      },
      release: (held) => (held ? [false] : throws(held, "NOT_LOCKED")),
      locked: (held) => [held, held],
    },
  });

const oneSection: ThreadBody<Kata> = ({ Lock }, handle, thread) => {
  const mine = thread.record(Lock.attach(handle), ["acquire", "release"]);
  mine.acquire();
  giveBack(thread, mine);
};

/** Taken in the set-up, so by the main thread: one of the scenario's threads goes on as that. */
const heldByMain = ({ Lock }: Kata): unknown => {
  const lock = Lock.create({ maxThreads: 4 });
  lock.acquire();
  return lock.handle;
};

export const plainLock = defineScenarios<Kata>(({ threads }) => [
  threads({
    id: "T1b",
    title: "three threads, one critical section each",
    group: "S",
    contract: "one thread at a time holds the lock",
    expected: "every acquire returns true, and none while another thread is inside",
    setup: ({ Lock }) => Lock.create({ maxThreads: 4 }).handle,
    threads: [oneSection, oneSection, oneSection],
    threadIds: [4_100, 12, 900_001],
    model: lock(),
    required: ["acquire", "release"],
  }),

  threads({
    id: "T2",
    title: "a thread may give up, another stays, and the holder releases and comes again",
    group: "L",
    contract: "a thread that gives up does not hold the lock, and nobody waits in vain for that",
    expected: "every call returns, and the lock is free in the end",
    setup: heldByMain,
    threads: [
      ({ Lock }, handle, thread) => {
        tryForAWhile(thread, Lock.attach(handle));
      },
      oneSection,
      ({ Lock }, handle, thread) => {
        const mine = thread.record(Lock.attach(handle), ["acquire", "release"]);
        giveBack(thread, mine);
        mine.acquire();
        giveBack(thread, mine);
      },
    ],
    threadIds: [31, 5, 0],
    finally: ({ Lock }, handle, thread) => {
      thread.record(Lock.attach(handle), ["acquire"]).acquire({ timeout: 0 });
    },
    model: lockWithTimeouts(true),
    check: (outcome) => outcome.final("acquire") === true,
    required: ["acquire", "release"],
    seen: {
      what: "a thread that gave up",
      in: (outcome) => outcome.results("acquire").includes(false),
    },
  }),

  threads({
    id: "T2b",
    title: "a thread that may give up comes while the lock is held",
    group: "L",
    contract: "with a timeout, acquire waits until it gets the lock or the time has passed",
    expected: "every call returns; some thread that had to wait gets the lock",
    setup: heldByMain,
    threads: [
      ({ Lock }, handle, thread) => {
        tryForAWhile(thread, Lock.attach(handle));
      },
      ({ Lock }, handle, thread) => {
        const mine = thread.record(Lock.attach(handle), ["release", "locked"]);
        void mine.locked;
        giveBack(thread, mine);
      },
    ],
    threadIds: [40, 0],
    model: lockWithTimeouts(true),
    required: ["acquire", "locked"],
    seen: {
      what: "a thread that came before the lock was released, and got it",
      in: ({ operations }) =>
        operations.some(
          ({ name, call, outcome }) =>
            name === "acquire" &&
            outcome.kind === "returned" &&
            outcome.value === true &&
            operations.some((look) => look.name === "locked" && call < look.return),
        ),
    },
  }),

  threads({
    id: "T3",
    title: "withLock around a function that throws, beside another withLock",
    group: "R",
    contract: "withLock gives the lock back also when its function throws",
    expected: "the error reaches the caller, and the other thread gets the lock",
    setup: ({ Lock }) => Lock.create({ maxThreads: 4 }).handle,
    threads: [
      ({ Lock }, handle, thread) => {
        const lock = Lock.attach(handle);
        thread.codeOf(() => thread.operation("withLock", ["throws"], () => lock.withLock(burn)));
      },
      ({ Lock }, handle, thread) => {
        const lock = Lock.attach(handle);
        thread.operation("withLock", ["returns 7"], () => lock.withLock(() => 7));
      },
    ],
    finally: ({ Lock }, handle, thread) => {
      void thread.record(Lock.attach(handle), ["locked"]).locked;
    },
    check: gaveBackAfterThrow,
    required: ["withLock"],
  }),

  threads({
    id: "T3b",
    title: "calls that are refused: a second release, a held lock with timeout 0, a bad timeout",
    group: "R",
    contract: "release() of a lock that nobody holds is NOT_LOCKED; timeout 0 is one try",
    expected: "every call answers as if the lock were one ordinary object",
    setup: ({ Lock }) => Lock.create({ maxThreads: 4 }).handle,
    threads: [
      ({ Lock }, handle, thread) => {
        const lock = Lock.attach(handle);
        const mine = thread.record(lock, ["acquire", "release", "locked"]);
        giveBack(thread, mine);
        mine.acquire({ timeout: 0 });
        mine.acquire({ timeout: 0 });
        mine.acquire({ timeout: 3 });
        void mine.locked;
        giveBack(thread, mine);
        giveBack(thread, mine);
        assertBadTimeouts(thread, lock);
        void mine.locked;
        mine.acquire();
        mine.acquire({ timeout: 0 });
        giveBack(thread, mine);
      },
    ],
    model: lock(),
    required: ["acquire", "release", "locked"],
  }),

  threads({
    id: "T4",
    title: "each of two threads takes the lock by one object and gives it back by another",
    group: "S",
    contract: "all objects of one handle are the same lock, in one thread as well",
    expected: "no object gets the lock while another one has it",
    setup: ({ Lock }) => Lock.create({ maxThreads: 4 }).handle,
    threads: [0, 1].map((): ThreadBody<Kata> => ({ Lock }, handle, thread) => {
      const here = thread.record(Lock.attach(handle), ["acquire", "release"]);
      const same = thread.record(Lock.attach(handle), ["acquire", "release"]);
      here.acquire();
      same.acquire({ timeout: 0 });
      giveBack(thread, same);
    }),
    model: lockWithTimeouts(),
    required: ["acquire", "release"],
  }),

  threads({
    id: "T5",
    title: "two threads come while the main thread is inside",
    group: "L",
    contract: "threads that wait sleep until they are woken, and then get the lock in turn",
    expected: "every call returns",
    setup: heldByMain,
    threads: [
      oneSection,
      oneSection,
      ({ Lock }, handle, thread) => {
        giveBack(thread, thread.record(Lock.attach(handle), ["release"]));
      },
    ],
    threadIds: [7, 8, 0],
    model: lockWithTimeouts(true),
    untimed: true,
    required: ["acquire", "release"],
  }),
]);
