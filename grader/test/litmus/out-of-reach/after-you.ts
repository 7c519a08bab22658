import { type Litmus, ends, onWords } from "../_litmus.ts";

/** Each gives way where the other wants in too; in lock step, both do so for ever. No state is a dead end. */
export function afterYou(): Litmus {
  const [flags, count] = [0, 2];
  return {
    name: "fourth attempt: give way, and try again",
    source: "Ben-Ari, Principles of Concurrent and Distributed Programming, 2nd ed., alg. 3.9",
    program: onWords(3, {
      threads: [0, 1].map((me) => (x) => {
        Atomics.store(x, flags + me, 1);
        while (Atomics.load(x, flags + 1 - me) === 1) {
          Atomics.store(x, flags + me, 0);
          Atomics.store(x, flags + me, 1);
        }
        x[count]!++;
        Atomics.store(x, flags + me, 0);
      }),
      final: (x) => x[count],
    }),
    expected: { verdict: "pass", bound: 2 },
    allows: ends(2),
  };
}
