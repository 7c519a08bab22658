/** The ways to get PCT wrong that ENGINE names (a) to (e): each loses a bug for good that ours finds. */
import { describe, expect, test } from "vitest";
import { type Naive, everyDraw, withLength } from "./_naive-pct.ts";
import { campaign, countOf, isClimbed, ladder } from "./_samples.ts";
import {
  type Execution,
  type Step,
  type Thread,
  add,
  cas,
  lock,
  notify,
  read,
  spin,
  steps,
  unlock,
  wait,
  write,
} from "./_simulator.ts";

interface Bug {
  readonly program: readonly Thread[];
  readonly isHit: (execution: Execution) => boolean;
  /** The longest execution, and the depth of the PCT that is compared. */
  readonly length: number;
  readonly depth: number;
}

/** How many of all the priorities and change points that could be drawn lead to the bug. */
const hits = ({ program, isHit, length, depth }: Bug, naive: Naive): number =>
  countOf(everyDraw(naive, program, { length, depth }), isHit);

const isFound = ({ program, isHit }: Bug): boolean =>
  countOf(campaign("pct", program, { samples: 1_000 }), isHit) > 0 ||
  countOf(campaign("idpct", program, { samples: 1_000 }), isHit) > 0;

/** A thread that goes on only if its first step finds what must have come before. */
const after =
  (...list: readonly Step[]): Thread =>
  (seen) =>
    seen[0] === 0 ? undefined : steps(...list)(seen);

describe("(a) a fixed number of different change points leaves no choice in a program that is shorter than the depth", () => {
  const straight: Bug = {
    program: [steps(add(0, 1), add(0, 1)), steps(read(0), read(0))],
    isHit: ({ schedule }) => schedule === "0011",
    length: 4,
    depth: 5,
  };

  test("it never lets a thread run straight on", () => {
    expect(hits(straight, { distinct: true })).toBe(0);
    expect(hits(straight, {})).toBe(16);
  });

  test("ours does", () => {
    expect(isFound(straight)).toBe(true);
  });
});

/**
 * A condition variable with `if`: the waiter (0) was woken under the lock that it needs, the notifier (1) has just
 * unlocked, and the barger (2) must get the lock before both go on.
 */
const barging: Bug = {
  program: [
    steps(write(3, 1), wait(1, 0), lock(0), cas(2, 2, 3), unlock(0)),
    after(read(3), lock(0), write(2, 9), notify(1), unlock(0), cas(2, 1, 2)),
    steps(lock(0), cas(2, 9, 1), unlock(0)),
  ],
  isHit: ({ final }) => final.memory[2] === 3,
  length: 14,
  depth: 3,
};

describe("(b) where only contended steps count, a notifier cannot fall while it holds the lock", () => {
  test("so waiter and notifier would have to fall at one step", () => {
    expect(hits(barging, { once: true })).toBe(3);
    expect(hits(barging, { once: true, contended: true })).toBe(0);
    expect(hits(barging, {})).toBe(4);
  });

  test("ours finds the thread that barges in", () => {
    expect(isFound(barging)).toBe(true);
  });
});

/** The one that spins (0) and the one that lets it go (1) must both fall before the third takes what was given. */
const stolen: Bug = {
  program: [
    steps(write(2, 1), spin(0, 1)),
    after(read(2), write(0, 1), cas(0, 1, 7)),
    steps(cas(0, 1, 5)),
  ],
  isHit: ({ final }) => final.memory[0] === 5 && final.end === "stuck",
  length: 6,
  depth: 3,
};

describe("(c) where one thread at most falls at a step, two cannot fall before a third goes", () => {
  test("so nobody steals what the spinning thread was given", () => {
    expect(hits(stolen, { once: true })).toBe(0);
    expect(hits(stolen, {})).toBe(1);
  });

  test("ours finds the thief", () => {
    expect(isFound(stolen)).toBe(true);
  });
});

describe("(d) where a thread falls after it was chosen, it takes its step all the same", () => {
  test.each([1, 2, 3, 4])("so nobody is stopped after its very first step: L%i", (preemptions) => {
    const climb: Bug = {
      program: ladder(preemptions),
      isHit: isClimbed(preemptions),
      length: preemptions + 2,
      depth: preemptions + 1,
    };
    expect(hits(climb, { late: true })).toBe(0);
    expect(hits(climb, {})).toBe(1);
  });

  test.each([1, 2, 3, 4])("ours climbs L%i", (preemptions) => {
    const climbs = campaign("idpct", ladder(preemptions), { samples: 10_000 });
    expect(countOf(climbs, isClimbed(preemptions))).toBeGreaterThan(0);
  });
});

describe("(e) where the first execution says how long all of them are, the end of longer ones is never changed", () => {
  const lateReads = Array.from({ length: 10 }, () => read(1));
  const program = [after(read(0), ...lateReads, read(2), read(2)), steps(write(0, 1), write(2, 1))];
  const isTorn = ({ final }: Execution): boolean => final.seen[0]?.slice(-2).join() === "0,1";

  test("the first execution is a short one", () => {
    expect(campaign("pct", program, { samples: 1 })[0]).toMatchObject({ length: 3 });
  });

  test("with its length for all, the two late reads agree in each of 2,000 samples", () => {
    const variant = (strategy: Parameters<typeof withLength>[0]) => withLength(strategy, 3);
    expect(countOf(campaign("pct", program, { samples: 2_000, variant }), isTorn)).toBe(0);
  });

  test("ours takes the longest so far, and parts them", () => {
    expect(countOf(campaign("pct", program, { samples: 2_000 }), isTorn)).toBe(6);
  });
});
