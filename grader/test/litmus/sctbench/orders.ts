import {
  type Litmus,
  type Program,
  alike,
  ends,
  onWords,
  program,
  shareWords,
} from "../_litmus.ts";
import { type Lock, holding, lock, locks, signal, unlock, wait } from "../_locks.ts";

const SOURCE = "SCTBench, concurrent-software-benchmarks";

interface Shared {
  readonly x: Int32Array;
  readonly locks: readonly Lock[];
}

const share = (words: number | readonly number[], count: number) => (): Shared => ({
  x: shareWords(words),
  locks: locks(count),
});

export function account(): Litmus {
  const [balance, deposited, withdrawn] = [0, 1, 2];
  const checking = (right: number): Program =>
    program<Shared>({
      setup: share([1, 0, 0], 1),
      threads: [
        ({ x, locks: [m] }) =>
          holding(m, () => {
            x[balance]! += 2;
            x[deposited] = 1;
          }),
        ({ x, locks: [m] }) =>
          holding(m, () => {
            x[balance]! -= 4;
            x[withdrawn] = 1;
          }),
        ({ x, locks: [m] }) =>
          holding(m, () => !(x[deposited] === 1 && x[withdrawn] === 1) || x[balance] === right),
      ],
    });
  return {
    name: "account_bad",
    source: `${SOURCE}/account_bad.c`,
    program: checking(1 - 2 - 4),
    expected: { verdict: "violation", bugClass: "wrong-result", preemptions: 0, within: 1 },
    twin: { name: "the sum that it should be", program: checking(1 + 2 - 4) },
    allows: ([, , holds]) => holds === true,
  };
}

export function lazy(): Litmus {
  const adding = (limit: number): Program =>
    program<Shared>({
      setup: share(1, 1),
      threads: [
        ({ x, locks: [m] }) => holding(m, () => void x[0]!++),
        ({ x, locks: [m] }) => holding(m, () => void (x[0]! += 2)),
        ({ x, locks: [m] }) => holding(m, () => x[0]! < limit),
      ],
    });
  return {
    name: "lazy01_bad",
    source: `${SOURCE}/lazy01_bad.c`,
    program: adding(3),
    expected: { verdict: "violation", bugClass: "wrong-result", preemptions: 0, within: 1 },
    twin: { name: "the limit that it should be", program: adding(4) },
    allows: ([, , holds]) => holds === true,
  };
}

export function tokenRing(): Litmus {
  const passing = (look: (x: Int32Array) => boolean): Program =>
    program<Shared>({
      setup: share([1, 2, 1, 0, 0, 0], 1),
      threads: [
        ({ x, locks: [m] }) =>
          holding(m, () => {
            x[0] = (x[2]! + 1) % 4;
            x[3] = 1;
          }),
        ({ x, locks: [m] }) =>
          holding(m, () => {
            x[1] = x[0]!;
            x[4] = 1;
          }),
        ({ x, locks: [m] }) =>
          holding(m, () => {
            x[2] = x[1]!;
            x[5] = 1;
          }),
        ({ x, locks: [m] }) => holding(m, () => x[3]! + x[4]! + x[5]! < 3 || look(x)),
      ],
    });
  return {
    name: "token_ring_bad",
    source: `${SOURCE}/token_ring_bad.c`,
    program: passing((x) => x[0] === x[1] && x[1] === x[2]),
    expected: { verdict: "violation", bugClass: "wrong-result", preemptions: 0, within: 2 },
    twin: { name: "only the range is checked", program: passing((x) => Math.max(...x) <= 3) },
    allows: ([, , , holds]) => holds === true,
  };
}

export function arithmetic(): Litmus {
  const rounds = 3;
  const [number, total, empty, full] = [0, 1, 2, 3];
  const summing = (last: number): Program =>
    program<{ readonly x: Int32Array; readonly locks: readonly Lock[] }>({
      setup: share(4, 1),
      threads: [
        ({ x, locks: [m] }) => {
          for (let i = 0; i < rounds; i++) {
            handOver(m, x, { until: () => x[number] === 0, sleepOn: empty, wake: full }, () => {
              x[number]!++;
            });
          }
        },
        ({ x, locks: [m] }) => {
          for (let j = 0; j < rounds; j++) {
            handOver(m, x, { until: () => x[number] !== 0, sleepOn: full, wake: empty }, () => {
              x[total]! += j;
              x[number]!--;
            });
          }
          x[total]! += last;
        },
      ],
      final: ({ x }) => x[total],
    });
  return {
    name: "arithmetic_prog_bad",
    source: `${SOURCE}/arithmetic_prog_bad.c`,
    program: summing(rounds),
    expected: { verdict: "violation", preemptions: 0, within: 1 },
    twin: { name: "the last summand left out", program: summing(0), bound: 2 },
    allows: (results) => results.at(-1) !== (rounds * (rounds + 1)) / 2,
  };
}

/** One side of a producer and a consumer that take turns. */
function handOver(
  handle: Lock,
  x: Int32Array,
  turn: { readonly until: () => boolean; readonly sleepOn: number; readonly wake: number },
  act: () => void,
): void {
  lock(handle);
  while (!turn.until()) wait(handle, x, turn.sleepOn);
  act();
  unlock(handle);
  signal(x, turn.wake);
}

export function syncWithoutConsumer(): Litmus {
  const [number, empty, full] = [0, 1, 2];
  const producing = (consumes: boolean): Program =>
    program<Shared>({
      setup: share([1, 0, 0], 1),
      threads: [
        ({ x, locks: [m] }) => {
          handOver(m, x, { until: () => x[number] === 0, sleepOn: empty, wake: full }, () => {
            x[number]!++;
          });
        },
        ({ x, locks: [m] }) => {
          handOver(m, x, { until: () => x[number] !== 0, sleepOn: full, wake: empty }, () => {
            if (consumes) x[number]!--;
          });
        },
      ],
    });
  return {
    name: "sync01_bad",
    source: `${SOURCE}/sync01_bad.c`,
    program: producing(false),
    expected: { verdict: "deadlock", preemptions: 0, within: 1 },
    twin: { name: "the consumer consumes", program: producing(true) },
  };
}

export function syncTwoTooMany(): Litmus {
  const rounds = 2;
  const [number, empty, full] = [0, 1, 2];
  const starting = (count: number): Program =>
    program<Shared>({
      setup: share([count, 0, 0], 1),
      threads: [
        ({ x, locks: [m] }) => {
          for (let i = 0; i < rounds; i++) {
            handOver(m, x, { until: () => x[number] === 0, sleepOn: empty, wake: full }, () => {
              x[number]!++;
            });
          }
        },
        ({ x, locks: [m] }) => {
          for (let j = 0; j < rounds; j++) {
            handOver(m, x, { until: () => x[number] !== 0, sleepOn: full, wake: empty }, () => {
              x[number]!--;
            });
          }
        },
      ],
      final: ({ x }) => x[number],
    });
  return {
    name: "sync02_bad",
    source: `${SOURCE}/sync02_bad.c`,
    program: starting(2),
    expected: { verdict: "deadlock", preemptions: 0, within: 1 },
    twin: { name: "nothing there in the beginning", program: starting(0) },
    allows: ends(0),
  };
}

/** Setters write two words, and one thread looks whether both or neither are there. */
function reordering(setters: number, exclusively: boolean): Program {
  const set = (x: Int32Array): void => {
    Atomics.store(x, 0, 1);
    Atomics.store(x, 1, -1);
  };
  const isWhole = (x: Int32Array): boolean => {
    const a = Atomics.load(x, 0);
    return a === -Atomics.load(x, 1);
  };
  const around =
    (body: (x: Int32Array) => unknown) =>
    ({ x, locks: [m] }: Shared): unknown =>
      exclusively ? holding(m, () => body(x)) : body(x);
  return program<Shared>({
    setup: share(2, 1),
    threads: [...alike(setters, around(set)), around(isWhole)],
  });
}

function reorder(threads: number, within: number): Litmus {
  return {
    name: `reorder_${threads}_bad`,
    source: `${SOURCE}/reorder_${threads}_bad.c`,
    program: reordering(threads - 1, false),
    expected: { verdict: "violation", preemptions: 1, within },
    ...(threads > 3
      ? {}
      : { twin: { name: "both words under one lock", program: reordering(threads - 1, true) } }),
    allows: (results) => results.at(-2) === true,
  };
}

export const reorder3 = (): Litmus => reorder(3, 10);
export const reorder5 = (): Litmus => reorder(5, 50);

/** The largest that fits into 8 workers; SCTBench's next has 10. */
export const reorder8 = (): Litmus => ({
  ...reorder(8, 100),
  name: "reorder_10_bad, cut to 8 threads",
  source: `${SOURCE}/reorder_10_bad.c`,
});

export function twoStage(): Litmus {
  const staging = (exclusively: (shared: Shared, body: () => unknown) => unknown): Program => {
    const write = ({ x, locks: [first, second] }: Shared): void => {
      holding(first, () => void (x[0] = 1));
      const value = holding(first, () => x[0]! + 1);
      holding(second, () => void (x[1] = value));
    };
    const read = ({ x, locks: [first, second] }: Shared): boolean => {
      const a = holding(first, () => x[0]!);
      return a === 0 || holding(second, () => x[1]!) === a + 1;
    };
    return program<Shared>({
      setup: share(2, 3),
      threads: [
        (shared) => exclusively(shared, () => write(shared)),
        (shared) => exclusively(shared, () => read(shared)),
      ],
    });
  };
  return {
    name: "twostage_bad",
    source: `${SOURCE}/twostage_bad.c`,
    program: staging((_shared, body) => body()),
    expected: { verdict: "violation", preemptions: 1, within: 10 },
    twin: {
      name: "both stages under a third lock",
      program: staging(({ locks: [, , whole] }, body) => holding(whole, body)),
    },
    allows: ([, holds]) => holds === true,
  };
}

/** One thread increments under one lock and looks, the others under another lock. */
function wrongLock(others: number, lockOfOthers: number): Program {
  return program<Shared>({
    setup: share(1, 2),
    threads: [
      ({ x, locks: [data] }) =>
        holding(data, () => {
          const seen = Atomics.load(x, 0);
          Atomics.store(x, 0, Atomics.load(x, 0) + 1);
          return Atomics.load(x, 0) === seen + 1;
        }),
      ...alike(others, ({ x, locks: both }: Shared): void => {
        holding(both[lockOfOthers], () => Atomics.store(x, 0, Atomics.load(x, 0) + 1));
      }),
    ],
  });
}

export function wrongLock3(): Litmus {
  return {
    name: "wronglock_3_bad",
    source: `${SOURCE}/wronglock_3_bad.c`,
    program: wrongLock(3, 1),
    expected: { verdict: "violation", preemptions: 1, within: 20 },
    twin: { name: "one lock for all", program: wrongLock(3, 0) },
    allows: ([holds]) => holds === true,
  };
}

export function wrongLock7(): Litmus {
  return {
    name: "wronglock_bad",
    source: `${SOURCE}/wronglock_bad.c`,
    program: wrongLock(7, 1),
    expected: { verdict: "violation", preemptions: 1, within: 200 },
    allows: ([holds]) => holds === true,
  };
}

export function bluetooth(): Litmus {
  const [pending, stopping, event, stopped] = [0, 1, 2, 3];
  const leave = (x: Int32Array): void => {
    if (Atomics.sub(x, pending, 1) === 1) Atomics.store(x, event, 1);
  };
  const driver = (enter: (x: Int32Array) => boolean): Program =>
    onWords([1, 0, 0, 0], {
      threads: [
        (x) => {
          const isIn = enter(x);
          const isSafe = !isIn || Atomics.load(x, stopped) === 0;
          leave(x);
          return isSafe;
        },
        (x) => {
          Atomics.store(x, stopping, 1);
          leave(x);
          if (Atomics.load(x, event) === 1) Atomics.store(x, stopped, 1);
        },
      ],
    });
  return {
    name: "bluetooth_driver_bad",
    source: `${SOURCE}/bluetooth_driver_bad.c; Qadeer and Wu, KISS, PLDI 2004`,
    program: driver((x) => {
      if (Atomics.load(x, stopping) === 1) return false;
      Atomics.add(x, pending, 1);
      return true;
    }),
    expected: { verdict: "violation", preemptions: 1, within: 15 },
    twin: {
      name: "count first, then look",
      program: driver((x) => {
        Atomics.add(x, pending, 1);
        return Atomics.load(x, stopping) === 0;
      }),
    },
    allows: ([isSafe]) => isSafe === true,
  };
}
