import { type Litmus, type Program, alike, each, onWords } from "../_litmus.ts";

const COUNT = 0;
const PHASE = 1;
const ARRIVED = 2;

/** Threads pass a barrier some times; a thread answers false where it passed before all had arrived. */
function passing(
  threads: number,
  rounds: number,
  barrier: (x: Int32Array, round: number) => void,
): Program {
  return onWords(4, {
    threads: alike(threads, (x: Int32Array) => {
      for (let round = 1; round <= rounds; round++) {
        Atomics.add(x, ARRIVED, 1);
        barrier(x, round);
        if (Atomics.load(x, ARRIVED) < round * threads) return false;
      }
      return true;
    }),
  });
}

const allPassed = (results: readonly unknown[]): boolean => !results.includes(false);

/** The last thread opens the next generation; `again`: a sleeper looks whether it really is there. */
const byGeneration =
  (threads: number, again: boolean) =>
  (x: Int32Array): void => {
    const generation = Atomics.load(x, PHASE);
    if (Atomics.add(x, COUNT, 1) === threads - 1) {
      Atomics.store(x, COUNT, 0);
      Atomics.add(x, PHASE, 1);
      Atomics.notify(x, PHASE);
      return;
    }
    Atomics.wait(x, PHASE, generation);
    if (again) while (Atomics.load(x, PHASE) === generation) Atomics.wait(x, PHASE, generation);
  };

export function generationBarrier(): Litmus {
  return {
    name: "generation barrier without a predicate loop, 3 workers",
    source: "a browser's barrier on shared memory, bug of 2026",
    program: passing(3, 2, byGeneration(3, false)),
    expected: { verdict: "violation", preemptions: 2, within: 2_000 },
    twin: { name: "with the loop", program: passing(3, 2, byGeneration(3, true)), bound: 2 },
    allows: allPassed,
  };
}

export function barrierReuse(): Litmus {
  const byCount =
    (threads: number) =>
    (x: Int32Array): void => {
      if (Atomics.add(x, COUNT, 1) === threads - 1) {
        Atomics.store(x, COUNT, 0);
        Atomics.notify(x, COUNT);
        return;
      }
      for (let seen = Atomics.load(x, COUNT); seen !== 0; seen = Atomics.load(x, COUNT))
        Atomics.wait(x, COUNT, seen);
    };
  return {
    name: "barrier with a count alone, used twice",
    source: "Downey, The Little Book of Semaphores, ch. 3, reusable barrier",
    program: passing(2, 2, byCount(2)),
    expected: { verdict: "deadlock", preemptions: 0, within: 1 },
    twin: { name: "with a generation", program: passing(2, 2, byGeneration(2, true)) },
    allows: allPassed,
  };
}

export function senseReversing(): Litmus {
  const bySense =
    (threads: number, countFirst: boolean) =>
    (x: Int32Array, round: number): void => {
      const sense = round % 2;
      if (Atomics.add(x, COUNT, 1) === threads - 1) {
        if (countFirst) Atomics.store(x, COUNT, 0);
        Atomics.store(x, PHASE, sense);
        if (!countFirst) Atomics.store(x, COUNT, 0);
      } else while (Atomics.load(x, PHASE) !== sense);
    };
  return {
    name: "sense-reversing barrier that opens before it counts from 0 again",
    source: "Mellor-Crummey and Scott, Algorithms for scalable synchronization, TOCS 9(1), 1991",
    program: passing(2, 2, bySense(2, false)),
    expected: { verdict: "livelock", bugClass: "spin", preemptions: 1, within: 20 },
    twin: { name: "it counts from 0 first", program: passing(2, 2, bySense(2, true)) },
    allows: allPassed,
  };
}

export function turnstile(): Litmus {
  const [first, second] = [1, 3];
  const down = (x: Int32Array, semaphore: number): void => {
    for (;;) {
      const permits = Atomics.load(x, semaphore);
      if (permits === 0) Atomics.wait(x, semaphore, 0);
      else if (Atomics.compareExchange(x, semaphore, permits, permits - 1) === permits) return;
    }
  };
  const up = (x: Int32Array, semaphore: number, permits: number): void => {
    Atomics.add(x, semaphore, permits);
    Atomics.notify(x, semaphore, permits);
  };
  const byTurnstiles =
    (threads: number, twoPhases: boolean) =>
    (x: Int32Array): void => {
      if (Atomics.add(x, COUNT, 1) === threads - 1) {
        if (!twoPhases) Atomics.store(x, COUNT, 0);
        up(x, first, threads);
      }
      down(x, first);
      if (!twoPhases) return;
      if (Atomics.sub(x, COUNT, 1) === 1) up(x, second, threads);
      down(x, second);
    };
  return {
    name: "barrier of one turnstile, used twice",
    source: "Downey, The Little Book of Semaphores, ch. 3, two-phase barrier",
    program: passing(2, 2, byTurnstiles(2, false)),
    expected: { verdict: "deadlock", preemptions: 0, within: 1 },
    twin: { name: "of two turnstiles", program: passing(2, 2, byTurnstiles(2, true)), bound: 2 },
    allows: allPassed,
  };
}

export function dissemination(): Litmus {
  const threads = 3;
  const meeting = (distances: readonly number[]): Program =>
    onWords(1 + threads * distances.length, {
      threads: each(threads, (me) => (x: Int32Array) => {
        Atomics.add(x, 0, 1);
        for (const [round, distance] of distances.entries()) {
          const flags = 1 + round * threads;
          Atomics.store(x, flags + ((me + distance) % threads), 1);
          while (Atomics.load(x, flags + me) === 0);
        }
        return Atomics.load(x, 0) === threads;
      }),
    });
  return {
    name: "dissemination barrier of one round, 3 threads",
    source:
      "Hensgen, Finkel and Manber, Two algorithms for barrier synchronization, IJPP 17(1), 1988",
    program: meeting([1]),
    expected: { verdict: "violation", preemptions: 0, within: 20 },
    twin: { name: "of two rounds", program: meeting([1, 2]), bound: 1 },
    allows: allPassed,
  };
}

export function latch(): Litmus {
  const opening = (countDown: (x: Int32Array) => number): Program =>
    onWords([2, 0], {
      threads: [
        (x) => {
          for (let left = Atomics.load(x, 0); left !== 0; left = Atomics.load(x, 0))
            Atomics.wait(x, 0, left);
        },
        ...alike(2, (x: Int32Array) => {
          if (countDown(x) === 0) Atomics.notify(x, 0);
        }),
      ],
    });
  return {
    name: "countdown latch that counts in two steps",
    source: "cmu-pasta/fray, CountDownLatchDeadlockUnblockMultiThread",
    program: opening((x) => {
      const left = Atomics.load(x, 0) - 1;
      Atomics.store(x, 0, left);
      return left;
    }),
    expected: { verdict: "deadlock", bugClass: "lost-update", preemptions: 1, within: 20 },
    twin: { name: "in one step", program: opening((x) => Atomics.sub(x, 0, 1) - 1) },
  };
}
