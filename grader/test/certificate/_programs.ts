/** Small programs of every kind of step. */
import fc from "fast-check";
import {
  type Step,
  type Thread,
  add,
  cas,
  lock,
  notify,
  read,
  spin,
  steps,
  timedWait,
  unlock,
  wait,
  write,
} from "../schedule/_simulator.ts";

const cell = fc.nat(1);
const value = fc.nat(2);

const step: fc.Arbitrary<Step> = fc.oneof(
  cell.map(read),
  fc.tuple(cell, value).map(([c, v]) => write(c, v)),
  cell.map((c) => add(c, 1)),
  fc.tuple(cell, value, value).map(([c, from, to]) => cas(c, from, to)),
  fc.constantFrom(lock(2), unlock(2)),
  fc.tuple(cell, value).map(([c, v]) => wait(c, v)),
  fc.tuple(cell, value).map(([c, v]) => timedWait(c, v)),
  cell.map(notify),
  fc.tuple(cell, value).map(([c, v]) => spin(c, v)),
);

/** A thread that takes these steps, and skips the last one when it has just seen an odd number. */
const thread = (longest: number): fc.Arbitrary<Thread> =>
  fc.array(step, { minLength: 1, maxLength: longest }).map((list) => (seen) => {
    const isLast = seen.length === list.length - 1;
    return isLast && Math.abs(seen.at(-1) ?? 0) % 2 === 1 ? undefined : steps(...list)(seen);
  });

/** Two threads of up to four steps, or three of up to two. */
export const program: fc.Arbitrary<readonly Thread[]> = fc.oneof(
  fc.array(thread(4), { minLength: 2, maxLength: 2 }),
  fc.array(thread(2), { minLength: 3, maxLength: 3 }),
);
