import { type Litmus, type Program, alike, onWords, program, shareWords } from "../_litmus.ts";
import { type Lock, holding, locks } from "../_locks.ts";

const READY = 0;
const VALUE = 1;
const MADE = 2;

interface Shared {
  readonly x: Int32Array;
  readonly m: Lock;
}

/** Two threads want the instance; what they get, and how often it was made. */
function getting(get: (shared: Shared) => unknown): Program {
  return program<Shared>({
    setup: () => ({ x: shareWords(3), m: locks(1)[0] }),
    threads: alike(2, get),
    final: ({ x }) => Atomics.load(x, MADE),
  });
}

function make(x: Int32Array): void {
  Atomics.add(x, MADE, 1);
  Atomics.store(x, VALUE, 42);
}

const isOnce = ([a, b, made]: readonly unknown[]): boolean => a === 42 && b === 42 && made === 1;

export function singletonUnlocked(): Litmus {
  return {
    name: "singleton, looked for and made without a lock",
    source: "openjdk/jcstress, samples, Singleton_01_BrokenUnsynchronized",
    program: getting(({ x }) => {
      if (Atomics.load(x, READY) === 0) {
        make(x);
        Atomics.store(x, READY, 1);
      }
      return Atomics.load(x, VALUE);
    }),
    expected: { verdict: "violation", preemptions: 1, within: 5 },
    twin: {
      name: "all of it under a lock",
      program: getting(({ x, m }) =>
        holding(m, () => {
          if (Atomics.load(x, READY) === 0) {
            make(x);
            Atomics.store(x, READY, 1);
          }
          return Atomics.load(x, VALUE);
        }),
      ),
    },
    allows: isOnce,
  };
}

/** Double-checked locking; `look` is the first check, `publish` what the maker does under the lock. */
function doubleChecked(look: (x: Int32Array) => number, publish: (x: Int32Array) => void): Program {
  return getting(({ x, m }) => {
    if (look(x) === 0) holding(m, () => void (look(x) === 0 && publish(x)));
    return Atomics.load(x, VALUE);
  });
}

const atomically = (x: Int32Array): number => Atomics.load(x, READY);
const makeThenPublish = (x: Int32Array): void => {
  make(x);
  Atomics.store(x, READY, 1);
};

export function doubleCheckedPlain(): Litmus {
  return {
    name: "double-checked locking, the first check plain",
    source: "Bacon et al., The “double-checked locking is broken” declaration, 2000",
    program: doubleChecked(
      (x) => x[READY]!,
      (x) => {
        make(x);
        x[READY] = 1;
      },
    ),
    expected: { verdict: "race", bugClass: "unsynchronised-read", preemptions: 0, within: 1 },
    twin: { name: "with Atomics", program: doubleChecked(atomically, makeThenPublish) },
    allows: isOnce,
  };
}

export function doubleCheckedEarly(): Litmus {
  return {
    name: "double-checked locking, published before it is made",
    source: "openjdk/jcstress, samples, Singleton_05_DCL",
    program: doubleChecked(atomically, (x) => {
      Atomics.store(x, READY, 1);
      make(x);
    }),
    expected: { verdict: "violation", preemptions: 1, within: 10 },
    twin: { name: "made, then published", program: doubleChecked(atomically, makeThenPublish) },
    allows: isOnce,
  };
}

export function onceByThreeStates(): Litmus {
  const once =
    (end: (x: Int32Array) => void) =>
    ({ x }: Shared): number => {
      if (Atomics.compareExchange(x, READY, 0, 1) === 0) {
        make(x);
        end(x);
      }
      while (Atomics.load(x, READY) === 1) Atomics.wait(x, READY, 1);
      return Atomics.load(x, VALUE);
    };
  return {
    name: "once, with three states, whose maker wakes nobody",
    source: "golang/go, src/sync/once.go; Drepper, Futexes are tricky",
    program: getting(once((x) => void Atomics.store(x, READY, 2))),
    expected: { verdict: "deadlock", bugClass: "missing-notify", preemptions: 1, within: 10 },
    twin: {
      name: "it notifies",
      program: getting(
        once((x) => {
          Atomics.store(x, READY, 2);
          Atomics.notify(x, READY);
        }),
      ),
    },
    allows: isOnce,
  };
}

export function publishBeforeInit(): Litmus {
  const publishing = (order: readonly (readonly [number, number])[]): Program =>
    onWords(3, {
      threads: [
        (x) => {
          for (const [word, value] of order) Atomics.store(x, word, value);
        },
        (x) => (Atomics.load(x, READY) === 1 ? Atomics.load(x, VALUE) : -1),
      ],
    });
  return {
    name: "an object published before it is initialised",
    source: "openjdk/jcstress, samples, BasicJMM_06_Causality",
    program: publishing([
      [READY, 1],
      [VALUE, 42],
    ]),
    expected: { verdict: "violation", preemptions: 1, within: 10 },
    twin: {
      name: "initialised, then published",
      program: publishing([
        [VALUE, 42],
        [READY, 1],
      ]),
    },
    allows: ([, seen]) => seen === -1 || seen === 42,
  };
}

export function plainSpin(): Litmus {
  const spinning = (isSet: (x: Int32Array) => boolean, set: (x: Int32Array) => void): Program =>
    onWords(1, {
      threads: [
        (x) => {
          while (!isSet(x));
        },
        set,
      ],
    });
  return {
    name: "spin on a plain flag, which a compiler may hoist",
    source: "openjdk/jcstress, samples, BasicJMM_04_Progress",
    program: spinning(
      (x) => x[0] === 1,
      (x) => void (x[0] = 1),
    ),
    expected: { verdict: "race", bugClass: "unsynchronised-write", preemptions: 0, within: 1 },
    twin: {
      name: "with Atomics",
      program: spinning(
        (x) => Atomics.load(x, 0) === 1,
        (x) => void Atomics.store(x, 0, 1),
      ),
    },
  };
}

interface Mixed {
  readonly words: Int32Array;
  readonly bytes: Int8Array;
}

export function mixedSizes(): Litmus {
  const storing = (offset: number): Program =>
    program<Mixed>({
      setup: () => {
        const memory = new SharedArrayBuffer(8);
        return { words: new Int32Array(memory), bytes: new Int8Array(memory) };
      },
      threads: [
        ({ words }) => void Atomics.store(words, 0, 0x01010101),
        ({ bytes }) => void Atomics.store(bytes, offset, 2),
      ],
    });
  return {
    name: "atomic accesses of different sizes to the same bytes",
    source: "Watt et al., Repairing and mechanising the JavaScript relaxed memory model, PLDI 2020",
    program: storing(1),
    expected: { verdict: "race", preemptions: 0, within: 1 },
    twin: { name: "to different bytes", program: storing(5) },
  };
}

export function tornDouble(): Litmus {
  const writing = (exclusively: (m: Lock, body: () => unknown) => unknown): Program =>
    program<{ readonly x: Float64Array; readonly m: Lock }>({
      setup: () => ({ x: new Float64Array(new SharedArrayBuffer(8)), m: locks(1)[0] }),
      threads: [
        ({ x, m }) => exclusively(m, () => void (x[0] = -1.5)),
        ({ x, m }) => exclusively(m, () => x[0]),
      ],
    });
  return {
    name: "a 64-bit float, written and read, which may tear",
    source: "openjdk/jcstress, samples, BasicJMM_02_AccessAtomicity",
    program: writing((_m, body) => body()),
    expected: { verdict: "race", bugClass: "unsynchronised-write", preemptions: 0, within: 1 },
    twin: { name: "under a lock", program: writing(holding) },
    allows: ([, seen]) => seen === 0 || seen === -1.5,
  };
}
