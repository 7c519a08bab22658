import { type Litmus, type Program, alike, areInAnyOrder, each, onWords } from "../_litmus.ts";

const MICHAEL_SCOTT =
  "Michael and Scott, Simple, fast, and practical non-blocking queues, PODC 1996";

/** Nodes of a linked queue: value and next node, from word 2 on; node 0 is none, node 1 the first dummy. */
const HEAD = 0;
const TAIL = 1;
const valueOf = (node: number): number => 2 * node;
const nextOf = (node: number): number => 2 * node + 1;

/** Node n + 2 belongs to the thread n that enqueues; `links`: how a node is hung behind the last one. */
function linkedQueue(links: (x: Int32Array, node: number) => void): Program {
  const enqueue = (x: Int32Array, me: number): void => {
    const node = me + 2;
    Atomics.store(x, valueOf(node), me + 1);
    links(x, node);
  };
  const dequeue = (x: Int32Array): number => {
    for (;;) {
      const head = Atomics.load(x, HEAD);
      const tail = Atomics.load(x, TAIL);
      const next = Atomics.load(x, nextOf(head));
      if (next === 0) return 0;
      if (head === tail) Atomics.compareExchange(x, TAIL, tail, next);
      else if (Atomics.compareExchange(x, HEAD, head, next) === head)
        return Atomics.load(x, valueOf(next));
    }
  };
  return onWords([1, 1, 0, 0, 0, 0, 0, 0], {
    threads: [
      ...each(2, (me) => (x: Int32Array) => {
        enqueue(x, me);
      }),
      dequeue,
    ],
    final: (x) => [dequeue(x), dequeue(x)],
  });
}

export function michaelScott(): Litmus {
  return {
    name: "Michael-Scott queue, a node linked without compareExchange",
    source: MICHAEL_SCOTT,
    program: linkedQueue((x, node) => {
      const tail = Atomics.load(x, TAIL);
      Atomics.store(x, nextOf(tail), node);
      Atomics.compareExchange(x, TAIL, tail, node);
    }),
    expected: { verdict: "violation", preemptions: 1, within: 50 },
    twin: {
      name: "with it",
      program: linkedQueue((x, node) => {
        for (;;) {
          const tail = Atomics.load(x, TAIL);
          const next = Atomics.load(x, nextOf(tail));
          if (next !== 0) Atomics.compareExchange(x, TAIL, tail, next);
          else if (Atomics.compareExchange(x, nextOf(tail), 0, node) === 0) {
            Atomics.compareExchange(x, TAIL, tail, node);
            return;
          }
        }
      }),
      bound: 2,
    },
    allows: ([, , taken, rest]) => areInAnyOrder([taken, rest], [0, 1, 2]),
  };
}

/** Lamport's ring for one producer and one consumer. */
function lamportRing(put: (x: Int32Array, at: number, value: number) => void): Program {
  const [head, tail, slots] = [0, 1, 2];
  const size = 2;
  return onWords(slots + size, {
    threads: [
      (x) => {
        for (let value = 1; value <= 3; value++) {
          const at = Atomics.load(x, tail);
          while (at - Atomics.load(x, head) === size);
          put(x, at, value);
        }
      },
      (x) => {
        const taken: number[] = [];
        for (let i = 0; i < 3; i++) {
          const at = Atomics.load(x, head);
          while (Atomics.load(x, tail) === at);
          taken.push(x[slots + (at % size)]!);
          Atomics.store(x, head, at + 1);
        }
        return taken;
      },
    ],
  });
}

export function ring(): Litmus {
  const [tail, slots, size] = [1, 2, 2];
  return {
    name: "ring of one producer and one consumer, counted before it is written",
    source: "Lamport, Proving the correctness of multiprocess programs, IEEE TSE 3(2), 1977",
    program: lamportRing((x, at, value) => {
      Atomics.store(x, tail, at + 1);
      x[slots + (at % size)] = value;
    }),
    expected: { verdict: "race", bugClass: "unsynchronised-write", preemptions: 1, within: 20 },
    twin: {
      name: "written, then counted",
      program: lamportRing((x, at, value) => {
        x[slots + (at % size)] = value;
        Atomics.store(x, tail, at + 1);
      }),
    },
    allows: ([, taken]) => JSON.stringify(taken) === "[1,2,3]",
  };
}

/** Vyukov's ring for many: each slot has a sequence number, which says whose turn it is. */
function sequencedRing(isSequenced: boolean): Program {
  const [head, tail] = [0, 1];
  const size = 2;
  const sequenceOf = (at: number): number => 2 + 2 * (at % size);
  const valueAt = (at: number): number => 3 + 2 * (at % size);
  const put = (x: Int32Array, value: number): void => {
    for (;;) {
      const at = Atomics.load(x, tail);
      if (isSequenced && Atomics.load(x, sequenceOf(at)) !== at) continue;
      if (Atomics.compareExchange(x, tail, at, at + 1) !== at) continue;
      Atomics.store(x, valueAt(at), value);
      Atomics.store(x, sequenceOf(at), at + 1);
      return;
    }
  };
  const take = (x: Int32Array): number => {
    for (;;) {
      const at = Atomics.load(x, head);
      if (isSequenced ? Atomics.load(x, sequenceOf(at)) !== at + 1 : Atomics.load(x, tail) === at)
        continue;
      if (Atomics.compareExchange(x, head, at, at + 1) !== at) continue;
      const value = Atomics.load(x, valueAt(at));
      Atomics.store(x, sequenceOf(at), at + size);
      return value;
    }
  };
  return onWords([0, 0, 0, 0, 1, 0], {
    threads: [
      (x) => {
        put(x, 1);
      },
      (x) => {
        put(x, 2);
      },
      (x) => take(x) + take(x),
    ],
  });
}

export function ringForMany(): Litmus {
  return {
    name: "ring of many producers without a sequence number in each slot",
    source: "Vyukov, Bounded MPMC queue, 1024cores.net",
    program: sequencedRing(false),
    expected: { verdict: "violation", preemptions: 1, within: 50 },
    twin: { name: "with the numbers", program: sequencedRing(true), bound: 2 },
    allows: ([, , sum]) => sum === 3,
  };
}

/** The “THE” queue of Cilk: its owner pushes and pops at the tail, a thief steals at the head under a lock. */
function workStealing(popIsOrdered: boolean): Program {
  const [head, tail, guard, items, done] = [0, 1, 2, 3, 5];
  const lock = (x: Int32Array): void => {
    while (Atomics.exchange(x, guard, 1) === 1);
  };
  const unlock = (x: Int32Array): void => void Atomics.store(x, guard, 0);
  const operate = (x: Int32Array, item: number): void => void Atomics.add(x, done + item, 1);
  const pop = (x: Int32Array): void => {
    const t = Atomics.load(x, tail) - 1;
    if (popIsOrdered) Atomics.store(x, tail, t);
    if (Atomics.load(x, head) <= t) {
      if (!popIsOrdered) Atomics.store(x, tail, t);
      operate(x, Atomics.load(x, items + t));
      return;
    }
    Atomics.store(x, tail, t + 1);
    lock(x);
    const again = Atomics.load(x, tail) - 1;
    Atomics.store(x, tail, again);
    if (Atomics.load(x, head) <= again) operate(x, Atomics.load(x, items + again));
    else {
      Atomics.store(x, head, 0);
      Atomics.store(x, tail, 0);
    }
    unlock(x);
  };
  const steal = (x: Int32Array): void => {
    lock(x);
    const h = Atomics.load(x, head);
    Atomics.store(x, head, h + 1);
    if (h < Atomics.load(x, tail)) operate(x, Atomics.load(x, items + h));
    else Atomics.store(x, head, h);
    unlock(x);
  };
  return onWords(7, {
    threads: [
      (x) => {
        for (let item = 0; item < 2; item++) {
          const t = Atomics.load(x, tail);
          Atomics.store(x, items + t, item);
          Atomics.store(x, tail, t + 1);
        }
        pop(x);
        pop(x);
      },
      (x) => {
        steal(x);
        steal(x);
      },
    ],
    final: (x) => [Atomics.load(x, done), Atomics.load(x, done + 1)],
  });
}

export function workStealingQueue(): Litmus {
  return {
    name: "work-stealing queue whose pop looks before it takes",
    source: "SCTBench, chess/WorkStealQueue.h (chess.WSQ); Frigo, Leiserson and Randall, PLDI 1998",
    program: workStealing(false),
    expected: { verdict: "violation", preemptions: 1, within: 100 },
    twin: { name: "it takes, then looks", program: workStealing(true) },
    allows: (results) => JSON.stringify(results.at(-1)) === "[1,1]",
  };
}

/** The same queue as a ring of two places; `spare`: push leaves one free for a thief that has not read yet. */
function workStealingRing(spare: number): Program {
  const [head, tail, guard, items, done] = [0, 1, 2, 3, 5];
  const size = 2;
  const lock = (x: Int32Array): void => {
    while (Atomics.exchange(x, guard, 1) === 1);
  };
  const unlock = (x: Int32Array): void => void Atomics.store(x, guard, 0);
  const operate = (x: Int32Array, item: number): void => void Atomics.add(x, done + item, 1);
  const push = (x: Int32Array, item: number): void => {
    const t = Atomics.load(x, tail);
    if (t >= Atomics.load(x, head) + size - spare) {
      operate(x, item);
      return;
    }
    Atomics.store(x, items + (t % size), item);
    Atomics.store(x, tail, t + 1);
  };
  const take = (x: Int32Array): boolean => {
    const t = Atomics.load(x, tail) - 1;
    Atomics.store(x, tail, t);
    if (Atomics.load(x, head) <= t) {
      operate(x, Atomics.load(x, items + (t % size)));
      return true;
    }
    Atomics.store(x, tail, t + 1);
    return false;
  };
  const pop = (x: Int32Array): void => {
    if (take(x)) return;
    lock(x);
    take(x);
    unlock(x);
  };
  return onWords(8, {
    threads: [
      (x) => {
        for (let item = 0; item < 3; item++) push(x, item);
        for (let item = 0; item < 2; item++) pop(x);
      },
      (x) => {
        lock(x);
        const h = Atomics.load(x, head);
        Atomics.store(x, head, h + 1);
        if (h < Atomics.load(x, tail)) operate(x, Atomics.load(x, items + (h % size)));
        else Atomics.store(x, head, h);
        unlock(x);
      },
    ],
    final: (x) => [0, 1, 2].map((item) => Atomics.load(x, done + item)),
  });
}

export function workStealingPush(): Litmus {
  return {
    name: "work-stealing queue whose push fills the last place (BUG3)",
    source: "SCTBench, chess/WorkStealQueue.h (chess.WSQ)",
    program: workStealingRing(0),
    expected: { verdict: "violation", preemptions: 1, within: 50 },
    twin: { name: "one place left free", program: workStealingRing(1) },
    allows: (results) => JSON.stringify(results.at(-1)) === "[1,1,1]",
  };
}

/** Herlihy and Wing's queue: a place is reserved, then filled; a taker goes through all places. */
export function herlihyWing(): Litmus {
  const [back, items] = [0, 1];
  const queue = (take: (x: Int32Array, at: number) => number): Program =>
    onWords(4, {
      threads: [
        ...each(2, (me) => (x: Int32Array) => {
          Atomics.store(x, items + Atomics.add(x, back, 1), me + 1);
        }),
        ...alike(2, (x: Int32Array) => {
          const range = Atomics.load(x, back);
          for (let at = 0; at < range; at++) {
            const taken = take(x, items + at);
            if (taken !== 0) return taken;
          }
          return 0;
        }),
      ],
    });
  return {
    name: "Herlihy-Wing queue, taken in two steps",
    source: "Herlihy and Wing, Linearizability, TOPLAS 12(3), 1990",
    program: queue((x, at) => {
      const seen = Atomics.load(x, at);
      if (seen !== 0) Atomics.store(x, at, 0);
      return seen;
    }),
    expected: { verdict: "violation", preemptions: 1, within: 100 },
    twin: { name: "by exchange", program: queue((x, at) => Atomics.exchange(x, at, 0)) },
    allows: ([, , a, b]) => a !== b || a === 0,
  };
}
