import { type Litmus, ends } from "../_litmus.ts";
import { type Lock, contend, plainly } from "./_contend.ts";

const SOURCE =
  "Lamport, A new solution of Dijkstra's concurrent programming problem, CACM 17(8), 1974";

/** Lamport's bakery; `choosing`: a thread that takes a number says so. */
function bakeryLock(threads: number, choosing: boolean): Lock {
  const chooses = 1;
  const number = chooses + threads;
  return {
    words: number + threads,
    lock(x, me) {
      if (choosing) Atomics.store(x, chooses + me, 1);
      let highest = 0;
      for (let other = 0; other < threads; other++)
        highest = Math.max(highest, Atomics.load(x, number + other));
      const mine = highest + 1;
      Atomics.store(x, number + me, mine);
      if (choosing) Atomics.store(x, chooses + me, 0);
      const isBeforeMe = (theirs: number, other: number): boolean =>
        theirs !== 0 && (theirs < mine || (theirs === mine && other < me));
      for (let other = 0; other < threads; other++) {
        if (other === me) continue;
        while (Atomics.load(x, chooses + other) === 1);
        while (isBeforeMe(Atomics.load(x, number + other), other));
      }
    },
    unlock: (x, me) => void Atomics.store(x, number + me, 0),
  };
}

export function bakeryWithoutChoosing(): Litmus {
  return {
    name: "bakery, nobody says that he is choosing",
    source: SOURCE,
    program: contend(2, bakeryLock(2, false)),
    expected: { verdict: "violation", bugClass: "lost-update", preemptions: 2, within: 60 },
    twin: {
      name: "with `choosing`",
      program: contend(2, bakeryLock(2, true), { critical: plainly }),
    },
    allows: ends(2),
  };
}

export function bakeryOfThree(): Litmus {
  return {
    name: "bakery, 3 threads",
    source: SOURCE,
    program: contend(3, bakeryLock(3, true), { critical: plainly }),
    expected: { verdict: "pass", bound: 1 },
    allows: ends(3),
  };
}

/** The lock with one bit for each thread, which is as few as there can be. */
function oneBitLock(threads: number): Lock {
  const flags = 1;
  return {
    words: flags + threads,
    lock(x, me) {
      again: for (;;) {
        Atomics.store(x, flags + me, 1);
        for (let other = 0; other < me; other++) {
          if (Atomics.load(x, flags + other) === 0) continue;
          Atomics.store(x, flags + me, 0);
          while (Atomics.load(x, flags + other) === 1);
          continue again;
        }
        break;
      }
      for (let other = me + 1; other < threads; other++)
        while (Atomics.load(x, flags + other) === 1);
    },
    unlock: (x, me) => void Atomics.store(x, flags + me, 0),
  };
}

export function oneBit(): Litmus {
  return {
    name: "one-bit lock, 2 threads",
    source:
      "Burns and Lynch, Bounds on shared memory for mutual exclusion, Inf. and Comp. 107(2), 1993",
    program: contend(2, oneBitLock(2), { critical: plainly }),
    expected: { verdict: "pass" },
    allows: ends(2),
  };
}

/** Szymanski's five states of a thread; `waits`: the last door waits for all that are still inside. */
function szymanskiLock(waits: boolean): Lock {
  const flags = 1;
  const [outside, wants, inside, waiting, through] = [0, 1, 2, 3, 4];
  const of = (x: Int32Array, who: number): number => Atomics.load(x, flags + who);
  return {
    words: 3,
    lock(x, me) {
      const other = 1 - me;
      const say = (state: number): void => void Atomics.store(x, flags + me, state);
      say(wants);
      while (of(x, other) > inside);
      say(waiting);
      if (of(x, other) === wants) {
        say(inside);
        while (of(x, other) !== through);
      }
      say(through);
      if (me === 1) while (of(x, other) > wants);
    },
    unlock(x, me) {
      const other = 1 - me;
      if (me === 0 && waits) {
        for (let seen = of(x, other); seen === inside || seen === waiting; seen = of(x, other));
      }
      Atomics.store(x, flags + me, outside);
    },
  };
}

export function szymanski(): Litmus {
  return {
    name: "Szymanski's lock, nobody waits on the way out",
    source: "Szymanski, A simple solution to Lamport's concurrent programming problem, ICS 1988",
    program: contend(2, szymanskiLock(false)),
    expected: { verdict: "livelock", bugClass: "spin", preemptions: 1, within: 10 },
    twin: {
      name: "with the wait",
      program: contend(2, szymanskiLock(true), { critical: plainly }),
      bound: 3,
    },
    allows: ends(2),
  };
}
