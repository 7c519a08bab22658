import { expect, test } from "vitest";
import { explore } from "./_explore.ts";
import { type Thread, lock, read, steps, unlock, write } from "./_simulator.ts";

/** Threads that each read a cell of their own, so many times. */
const readers = (...counts: readonly number[]): readonly Thread[] =>
  counts.map((count, cell) => steps(...Array.from({ length: count }, () => read(cell))));

/** Every schedule that the search runs when it takes no two states for equal. */
const interleavings = (program: readonly Thread[]): readonly string[] =>
  explore(program, { preemptions: Infinity, cache: false }).executions.map(
    ({ schedule }) => schedule,
  );

test("two threads of two steps have six interleavings", () => {
  expect(interleavings(readers(2, 2)).toSorted()).toEqual([
    "0011",
    "0101",
    "0110",
    "1001",
    "1010",
    "1100",
  ]);
});

test("two threads of n and k steps have n + k over k interleavings", () => {
  expect(interleavings(readers(3, 3))).toHaveLength(20);
  expect(interleavings(readers(4, 2))).toHaveLength(15);
  expect(interleavings(readers(5, 5))).toHaveLength(252);
});

test("three threads of two steps have ninety", () => {
  expect(interleavings(readers(2, 2, 2))).toHaveLength(90);
});

test("they are run in the order of their preemptions", () => {
  expect(interleavings(readers(2, 2))).toEqual(["0011", "1100", "0110", "1001", "0101", "1010"]);
});

test("the first schedule runs one thread after the other", () => {
  expect(interleavings(readers(2, 1, 2))[0]).toBe("00122");
});

test("a switch from a thread that has ended, or waits for a lock, is no preemption", () => {
  const critical = steps(lock(0), write(1, 1), unlock(0));
  const { executions } = explore([critical, critical], { preemptions: 0, cache: false });
  expect(executions.map(({ schedule }) => schedule)).toEqual(["000111", "111000"]);
});

test("states that were seen before are not explored again", () => {
  const { explored } = explore(readers(3, 3), { preemptions: Infinity });
  expect(explored).toEqual({ schedules: 14, bound: 2, complete: true, states: 23 });
});

test("a bound that leaves something out is told, and complete is not", () => {
  expect(explore(readers(2, 2), { preemptions: 1 }).explored).toMatchObject({
    bound: 1,
    complete: false,
  });
});

test("a bound that leaves nothing out is complete", () => {
  expect(explore(readers(1, 1), { preemptions: 1 }).explored).toMatchObject({
    bound: 0,
    complete: true,
  });
});

test("before its first execution has come in, a search has covered nothing", () => {
  expect(explore(readers(2, 2), { preemptions: Infinity }, 0).explored).toMatchObject({
    schedules: 0,
    bound: -1,
    complete: false,
  });
});

test("the search gives up, and claims nothing more, when it may not remember another schedule", () => {
  const { explored } = explore(readers(3, 3), { preemptions: Infinity, pending: 2 });
  expect(explored).toMatchObject({ bound: -1, complete: false });
});

test("the search gives up, and claims nothing more, when it may not remember another state", () => {
  const { explored } = explore(readers(3, 3), { preemptions: Infinity, states: 12 });
  expect(explored).toMatchObject({ bound: 0, complete: false });
});
