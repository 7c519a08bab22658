import { type Litmus, type Program, alike, program, shareWords } from "../_litmus.ts";
import { type Lock, broadcast, holding, lock, locks, unlock, wait } from "../_locks.ts";

interface Shared {
  readonly x: Int32Array;
  readonly locks: readonly Lock[];
}

/** A lock for many readers or one writer. */
interface ReadWriteLock {
  readonly words: number;
  readonly locks: number;
  readonly read: (shared: Shared, body: () => unknown) => unknown;
  readonly write: (shared: Shared, body: () => unknown) => unknown;
}

const A = 0;
const B = 1;
const OWN = 2;

/** A writer changes two words, and readers answer whether they are equal. */
function sharing(readers: number, writers: number, by: ReadWriteLock): Program {
  const read = (shared: Shared): unknown => by.read(shared, () => shared.x[A] === shared.x[B]);
  const write = (shared: Shared): void => {
    by.write(shared, () => {
      shared.x[A]!++;
      shared.x[B]!++;
    });
  };
  return program<Shared>({
    setup: () => ({ x: shareWords(OWN + by.words), locks: locks(by.locks) }),
    threads: [...alike(readers, read), ...alike(writers, write)],
    final: ({ x }) => x[A],
  });
}

const holds = (results: readonly unknown[]): boolean => !results.includes(false);

/** Courtois, Heymans and Parnas: the first reader locks the writers out, the last one lets them in. */
function firstAndLastReader(isCounted: boolean): ReadWriteLock {
  const readers = OWN;
  const counting = (m: Lock, body: () => void): void => {
    if (isCounted) holding(m, body);
    else body();
  };
  return {
    words: 1,
    locks: 2,
    read(shared, body) {
      const {
        x,
        locks: [m, writing],
      } = shared;
      counting(m, () => {
        const before = Atomics.load(x, readers);
        Atomics.store(x, readers, before + 1);
        if (before === 0) lock(writing);
      });
      const result = body();
      counting(m, () => {
        const left = Atomics.load(x, readers) - 1;
        Atomics.store(x, readers, left);
        if (left === 0) unlock(writing);
      });
      return result;
    },
    write: ({ locks: [, writing] }, body) => holding(writing, body),
  };
}

export function readersWriters(): Litmus {
  return {
    name: "readers and writers, the readers counted without a lock",
    source:
      "Courtois, Heymans and Parnas, Concurrent control with readers and writers, CACM 14(10), 1971",
    program: sharing(2, 1, firstAndLastReader(false)),
    expected: { verdict: "race", bugClass: "unsynchronised-read", preemptions: 1, within: 100 },
    twin: { name: "with the lock", program: sharing(2, 1, firstAndLastReader(true)) },
    allows: holds,
  };
}

/** One word: the number of readers, or −1 for a writer. */
function oneWord(lastReaderWakes: boolean): ReadWriteLock {
  const state = OWN;
  const enter = (x: Int32Array, mayGo: (seen: number) => boolean, by: number): void => {
    for (;;) {
      const seen = Atomics.load(x, state);
      if (!mayGo(seen)) Atomics.wait(x, state, seen);
      else if (Atomics.compareExchange(x, state, seen, seen + by) === seen) return;
    }
  };
  return {
    words: 1,
    locks: 0,
    read({ x }, body) {
      enter(x, (seen) => seen >= 0, 1);
      const result = body();
      if (Atomics.sub(x, state, 1) === 1 && lastReaderWakes) Atomics.notify(x, state);
      return result;
    },
    write({ x }, body) {
      enter(x, (seen) => seen === 0, -1);
      body();
      Atomics.add(x, state, 1);
      Atomics.notify(x, state);
    },
  };
}

export function readWriteLock(): Litmus {
  return {
    name: "RW lock of one word, whose last reader wakes nobody",
    source: "cmu-pasta/fray, ReentrantReadWriteLockDeadlock",
    program: sharing(2, 1, oneWord(false)),
    expected: { verdict: "deadlock", bugClass: "missing-notify", preemptions: 1, within: 50 },
    twin: { name: "it wakes all", program: sharing(2, 1, oneWord(true)), bound: 2 },
    allows: holds,
  };
}

/** Writers before readers: a reader waits while a writer is there or wants to be. */
function writersFirst(isExclusive: boolean): ReadWriteLock {
  const [readers, wanting, writing, changed] = [OWN, OWN + 1, OWN + 2, OWN + 3];
  return {
    words: 4,
    locks: 1,
    read({ x, locks: [m] }, body) {
      holding(m, () => {
        while (x[writing]! + x[wanting]! > 0) wait(m, x, changed);
        x[readers]!++;
      });
      const result = body();
      holding(m, () => {
        x[readers]!--;
        broadcast(x, changed);
      });
      return result;
    },
    write({ x, locks: [m] }, body) {
      holding(m, () => {
        x[wanting]!++;
        while (x[writing]! + (isExclusive ? x[readers]! : 0) > 0) wait(m, x, changed);
        x[wanting]!--;
        x[writing] = 1;
      });
      body();
      holding(m, () => {
        x[writing] = 0;
        broadcast(x, changed);
      });
    },
  };
}

export function writersPreferred(): Litmus {
  return {
    name: "RW monitor whose writer does not wait for readers",
    source: "SCTBench, chess-m/readerwriterlock.cs",
    program: sharing(1, 2, writersFirst(false)),
    expected: { verdict: "race", bugClass: "unsynchronised-write", preemptions: 1, within: 50 },
    twin: { name: "it waits for them", program: sharing(1, 1, writersFirst(true)) },
    allows: holds,
  };
}

export function upgrade(): Litmus {
  const upgrading = (letsGo: boolean): Program => {
    const state = 0;
    const write = ({ x }: Shared): boolean => {
      for (;;) {
        const seen = Atomics.load(x, state);
        if (seen < 0) Atomics.wait(x, state, seen);
        else if (Atomics.compareExchange(x, state, seen, seen + 1) === seen) break;
      }
      for (;;) {
        const seen = Atomics.load(x, state);
        if (seen === 1 && Atomics.compareExchange(x, state, 1, -1) === 1) break;
        if (letsGo) {
          Atomics.sub(x, state, 1);
          Atomics.notify(x, state);
          return false;
        }
        Atomics.wait(x, state, seen);
      }
      Atomics.store(x, state, 0);
      Atomics.notify(x, state);
      return true;
    };
    return program<Shared>({
      setup: () => ({ x: shareWords(1), locks: [] }),
      threads: [write, write],
    });
  };
  return {
    name: "two readers that want to be writers",
    source: "openjdk/jdk, ReentrantReadWriteLock, which has no upgrading",
    program: upgrading(false),
    expected: { verdict: "deadlock", preemptions: 1, within: 10 },
    twin: { name: "who cannot lets go", program: upgrading(true) },
  };
}

/** A sequence lock: a writer makes the number odd, a reader reads again where it was odd or changed. */
function seqlock(readsAgain: boolean): Program {
  const sequence = 2;
  return program<Shared>({
    setup: () => ({ x: shareWords(3), locks: [] }),
    threads: [
      ({ x }) => {
        for (;;) {
          const before = Atomics.load(x, sequence);
          if (before % 2 === 1) continue;
          const isWhole = Atomics.load(x, A) === Atomics.load(x, B);
          if (!readsAgain || Atomics.load(x, sequence) === before) return isWhole;
        }
      },
      ({ x }) => {
        for (let value = 1; value <= 2; value++) {
          Atomics.add(x, sequence, 1);
          Atomics.store(x, A, value);
          Atomics.store(x, B, value);
          Atomics.add(x, sequence, 1);
        }
      },
    ],
  });
}

export function sequenceLock(): Litmus {
  return {
    name: "seqlock whose reader does not look again",
    source: "Lameter, Effective synchronization on Linux/NUMA systems, 2005; Linux, seqlock.h",
    program: seqlock(false),
    expected: { verdict: "violation", preemptions: 1, within: 50 },
    twin: { name: "it looks again", program: seqlock(true) },
    allows: holds,
  };
}

export function snapshot(): Litmus {
  const scanning = (scan: (x: Int32Array) => readonly [number, number]): Program =>
    program<Shared>({
      setup: () => ({ x: shareWords(2), locks: [] }),
      threads: [
        ({ x }) => {
          const [a, b] = scan(x);
          return a >= b;
        },
        ({ x }) => {
          for (let value = 1; value <= 2; value++) {
            Atomics.store(x, A, value);
            Atomics.store(x, B, value);
          }
        },
      ],
    });
  const collect = (x: Int32Array): readonly [number, number] => [
    Atomics.load(x, A),
    Atomics.load(x, B),
  ];
  return {
    name: "snapshot of two words by a single collect",
    source: "Afek et al., Atomic snapshots of shared memory, JACM 40(4), 1993",
    program: scanning(collect),
    expected: { verdict: "violation", preemptions: 1, within: 5 },
    twin: {
      name: "by a double collect",
      program: scanning((x) => {
        for (;;) {
          const first = collect(x);
          const second = collect(x);
          if (first[0] === second[0] && first[1] === second[1]) return second;
        }
      }),
    },
    allows: holds,
  };
}
