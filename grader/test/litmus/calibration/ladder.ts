import { type Litmus, onWords } from "../_litmus.ts";

/**
 * Two threads climb a ladder in turns: a rung is reached only from the one before it. Each change of threads is a
 * preemption but the last: then the other thread has no rung left.
 */
function ladder(preemptions: number, within: number): Litmus {
  const top = preemptions + 2;
  const climb = (from: number) => (x: Int32Array) => {
    for (let rung = from; rung < top; rung += 2) Atomics.compareExchange(x, 0, rung, rung + 1);
  };
  return {
    name: `ladder of ${preemptions} preemptions`,
    source: "of this corpus",
    program: onWords(1, { threads: [climb(0), climb(1)], final: (x) => Atomics.load(x, 0) }),
    expected: {
      verdict: "violation",
      ...(preemptions > 0 ? {} : { bugClass: "wrong-result" }),
      preemptions,
      within,
    },
    allows: (results) => results.at(-1) !== top,
  };
}

export const ladder0 = (): Litmus => ladder(0, 1);
export const ladder1 = (): Litmus => ladder(1, 5);
export const ladder2 = (): Litmus => ladder(2, 10);
export const ladder3 = (): Litmus => ladder(3, 50);
export const ladder4 = (): Litmus => ladder(4, 100);
