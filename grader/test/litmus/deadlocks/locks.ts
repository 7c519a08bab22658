import { type Litmus, type Program, alike, program, shareWords } from "../_litmus.ts";
import { type Lock, holding, lock, locks, unlock } from "../_locks.ts";

const SCTBENCH = "SCTBench, concurrent-software-benchmarks";

interface Shared {
  readonly x: Int32Array;
  readonly locks: readonly Lock[];
}

const share = (words: number, count: number) => (): Shared => ({
  x: shareWords(words),
  locks: locks(count),
});

export function deadlock01(): Litmus {
  const nesting = (order: readonly [number, number]): Program =>
    program<Shared>({
      setup: share(1, 2),
      threads: [
        ({ x, locks: [a, b] }) => holding(a, () => holding(b, () => void x[0]!++)),
        ({ x, locks: both }) =>
          holding(both[order[0]], () => holding(both[order[1]], () => void x[0]!--)),
      ],
    });
  return {
    name: "deadlock01_bad",
    source: `${SCTBENCH}/deadlock01_bad.c`,
    program: nesting([1, 0]),
    expected: { verdict: "deadlock", bugClass: "lock-order-cycle", preemptions: 1, within: 5 },
    twin: { name: "one order for both", program: nesting([0, 1]) },
  };
}

export function carter01(): Litmus {
  const [classA, classB] = [0, 1];
  const operating = (keepsOrder: boolean): Program => {
    const enter =
      (mine: number) =>
      ({ x, locks: [m, l] }: Shared): void => {
        if (keepsOrder) {
          holding(l, () => holding(m, () => void x[mine]!++));
          return;
        }
        holding(m, () => {
          x[mine]!++;
          if (x[mine] === 1) lock(l);
        });
        holding(m, () => {
          x[mine]!--;
          if (x[mine] === 0) unlock(l);
        });
      };
    return program<Shared>({ setup: share(2, 2), threads: [enter(classA), enter(classB)] });
  };
  return {
    name: "carter01_bad",
    source: `${SCTBENCH}/carter01_bad.c`,
    program: operating(false),
    expected: { verdict: "deadlock", bugClass: "lock-order-cycle", preemptions: 1, within: 10 },
    twin: { name: "the class lock first", program: operating(true) },
  };
}

export function phase01(): Litmus {
  const phasing = (givesBack: boolean): Program => {
    const phase = ({ locks: [x, y] }: Shared): void => {
      lock(x);
      unlock(x);
      lock(x);
      if (givesBack) unlock(x);
      lock(y);
      unlock(y);
    };
    return program<Shared>({ setup: share(1, 2), threads: [phase, phase] });
  };
  return {
    name: "phase01_bad",
    source: `${SCTBENCH}/phase01_bad.c`,
    program: phasing(false),
    expected: { verdict: "deadlock", bugClass: "lock-never-released", preemptions: 0, within: 1 },
    twin: { name: "the lock given back", program: phasing(true) },
  };
}

export function transferInBothDirections(): Litmus {
  const transferring = (isOrdered: boolean): Program => {
    const transfer = ({ x, locks: of }: Shared, from: number, to: number): void => {
      const [first, second] = isOrdered ? [Math.min(from, to), Math.max(from, to)] : [from, to];
      holding(of[first], () => {
        holding(of[second], () => {
          x[from]!--;
          x[to]!++;
        });
      });
    };
    return program<Shared>({
      setup: share(3, 3),
      threads: [
        (shared) => {
          transfer(shared, 0, 1);
        },
        (shared) => {
          transfer(shared, 1, 2);
        },
        (shared) => {
          transfer(shared, 2, 0);
        },
      ],
      final: ({ x }) => [...x],
    });
  };
  return {
    name: "three transfers in a circle",
    source: "Coffman, Elphick and Shoshani, System deadlocks, Computing Surveys 3(2), 1971",
    program: transferring(false),
    expected: { verdict: "deadlock", bugClass: "lock-order-cycle", preemptions: 1, within: 100 },
    twin: { name: "locks in the order of the accounts", program: transferring(true) },
    allows: (results) => JSON.stringify(results.at(-1)) === "[0,0,0]",
  };
}

export function leakedOnError(): Litmus {
  const failing = (attempt: (m: Lock, body: () => void) => void): Program => {
    const act = ({ x, locks: [m] }: Shared): string => {
      try {
        attempt(m, () => {
          if (Atomics.add(x, 0, 1) === 0) throw new RangeError("the first one fails");
        });
        return "done";
      } catch {
        return "failed";
      }
    };
    return program<Shared>({ setup: share(1, 1), threads: [act, act] });
  };
  return {
    name: "a lock that an error leaves locked",
    source: "Goetz et al., Java Concurrency in Practice, §13.1",
    program: failing((m, body) => {
      lock(m);
      body();
      unlock(m);
    }),
    expected: { verdict: "deadlock", bugClass: "lock-never-released", preemptions: 0, within: 1 },
    twin: { name: "given back in `finally`", program: failing(holding) },
  };
}

export function nestedMonitor(): Litmus {
  const [flag, event] = [0, 1];
  const waiting = (holdsOuter: boolean): Program =>
    program<Shared>({
      setup: share(2, 2),
      threads: [
        ({ x, locks: [outer, inner] }) => {
          const sleep = (): void => {
            while (holding(inner, () => Atomics.load(x, flag)) === 0) Atomics.wait(x, event, 0);
          };
          if (holdsOuter) holding(outer, sleep);
          else sleep();
        },
        ({ x, locks: [outer, inner] }) =>
          holding(outer, () =>
            holding(inner, () => {
              Atomics.store(x, flag, 1);
              Atomics.store(x, event, 1);
              Atomics.notify(x, event);
            }),
          ),
      ],
    });
  return {
    name: "nested monitor lockout",
    source: "Lea, Concurrent Programming in Java, 2nd ed., §3.3.4",
    program: waiting(true),
    expected: { verdict: "deadlock", preemptions: 0, within: 1 },
    twin: { name: "the outer lock is not held", program: waiting(false) },
  };
}

export function lockTwice(): Litmus {
  const calling = (inner: (m: Lock, body: () => void) => void): Program => {
    const outer = ({ x, locks: [m] }: Shared): void =>
      holding(m, () => {
        inner(m, () => void x[0]!++);
      });
    return program<Shared>({ setup: share(1, 1), threads: alike(2, outer) });
  };
  return {
    name: "a method under a lock calls another one under it",
    source: "IEEE Std 1003.1, pthread_mutex_lock",
    program: calling(holding),
    expected: { verdict: "deadlock", bugClass: "self-deadlock", preemptions: 0, within: 1 },
    twin: {
      name: "the inner one does not lock",
      program: calling((_m, body) => {
        body();
      }),
    },
  };
}
