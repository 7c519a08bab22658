/** The graded scenarios. They stay in the course repository. */
import {
  type Model,
  blocks,
  defineModel,
  lock,
  oneOf,
  throws,
} from "@concurrency-katas/grader/history";
import { type Thread, type ThreadBody, defineScenarios } from "@concurrency-katas/grader/scenario";
import type * as kata from "../src/index.ts";

type Kata = typeof kata;

interface TimeoutOption {
  readonly timeout?: number;
}

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

/** Gives a lock back; that it could not is for the model to say, not the end of the execution. */
function giveBack(thread: Thread, lock: Pick<kata.LockLike, "release">): void {
  thread.codeOf(() => {
    lock.release();
  });
}

const oneSection: ThreadBody<Kata> = ({ Lock }, handle, thread) => {
  const mine = thread.record(Lock.attach(handle), ["acquire", "release"]);
  mine.acquire();
  giveBack(thread, mine);
};

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

/** Taken in the set-up, so by the main thread: one of the scenario's threads goes on as that. */
const heldByMain = ({ Lock }: Kata): unknown => {
  const lock = Lock.create({ maxThreads: 4 });
  lock.acquire();
  return lock.handle;
};

/** As `heldByMain`, two levels deep. */
const ownedTwice = ({ RLock }: Kata): unknown => {
  const lock = RLock.create({ maxThreads: 4 });
  lock.acquire();
  lock.acquire();
  return lock.handle;
};

/** Tries to take a `Lock` or an `RLock` for a while, and gives it back if it got it. */
function tryForAWhile(
  thread: Thread,
  lock: { acquire(o?: TimeoutOption): boolean; release(): void },
): void {
  const mine = thread.record(lock, ["acquire", "release"]);
  if (mine.acquire({ timeout: 20 })) giveBack(thread, mine);
}

function burn(): never {
  throw Object.assign(new Error("burnt"), { code: "BURNT" });
}

interface TableHandle {
  readonly forks: readonly unknown[];
  readonly waiter: unknown;
  readonly gate: unknown;
}

const tableFor =
  (seats: number) =>
  (_: Kata, main: Thread): TableHandle => ({
    forks: Array.from({ length: seats }, (__, fork) => main.createLock(`fork ${fork}`)),
    waiter: main.createLock("the waiter"),
    gate: main.createGate(),
  });

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

export default defineScenarios<Kata>(({ threads, stress }) => [
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
    check: (outcome) =>
      outcome.final("locked") === false &&
      outcome.operations.every(
        ({ name, args, outcome: answer }) =>
          name !== "withLock" ||
          (args[0] === "throws"
            ? answer.kind === "threw" && answer.code === "BURNT"
            : answer.kind === "returned" && answer.value === 7),
      ),
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
        for (const timeout of [-1, Number.NaN]) {
          const code = thread.codeOf(() => lock.acquire({ timeout }));
          thread.assert(code === "RangeError", `acquire with the timeout ${timeout} is refused`);
        }
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
        for (const timeout of [-1, Number.NaN]) {
          const code = thread.codeOf(() => lock.acquire({ timeout }));
          thread.assert(code === "RangeError", `acquire with the timeout ${timeout} is refused`);
        }
        thread.operation("withLock", ["returns 7"], () => lock.withLock(() => 7));
      },
    ],
    finally: ({ RLock }, handle, thread) => {
      void thread.record(RLock.attach(handle), ["locked"]).locked;
    },
    check: (outcome) =>
      outcome.final("locked") === false &&
      outcome.operations.every(
        ({ name, args, outcome: answer }) =>
          name !== "withLock" ||
          (args[0] === "throws"
            ? answer.kind === "threw" && answer.code === "BURNT"
            : answer.kind === "returned" && answer.value === 7),
      ),
    required: ["withLock"],
  }),

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
