import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Program, simulate } from "./_simulate.ts";
import { box, calls, casLoop, futex, lockedBank } from "./_programs.ts";
import { diagnosisOf, storyOf } from "./_told.ts";

/** Programs without a bug: whatever is claimed about one of their executions would be false. */
const correct: readonly (readonly [name: string, program: Program])[] = [
  [
    "a loop over compareExchange",
    {
      source: casLoop.source,
      cells: { balance: 10 },
      threads: [
        calls(
          ["withdraw", [8], () => casLoop.withdraw(8)],
          ["deposit", [3], () => casLoop.deposit(3)],
        ),
        calls(
          ["deposit", [5], () => casLoop.deposit(5)],
          ["withdraw", [4], () => casLoop.withdraw(4)],
        ),
        calls(["withdraw", [6], () => casLoop.withdraw(6)]),
      ],
    },
  ],
  [
    "a bank with ordered locks",
    {
      source: lockedBank.source,
      cells: { lock0: 0, lock1: 0, "cells[0]": 9, "cells[1]": 5 },
      threads: [
        calls(["transfer", [0, 1, 4], () => lockedBank.transfer(0, 1, 4)]),
        calls(["transfer", [1, 0, 7], () => lockedBank.transfer(1, 0, 7)]),
        calls(["total", [], () => lockedBank.total()]),
      ],
    },
  ],
  [
    "a hand-made lock that sleeps",
    {
      source: futex.source,
      cells: { state: 0 },
      threads: [0, 1, 2].map(() =>
        calls(["acquire", [], () => futex.acquire()], ["release", [], () => futex.release()]),
      ),
    },
  ],
];

const schedules = fc.string({ unit: fc.constantFrom("A", "B", "C"), maxLength: 40 });

describe.each(correct)("of %s", (_, program) => {
  test("no execution is given a class that it has not", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const run = { ...program, schedule };
        const trace = simulate(run);
        expect(trace.end).toBe("done");
        for (const verdict of ["violation", "race", "deadlock", "livelock"] as const) {
          const { bugClass } = diagnosisOf(run, { verdict }, trace);
          expect([undefined, "wrong-result"]).toContain(bugClass);
        }
      }),
    );
  });

  test("every execution has a story of which every row stands in a column", () => {
    fc.assert(
      fc.property(schedules, (schedule) => {
        const { rows, columns } = storyOf({ ...program, schedule });
        expect(rows.length).toBeLessThanOrEqual(40);
        for (const { column } of rows) expect(columns[column]).toMatch(/^worker [A-C]$/);
      }),
    );
  });
});

test("a thread that sleeps for a good reason has not lost a wakeup", () => {
  const program: Program = {
    source: box.source,
    cells: { full: 0, events: 0 },
    threads: [calls(["take", [], () => box.take()]), calls(["forget", [], () => box.forget()])],
  };
  fc.assert(
    fc.property(schedules, (schedule) => {
      const { bugClass } = diagnosisOf({ ...program, schedule });
      expect(bugClass).not.toBe("lost-wakeup");
    }),
  );
});
