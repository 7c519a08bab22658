import { type Litmus, ends } from "../_litmus.ts";
import { type Lock, contend, plainly } from "./_contend.ts";

const FLAGS = 1;
const TURN = 3;
const BEN_ARI = "Ben-Ari, Principles of Concurrent and Distributed Programming, 2nd ed.";

const lower = (x: Int32Array, me: number): void => void Atomics.store(x, FLAGS + me, 0);
const raise = (x: Int32Array, me: number): void => void Atomics.store(x, FLAGS + me, 1);
const isRaised = (x: Int32Array, who: number): boolean => Atomics.load(x, FLAGS + who) === 1;

/** Dekker's lock; `fair`: the turn changes on the way out. */
function dekkerLock(fair: boolean): Lock {
  return {
    words: 4,
    lock(x, me) {
      raise(x, me);
      while (isRaised(x, 1 - me)) {
        if (Atomics.load(x, TURN) === me) continue;
        lower(x, me);
        while (Atomics.load(x, TURN) !== me);
        raise(x, me);
      }
    },
    unlock(x, me) {
      if (fair) Atomics.store(x, TURN, 1 - me);
      lower(x, me);
    },
  };
}

export function dekkerTurnKept(): Litmus {
  return {
    name: "Dekker's lock, the turn never given away",
    source: "Dijkstra, Cooperating sequential processes, EWD 123, 1965",
    program: contend(2, dekkerLock(false)),
    expected: { verdict: "livelock", bugClass: "spin", preemptions: 1, within: 12 },
    twin: {
      name: "the turn given away",
      program: contend(2, dekkerLock(true), { critical: plainly }),
    },
    allows: ends(2),
  };
}

export function alternation(): Litmus {
  const lock: Lock = {
    words: 4,
    lock(x, me) {
      while (Atomics.load(x, TURN) !== me);
    },
    unlock: (x, me) => void Atomics.store(x, TURN, 1 - me),
  };
  return {
    name: "first attempt: strict alternation, and one thread has ended",
    source: `${BEN_ARI}, alg. 3.2`,
    program: contend(2, lock, { times: 2 }),
    expected: { verdict: "pass" },
    allows: ends(4),
  };
}

export function lookThenRaise(): Litmus {
  const lock: Lock = {
    words: 4,
    lock(x, me) {
      while (isRaised(x, 1 - me));
      raise(x, me);
    },
    unlock: lower,
  };
  return {
    name: "second attempt: look at the other's flag, then raise one's own",
    source: `${BEN_ARI}, alg. 3.6`,
    program: contend(2, lock),
    expected: { verdict: "violation", bugClass: "lost-update", preemptions: 2, within: 30 },
    allows: ends(2),
  };
}

export function raiseThenLook(): Litmus {
  const lock: Lock = {
    words: 4,
    lock(x, me) {
      raise(x, me);
      while (isRaised(x, 1 - me));
    },
    unlock: lower,
  };
  return {
    name: "third attempt: raise the flag, then wait for the other's",
    source: `${BEN_ARI}, alg. 3.8`,
    program: contend(2, lock),
    expected: { verdict: "livelock", bugClass: "spin", preemptions: 1, within: 12 },
    allows: ends(2),
  };
}

export function hyman(): Litmus {
  const lock: Lock = {
    words: 4,
    lock(x, me) {
      raise(x, me);
      while (Atomics.load(x, TURN) !== me) {
        while (isRaised(x, 1 - me));
        Atomics.store(x, TURN, me);
      }
    },
    unlock: lower,
  };
  return {
    name: "Hyman's lock",
    source: "Hyman, Comments on a problem in concurrent programming control, CACM 9(1), 1966",
    program: contend(2, lock),
    expected: { verdict: "violation", bugClass: "lost-update", preemptions: 2, within: 60 },
    allows: ends(2),
  };
}
