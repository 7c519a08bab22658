import { type Litmus, ends } from "../_litmus.ts";
import { type Lock, contend, plainly } from "./_contend.ts";

const FLAGS = 1;
const TURN = 3;

/** Peterson's lock for two threads; what a thread does first is the point. */
function petersonLock(announce: (x: Int32Array, me: number) => void): Lock {
  return {
    words: 4,
    lock(x, me) {
      announce(x, me);
      const other = 1 - me;
      while (Atomics.load(x, FLAGS + other) === 1 && Atomics.load(x, TURN) === other);
    },
    unlock: (x, me) => void Atomics.store(x, FLAGS + me, 0),
  };
}

const raise = (x: Int32Array, me: number): void => void Atomics.store(x, FLAGS + me, 1);
const giveTurn = (x: Int32Array, me: number): void => void Atomics.store(x, TURN, 1 - me);

export function petersonTurnFirst(): Litmus {
  return {
    name: "Peterson's lock, the turn given before the flag is raised",
    source: "Peterson, Myths about the mutual exclusion problem, IPL 12(3), 1981",
    program: contend(
      2,
      petersonLock((x, me) => {
        giveTurn(x, me);
        raise(x, me);
      }),
    ),
    expected: { verdict: "violation", bugClass: "lost-update", preemptions: 2, within: 40 },
    twin: {
      name: "the flag first",
      program: contend(
        2,
        petersonLock((x, me) => {
          raise(x, me);
          giveTurn(x, me);
        }),
        { critical: plainly },
      ),
    },
    allows: ends(2),
  };
}

/** Peterson's lock for n threads: n − 1 rooms, and each holds one thread back. */
function filterLock(threads: number): Lock {
  const level = 1;
  const victim = level + threads;
  const mayGoOn = (x: Int32Array, me: number, room: number): boolean => {
    for (let other = 0; other < threads; other++) {
      if (other === me || Atomics.load(x, level + other) < room) continue;
      return Atomics.load(x, victim + room) !== me;
    }
    return true;
  };
  return {
    words: victim + threads,
    lock(x, me) {
      for (let room = 1; room < threads; room++) {
        Atomics.store(x, level + me, room);
        Atomics.store(x, victim + room, me);
        while (!mayGoOn(x, me, room));
      }
    },
    unlock: (x, me) => void Atomics.store(x, level + me, 0),
  };
}

export function filter(): Litmus {
  return {
    name: "filter lock, 3 threads",
    source: "Herlihy and Shavit, The Art of Multiprocessor Programming, fig. 2.7",
    program: contend(3, filterLock(3), { critical: plainly }),
    expected: { verdict: "pass", bound: 1 },
    allows: ends(3),
  };
}
