import { type Litmus, ends } from "../_litmus.ts";
import { type Lock, contend, plainly } from "./_contend.ts";

const STATE = 1;
const DREPPER = "Drepper, Futexes are tricky, 2011";

/** Takes the lock; 0 = free, 1 = held, 2 = held, and somebody may be asleep. */
function lock(x: Int32Array): void {
  if (Atomics.compareExchange(x, STATE, 0, 1) === 0) return;
  while (Atomics.exchange(x, STATE, 2) !== 0) Atomics.wait(x, STATE, 2);
}

/** Gives the lock back and wakes one sleeper where there may be one. */
function unlock(x: Int32Array): void {
  if (Atomics.exchange(x, STATE, 0) === 2) Atomics.notify(x, STATE, 1);
}

/** Spins for a while, and sleeps only then. */
const adaptive = (): Lock => ({
  words: 2,
  anonymous: true,
  lock(x) {
    for (let round = 0; round < 30; round++)
      if (Atomics.compareExchange(x, STATE, 0, 1) === 0) return;
    lock(x);
  },
  unlock,
});

const threeStates = (): Lock => ({ words: 2, anonymous: true, lock, unlock });

export function futexNeverNotifies(): Litmus {
  return {
    name: "futex mutex whose unlock wakes nobody",
    source: DREPPER,
    program: contend(2, { ...threeStates(), unlock: (x) => void Atomics.store(x, STATE, 0) }),
    expected: { verdict: "deadlock", bugClass: "missing-notify", preemptions: 1, within: 10 },
    twin: {
      name: "three states (mutex3)",
      program: contend(2, threeStates(), { critical: plainly, times: 2 }),
    },
    allows: (results) => results.at(-1) === 2 || results.at(-1) === 4,
  };
}

export function futexNotifiesEarly(): Litmus {
  const early = (x: Int32Array): void => {
    Atomics.notify(x, STATE, 1);
    Atomics.store(x, STATE, 0);
  };
  return {
    name: "futex mutex that wakes before it is free",
    source: DREPPER,
    program: contend(2, { ...threeStates(), unlock: early }),
    expected: { verdict: "deadlock", bugClass: "lost-wakeup", preemptions: 1, within: 12 },
    twin: {
      name: "three states (mutex3), 3 threads",
      program: contend(3, threeStates(), { critical: plainly }),
    },
    allows: (results) => results.at(-1) === results.length - 1,
  };
}

export function futexForgetsSleepers(): Litmus {
  const taken: Lock = {
    ...threeStates(),
    lock(x) {
      while (Atomics.compareExchange(x, STATE, 0, 1) !== 0) {
        Atomics.compareExchange(x, STATE, 1, 2);
        Atomics.wait(x, STATE, 2);
      }
    },
  };
  return {
    name: "futex mutex whose sleeper takes it as if nobody else slept",
    source: DREPPER,
    program: contend(3, taken),
    expected: { verdict: "deadlock", bugClass: "missing-notify", preemptions: 1, within: 50 },
    twin: {
      name: "30 rounds of spinning, then three states",
      program: contend(3, adaptive(), { critical: plainly }),
      bound: 1,
    },
    allows: ends(3),
  };
}

/** A lock that its owner may take again; `early`: the owner is cleared after the lock is given back. */
function recursiveLock(isClearedLate: boolean): Lock {
  const owner = 2;
  return {
    words: 3,
    lock(x, me) {
      if (Atomics.load(x, owner) === me + 1) return;
      lock(x);
      Atomics.store(x, owner, me + 1);
    },
    unlock(x, me) {
      if (Atomics.load(x, owner) !== me + 1) return;
      if (!isClearedLate) Atomics.store(x, owner, 0);
      unlock(x);
      if (isClearedLate) Atomics.store(x, owner, 0);
    },
  };
}

export function recursiveClearsLate(): Litmus {
  return {
    name: "recursive lock that clears its owner after it is free",
    source: "CPython, Lib/threading.py, _RLock.release",
    program: contend(2, recursiveLock(true), { times: 2 }),
    expected: { verdict: "deadlock", bugClass: "self-deadlock", preemptions: 2, within: 150 },
    twin: {
      name: "it clears it before",
      program: contend(2, recursiveLock(false), { critical: plainly }),
    },
    allows: (results) => results.at(-1) === 2 || results.at(-1) === 4,
  };
}
