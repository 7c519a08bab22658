import { describe, expect, test } from "vitest";
import type { Departure } from "../../../src/schedule/index.ts";
import { type Program, replayProgram } from "./_programs.ts";

/** Two sleepers, and a thread that wakes one. */
const sleepers: Program = {
  threads: [
    "return Atomics.wait(x, 0, 0);",
    "return Atomics.wait(x, 0, 0);",
    "return Atomics.notify(x, 0, 1);",
  ],
};

const asleepAfter = async (program: Program, plan: readonly Departure[]): Promise<number[]> =>
  (await replayProgram(program, plan)).stopped
    .filter(({ state }) => state === "asleep")
    .map(({ thread }) => thread);

describe("notify(1) wakes the thread that has slept longest", () => {
  test("the first, when it came first", async () => {
    expect(await asleepAfter(sleepers, [])).toEqual([1]);
  });

  test("the second, when that came first", async () => {
    expect(await asleepAfter(sleepers, [{ step: 0, action: 1 }])).toEqual([0]);
  });
});

test("notify wakes nobody who sleeps on another cell", async () => {
  const program: Program = {
    threads: ["Atomics.wait(x, 0, 0);", "Atomics.wait(x, 1, 0);", "Atomics.notify(x, 1);"],
  };
  expect(await asleepAfter(program, [])).toEqual([0]);
});

test("a woken thread is at the end of the queue when it sleeps again", async () => {
  const program: Program = {
    threads: [
      "Atomics.wait(x, 0, 0); Atomics.wait(x, 0, 0);",
      "Atomics.wait(x, 0, 0);",
      "Atomics.notify(x, 0, 1); Atomics.load(x, 1); Atomics.notify(x, 0, 1);",
    ],
  };
  // Thread 0 and thread 1 sleep; 2 wakes 0, which sleeps again behind 1 before 2 wakes the next.
  const again = [{ step: 3, action: 0 }];
  expect(await asleepAfter(program, again)).toEqual([0]);
});

test("a trace tells every step with its line, its values, and who could have gone instead", async () => {
  const { steps, end } = await replayProgram(
    { threads: ["Atomics.store(x, 1, 7);", "return Atomics.add(x, 1, 1);"] },
    [{ step: 0, action: 1 }],
  );
  expect(end).toBe("done");
  expect(
    steps.map(({ thread, op, address, before, after, ready, preempts }) => ({
      thread,
      op,
      address,
      values: [before, after],
      ready,
      preempts,
    })),
  ).toEqual([
    { thread: 1, op: "add", address: 12, values: [0, 1], ready: [0, 1], preempts: false },
    { thread: 0, op: "store", address: 12, values: [1, 7], ready: [0], preempts: false },
  ]);
});

test("a plan that cannot be followed says at which step", async () => {
  const plan = [{ step: 1, action: 5 }];
  expect(await replayProgram({ threads: ["x[0] = 1; x[0] = 2;"] }, plan)).toMatchObject({
    diverged: 1,
  });
});
