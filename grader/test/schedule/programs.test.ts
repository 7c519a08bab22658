import { describe, expect, test } from "vitest";
import { explore } from "./_explore.ts";
import {
  type Execution,
  GAVE_UP,
  type Final,
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
} from "./_simulator.ts";

/** The first execution that comes out badly, and how many are run up to it. */
function firstFailure(
  program: readonly Thread[],
  isBad: (final: Final) => boolean,
): { preemptions: number; schedule: string } | undefined {
  const { executions } = explore(program, { preemptions: Infinity });
  const found: Execution | undefined = executions.find(({ final }) => isBad(final));
  return found && { preemptions: found.preemptions, schedule: found.schedule };
}

const isStuck = ({ end }: Final): boolean => end === "stuck";
const cellIs =
  (cell: number, value: number) =>
  ({ memory }: Final): boolean =>
    memory[cell] === value;

/** `x++`, not atomic: reads the cell, then writes one more. */
const increment: Thread = (seen) =>
  seen.length === 0 ? read(0) : seen.length === 1 ? write(0, (seen[0] as number) + 1) : undefined;

describe("fewest preemptions", () => {
  test("counter++ by two threads: 1", () => {
    expect(firstFailure([increment, increment], cellIs(0, 1))).toEqual({
      preemptions: 1,
      schedule: "0110",
    });
  });

  test("counter++ by two threads, each one atomic step: it never fails", () => {
    expect(firstFailure([steps(add(0, 1)), steps(add(0, 1))], cellIs(0, 1))).toBeUndefined();
  });

  test("check-then-act on the last seat: 1", () => {
    const take: Thread = (seen) =>
      seen.length === 0 ? read(0) : seen.length === 1 && seen[0] === 0 ? add(0, 1) : undefined;
    expect(firstFailure([take, take], cellIs(0, 2))?.preemptions).toBe(1);
  });

  test("two locks in opposite order (AB-BA): 1", () => {
    const first = steps(lock(0), lock(1), unlock(1), unlock(0));
    const second = steps(lock(1), lock(0), unlock(0), unlock(1));
    expect(firstFailure([first, second], isStuck)).toEqual({ preemptions: 1, schedule: "01" });
  });

  test("three philosophers who all take their left fork first: 1", () => {
    const eats = (left: number): Thread =>
      steps(lock(left), lock((left + 1) % 3), unlock(left), unlock((left + 1) % 3));
    expect(firstFailure([eats(0), eats(1), eats(2)], isStuck)?.preemptions).toBe(1);
  });

  test("check, then wait on another cell (lost wakeup): 1", () => {
    const sleeper: Thread = (seen) =>
      seen.length === 0 ? read(0) : seen.length === 1 && seen[0] === 0 ? wait(1, 0) : undefined;
    expect(firstFailure([sleeper, steps(write(0, 1), notify(1))], isStuck)).toEqual({
      preemptions: 1,
      schedule: "0110",
    });
  });

  test("check, then wait on the cell that was checked: it never fails", () => {
    const sleeper: Thread = (seen) =>
      seen.length === 0 ? read(0) : seen.length === 1 && seen[0] === 0 ? wait(0, 0) : undefined;
    expect(firstFailure([sleeper, steps(write(0, 1), notify(0))], isStuck)).toBeUndefined();
  });

  test("a pop from an index stack that another thread pops and pushes meanwhile (Treiber, ABA): 1", () => {
    // Cell 0 is the top (1 = node A, over B = 2); cell 1 is A's next; B's next is 0.
    const pop: Thread = (seen) => {
      const [top, next] = seen;
      if (seen.length === 0) return read(0);
      if (seen.length === 1) return read(1);
      return seen.length === 2 ? cas(0, top as number, next as number) : undefined;
    };
    // Pops A, then B, and pushes A back: A is the top again, with nothing under it.
    const popTwicePushOne = steps(cas(0, 1, 2), cas(0, 2, 0), write(1, 0), cas(0, 0, 1));
    const begin = steps(write(1, 2), write(0, 1), notify(3));
    const afterBegin =
      (thread: Thread): Thread =>
      (seen) =>
        seen.length === 0 ? spin(0, 1) : thread(seen.slice(1));
    const isAba = ({ memory, seen }: Final): boolean =>
      memory[0] === 2 && !seen.flat().includes(GAVE_UP);
    const failure = firstFailure([begin, afterBegin(pop), afterBegin(popTwicePushOne)], isAba);
    expect(failure?.preemptions).toBe(1);
  });

  /** Two threads climb in turn: rung r is taken by thread r mod 2, which needs the rung before. */
  const ladder = (preemptions: number): readonly Thread[] => {
    const rungs = Array.from({ length: preemptions + 2 }, (_, rung) => rung);
    const climb = (parity: number): Thread =>
      steps(...rungs.filter((rung) => rung % 2 === parity).map((rung) => cas(0, rung, rung + 1)));
    return [climb(0), climb(1)];
  };

  test.each([0, 1, 2, 3, 4])("the ladder that needs %i preemptions", (preemptions) => {
    const failure = firstFailure(ladder(preemptions), cellIs(0, preemptions + 2));
    expect(failure?.preemptions).toBe(preemptions);
  });
});

describe("timeouts", () => {
  test("a sleep that may time out does so and does not, and never gets stuck", () => {
    const program = [steps(timedWait(0, 0)), steps(notify(0))];
    expect(firstFailure(program, isStuck)).toBeUndefined();
  });

  test("a timeout costs a preemption while another thread could run, and nothing otherwise", () => {
    const { executions } = explore([steps(timedWait(0, 0)), steps(notify(0))], {
      preemptions: Infinity,
    });
    const cost = Object.fromEntries(executions.map((item) => [item.schedule, item.preemptions]));
    expect(cost).toEqual({ "01": 0, "100!": 0, "00!1": 1 });
  });
});

describe("spins", () => {
  test("a spin that gives up costs a preemption while another thread could run, and nothing otherwise", () => {
    const { executions } = explore([steps(spin(0, 1)), steps(read(1))], { preemptions: Infinity });
    const cost = Object.fromEntries(executions.map((item) => [item.schedule, item.preemptions]));
    expect(cost).toEqual({ "10~": 0, "0~1": 1 });
  });

  test("a spin goes on by itself once it sees what it waits for", () => {
    const { executions } = explore([steps(spin(0, 1)), steps(write(0, 1))], { preemptions: 0 });
    expect(executions.map(({ schedule }) => schedule)).toEqual(["10"]);
  });
});
