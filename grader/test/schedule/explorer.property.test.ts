import fc from "fast-check";
import { expect, test } from "vitest";
import { explore, fewestPreemptions, foundAt } from "./_explore.ts";
import {
  type Step,
  type Thread,
  add,
  cas,
  everyPath,
  lock,
  notify,
  read,
  spin,
  steps,
  timedWait,
  unlock,
  wait,
  write,
} from "./_simulator.ts";

const RUNS = { numRuns: Number(process.env["SCHEDULE_RUNS"] ?? 300), seed: 1 };

const cell = fc.nat(1);
const value = fc.nat(2);

/** Any step, blocking ones included: half of these programs can get stuck. */
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

const program: fc.Arbitrary<readonly Thread[]> = fc.oneof(
  fc.array(thread(4), { minLength: 2, maxLength: 2 }),
  fc.array(thread(2), { minLength: 3, maxLength: 3 }),
);

test("without the cache, the complete search runs every interleaving exactly once", () => {
  fc.assert(
    fc.property(program, (threads) => {
      const { executions, explored } = explore(threads, { preemptions: Infinity, cache: false });
      const run = executions.map(({ schedule }) => schedule);
      const all = everyPath(threads).map(({ schedule }) => schedule);
      expect(run.toSorted()).toEqual(all.toSorted());
      expect(explored.complete).toBe(true);
    }),
    RUNS,
  );
});

test("with the cache, every outcome is found, and first with the fewest preemptions that lead to it", () => {
  fc.assert(
    fc.property(program, (threads) => {
      const search = explore(threads, { preemptions: Infinity });
      expect(foundAt(search)).toEqual(fewestPreemptions(threads));
      expect(search.explored.complete).toBe(true);
    }),
    RUNS,
  );
});

test("bound k finds the outcomes that k preemptions can lead to, and no others", () => {
  fc.assert(
    fc.property(program, fc.nat(3), fc.boolean(), (threads, preemptions, cache) => {
      const search = explore(threads, { preemptions, cache });
      const all = fewestPreemptions(threads);
      const within = new Map([...all].filter(([, fewest]) => fewest <= preemptions));
      expect(foundAt(search)).toEqual(within);
      if (search.explored.complete) expect(within).toEqual(all);
      else expect(search.explored.bound).toBe(preemptions);
    }),
    RUNS,
  );
});

test("an execution has as many preemptions as the bound under which it is run", () => {
  fc.assert(
    fc.property(program, fc.boolean(), (threads, cache) => {
      const { executions } = explore(threads, { preemptions: Infinity, cache });
      const counted = executions.map(({ preemptions }) => preemptions);
      expect(executions.map(({ bound }) => bound)).toEqual(counted);
      expect(counted).toEqual(counted.toSorted((a, b) => a - b));
    }),
    RUNS,
  );
});

test("a search that is stopped claims no more than it has seen", () => {
  const limits = fc.record({
    executions: fc.integer({ min: 0, max: 12 }),
    pending: fc.integer({ min: 1, max: 8 }),
    states: fc.integer({ min: 1, max: 40 }),
  });
  fc.assert(
    fc.property(program, limits, (threads, { executions, pending, states }) => {
      const search = explore(threads, { preemptions: Infinity, pending, states }, executions);
      const found = foundAt(search);
      for (const [outcome, fewest] of fewestPreemptions(threads)) {
        if (fewest <= search.explored.bound || search.explored.complete) {
          expect(found.get(outcome)).toBe(fewest);
        }
      }
    }),
    RUNS,
  );
});
