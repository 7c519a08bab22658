import { type Litmus, type Program, alike, program, shareWords } from "../_litmus.ts";
import { type Lock, broadcast, holding, locks, signal, wait } from "../_locks.ts";

interface Shared {
  readonly x: Int32Array;
  readonly m: Lock;
}

const share = (words: number | readonly number[]) => (): Shared => ({
  x: shareWords(words),
  m: locks(1)[0],
});

const COUNT = 0;
const CHANGED = 1;
const FULL = 2;
const PUT = 3;

export function conditionIf(): Litmus {
  const taking = (isPatient: boolean): Program => {
    const take = ({ x, m }: Shared): number =>
      holding(m, () => {
        if (x[COUNT] === 0) wait(m, x, CHANGED);
        if (isPatient) while (x[COUNT] === 0) wait(m, x, CHANGED);
        return x[COUNT]!--;
      });
    const put = ({ x, m }: Shared): void =>
      holding(m, () => {
        x[COUNT]!++;
        signal(x, CHANGED);
      });
    return program<Shared>({
      setup: share(2),
      threads: [
        take,
        take,
        (shared) => {
          put(shared);
          put(shared);
        },
      ],
    });
  };
  return {
    name: "wait in an `if`, not in a `while`",
    source: "Lampson and Redell, Experience with processes and monitors in Mesa, CACM 23(2), 1980",
    program: taking(false),
    expected: {
      verdict: "violation",
      bugClass: "missing-predicate-loop",
      preemptions: 1,
      within: 200,
    },
    twin: { name: "in a `while`", program: taking(true) },
    allows: ([a, b]) => Number(a) > 0 && Number(b) > 0,
  };
}

/** A buffer of one place, with one condition or with one for each side. */
function buffering(producers: number, consumers: number, isSplit: boolean): Program {
  const turns = producers > 1 ? 1 : consumers;
  const full = isSplit ? FULL : CHANGED;
  return program<Shared>({
    setup: share(4),
    threads: [
      ...alike(consumers, ({ x, m }: Shared): void => {
        holding(m, () => {
          while (x[COUNT] === 0) wait(m, x, CHANGED);
          x[COUNT]!--;
          signal(x, full);
        });
      }),
      ...alike(producers, ({ x, m }: Shared): void => {
        for (let i = 0; i < turns; i++) {
          holding(m, () => {
            while (x[COUNT] === 1) wait(m, x, full);
            x[COUNT]!++;
            x[PUT]!++;
            signal(x, CHANGED);
          });
        }
      }),
    ],
    final: ({ x }) => x[COUNT],
  });
}

const CARGILL = "Cargill, Extreme Programming Challenge 14, c2.com; coyote, BoundedBuffer sample";

export function cargill(): Litmus {
  return {
    name: "bounded buffer with one condition, 2 producers, 2 consumers",
    source: CARGILL,
    program: buffering(2, 2, false),
    expected: { verdict: "deadlock", bugClass: "lost-wakeup", preemptions: 0, within: 10 },
    twin: { name: "a condition for each side", program: buffering(2, 2, true), bound: 2 },
    allows: (results) => results.at(-1) === 0,
  };
}

export function cargillOneProducer(): Litmus {
  return {
    name: "bounded buffer with one condition, 1 producer, 2 consumers",
    source: CARGILL,
    program: buffering(1, 2, false),
    expected: { verdict: "deadlock", bugClass: "lost-wakeup", preemptions: 0, within: 1 },
    twin: { name: "a condition for each side", program: buffering(1, 2, true), bound: 3 },
    allows: (results) => results.at(-1) === 0,
  };
}

export function poisonBeforeDrain(): Litmus {
  const closing = (drains: boolean): Program => {
    const [items, closed] = [0, 2];
    return program<Shared>({
      setup: share(3),
      threads: [
        ({ x, m }) => {
          for (let taken = 0; ;) {
            const isOver = holding(m, () => {
              while (x[items] === 0 && x[closed] === 0) wait(m, x, CHANGED);
              if (x[closed] === 1 && (!drains || x[items] === 0)) return true;
              x[items]!--;
              taken++;
              return false;
            });
            if (isOver) return taken;
          }
        },
        ({ x, m }) => {
          for (let i = 0; i < 2; i++) {
            holding(m, () => {
              x[items]!++;
              signal(x, CHANGED);
            });
          }
          holding(m, () => {
            x[closed] = 1;
            broadcast(x, CHANGED);
          });
        },
      ],
    });
  };
  return {
    name: "a queue that ends before it is drained",
    source: "CPython, Lib/queue.py, Queue.shutdown",
    program: closing(false),
    expected: { verdict: "violation", preemptions: 0, within: 10 },
    twin: { name: "it is drained first", program: closing(true) },
    allows: ([taken]) => taken === 2,
  };
}

export function shutdownRace(): Litmus {
  const [items, closed, done] = [0, 2, 3];
  const submitting = (inOneStep: boolean): Program =>
    program<Shared>({
      setup: share(4),
      threads: [
        ({ x, m }) => {
          for (;;) {
            const isOver = holding(m, () => {
              while (x[items] === 0 && x[closed] === 0) wait(m, x, CHANGED);
              if (x[items] === 0) return true;
              x[items]!--;
              x[done]!++;
              return false;
            });
            if (isOver) return;
          }
        },
        ({ x, m }) => {
          const put = (): void => {
            x[items]!++;
            signal(x, CHANGED);
          };
          if (inOneStep) return holding(m, () => x[closed] === 0 && (put(), true));
          if (holding(m, () => x[closed]) === 1) return false;
          holding(m, put);
          return true;
        },
        ({ x, m }) => {
          holding(m, () => {
            x[closed] = 1;
            broadcast(x, CHANGED);
          });
        },
      ],
      final: ({ x }) => x[done],
    });
  return {
    name: "a pool that is shut down between a submit's check and its task",
    source: "CPython, Lib/concurrent/futures/thread.py, ThreadPoolExecutor.submit",
    program: submitting(false),
    expected: { verdict: "violation", preemptions: 1, within: 50 },
    twin: { name: "check and task under one lock", program: submitting(true) },
    allows: ([, isTaken, , count]) => (isTaken === true) === (count === 1),
  };
}

export function taskDone(): Litmus {
  const joining = (exclusively: (shared: Shared, body: () => void) => void): Program => {
    const [unfinished, done] = [0, 1];
    return program<Shared>({
      setup: share([2, 0]),
      threads: [
        ({ x }) => {
          for (;;) {
            const left = Atomics.load(x, unfinished);
            if (left === 0) return;
            Atomics.wait(x, unfinished, left);
          }
        },
        ...alike(2, (shared: Shared): void => {
          exclusively(shared, () => {
            const left = Atomics.load(shared.x, unfinished);
            Atomics.store(shared.x, unfinished, left - 1);
          });
          Atomics.add(shared.x, done, 1);
          Atomics.notify(shared.x, unfinished);
        }),
      ],
    });
  };
  return {
    name: "JoinableQueue.task_done counts down without its lock",
    source: "CPython, Lib/multiprocessing/queues.py, JoinableQueue",
    program: joining((_shared, body) => {
      body();
    }),
    expected: { verdict: "deadlock", bugClass: "lost-update", preemptions: 1, within: 20 },
    twin: {
      name: "with its lock",
      program: joining(({ m }, body) => {
        holding(m, body);
      }),
    },
  };
}
