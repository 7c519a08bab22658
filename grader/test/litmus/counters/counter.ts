import { type Litmus, type Program, alike, ends, onWords } from "../_litmus.ts";

/** Two threads increment one word; the main thread reads it. */
function counting(increment: (x: Int32Array) => void): Program {
  return onWords(1, { threads: alike(2, increment), final: (x) => x[0] });
}

const atomicAdd = (x: Int32Array): void => void Atomics.add(x, 0, 1);

/** Takes another round where somebody was faster. */
function compareExchangeLoop(x: Int32Array): void {
  for (;;) {
    const seen = Atomics.load(x, 0);
    if (Atomics.compareExchange(x, 0, seen, seen + 1) === seen) return;
  }
}

export function counterPlain(): Litmus {
  return {
    name: "counter++",
    source: "tokio-rs/loom, tests/smoke.rs",
    program: counting((x) => void x[0]!++),
    expected: { verdict: "race", bugClass: "lost-update", preemptions: 1, within: 4 },
    twin: { name: "Atomics.add", program: counting(atomicAdd) },
    allows: ends(2),
  };
}

export function counterInTwoSteps(): Litmus {
  return {
    name: "counter with an atomic load and an atomic store",
    source: "openjdk/jcstress, samples, RaceCondition_01_RMW",
    program: counting((x) => void Atomics.store(x, 0, Atomics.load(x, 0) + 1)),
    expected: { verdict: "violation", bugClass: "lost-update", preemptions: 1, within: 4 },
    twin: { name: "compareExchange in a loop", program: counting(compareExchangeLoop) },
    allows: ends(2),
  };
}

export function counterTriedOnce(): Litmus {
  return {
    name: "counter whose compareExchange is not tried again",
    source: "Herlihy and Shavit, The Art of Multiprocessor Programming",
    program: counting((x) => {
      const seen = Atomics.load(x, 0);
      Atomics.compareExchange(x, 0, seen, seen + 1);
    }),
    expected: { verdict: "violation", preemptions: 1, within: 5 },
    twin: { name: "compareExchange in a loop", program: counting(compareExchangeLoop) },
    allows: ends(2),
  };
}
