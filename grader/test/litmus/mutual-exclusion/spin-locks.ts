import { type Litmus, ends } from "../_litmus.ts";
import { type Lock, contend, plainly } from "./_contend.ts";

const HELD = 1;
const AMP = "Herlihy and Shavit, The Art of Multiprocessor Programming";

const release = (x: Int32Array): void => void Atomics.store(x, HELD, 0);

export function testThenSet(): Litmus {
  const lock: Lock = {
    words: 2,
    anonymous: true,
    lock(x) {
      while (Atomics.load(x, HELD) === 1);
      Atomics.store(x, HELD, 1);
    },
    unlock: release,
  };
  const right: Lock = {
    words: 2,
    anonymous: true,
    lock(x) {
      while (Atomics.exchange(x, HELD, 1) === 1) while (Atomics.load(x, HELD) === 1);
    },
    unlock: release,
  };
  return {
    name: "spin lock that tests, then sets",
    source: `${AMP}, §7.2`,
    program: contend(2, lock),
    expected: { verdict: "violation", bugClass: "lost-update", preemptions: 2, within: 30 },
    twin: {
      name: "test, then test-and-set",
      program: contend(2, right, { critical: plainly }),
    },
    allows: ends(2),
  };
}

export function ticketInTwoSteps(): Litmus {
  const next = 1;
  const serving = 2;
  const ticketLock = (take: (x: Int32Array) => number): Lock => ({
    words: 3,
    anonymous: true,
    lock(x) {
      const mine = take(x);
      while (Atomics.load(x, serving) !== mine);
    },
    unlock: (x) => void Atomics.add(x, serving, 1),
  });
  const twoSteps = (x: Int32Array): number => {
    const mine = Atomics.load(x, next);
    Atomics.store(x, next, mine + 1);
    return mine;
  };
  return {
    name: "ticket lock, tickets taken in two steps",
    source: "Mellor-Crummey and Scott, Algorithms for scalable synchronization, TOCS 9(1), 1991",
    program: contend(2, ticketLock(twoSteps)),
    expected: { verdict: "livelock", bugClass: "spin", preemptions: 1, within: 8 },
    twin: {
      name: "tickets by Atomics.add, 3 threads",
      program: contend(
        3,
        ticketLock((x) => Atomics.add(x, next, 1)),
        { critical: plainly },
      ),
    },
    allows: (results) => results.at(-1) === results.length - 1,
  };
}

/** Words of thread n's node: the thread behind it, and whether it waits. Thread n is named n + 1. */
const NODES = 2;
const behind = (name: number): number => NODES + 2 * (name - 1);
const waits = (name: number): number => NODES + 2 * (name - 1) + 1;

/** The queue lock of Mellor-Crummey and Scott; `patient`: unlock waits for a thread that is about to stand behind. */
function mcsLock(threads: number, patient: boolean): Lock {
  const tail = 1;
  return {
    words: NODES + 2 * threads,
    lock(x, me) {
      const name = me + 1;
      Atomics.store(x, behind(name), 0);
      const before = Atomics.exchange(x, tail, name);
      if (before === 0) return;
      Atomics.store(x, waits(name), 1);
      Atomics.store(x, behind(before), name);
      while (Atomics.load(x, waits(name)) === 1);
    },
    unlock(x, me) {
      const name = me + 1;
      let heir = Atomics.load(x, behind(name));
      if (heir === 0) {
        if (Atomics.compareExchange(x, tail, name, 0) === name || !patient) return;
        while ((heir = Atomics.load(x, behind(name))) === 0);
      }
      Atomics.store(x, waits(heir), 0);
    },
  };
}

export function mcsImpatient(): Litmus {
  return {
    name: "MCS lock, unlock does not wait for the thread behind",
    source: "Mellor-Crummey and Scott, Algorithms for scalable synchronization, TOCS 9(1), 1991",
    program: contend(2, mcsLock(2, false)),
    expected: { verdict: "livelock", bugClass: "spin", preemptions: 1, within: 15 },
    twin: { name: "it waits", program: contend(2, mcsLock(2, true), { critical: plainly }) },
    allows: ends(2),
  };
}

/** Craig's and Landin and Hagersten's queue lock; the node that a thread goes on with is the point. */
function clhLock(threads: number, takesOver: boolean): Lock {
  const tail = 1;
  /** Node n is busy; the node after the threads' own is free from the beginning. */
  const busy = 2;
  const own = busy + threads + 1;
  const before = own + threads;
  const nodes = Array.from({ length: threads }, (_, i) => i);
  return {
    words: [0, threads, ...nodes.map(() => 0), 0, ...nodes, ...nodes.map(() => 0)],
    lock(x, me) {
      const node = Atomics.load(x, own + me);
      Atomics.store(x, busy + node, 1);
      const previous = Atomics.exchange(x, tail, node);
      Atomics.store(x, before + me, previous);
      while (Atomics.load(x, busy + previous) === 1);
    },
    unlock(x, me) {
      Atomics.store(x, busy + Atomics.load(x, own + me), 0);
      if (takesOver) Atomics.store(x, own + me, Atomics.load(x, before + me));
    },
  };
}

export function clhOwnNodeAgain(): Litmus {
  return {
    name: "CLH lock, a thread uses its own node again",
    source: `${AMP}, §7.5.2`,
    program: contend(2, clhLock(2, false), { times: 2 }),
    expected: { verdict: "livelock", bugClass: "spin", preemptions: 0, within: 1 },
    twin: {
      name: "it takes over its predecessor's",
      program: contend(2, clhLock(2, true), { critical: plainly, times: 2 }),
    },
    allows: ends(4),
  };
}
