import { describe, expect, test } from "vitest";
import { ActionFlag, choicesOf, cost, threadOf } from "../../src/schedule/index.ts";

const choices = (ready: number, timed = 0, parked = 0): number =>
  ready | (timed << 8) | (parked << 16);

test("a word of choices is read as it was packed", () => {
  expect(choicesOf(choices(0b101, 0b010, 0b1000))).toEqual({
    ready: 0b101,
    timed: 0b010,
    parked: 0b1000,
  });
});

test("an action names its thread, whatever it does with it", () => {
  expect([3, 3 | ActionFlag.timeout, 3 | ActionFlag.unpark].map(threadOf)).toEqual([3, 3, 3]);
});

describe("a choice costs", () => {
  test("nothing when the thread that ran last goes on", () => {
    expect(cost(choices(0b11), 1, 1)).toBe(0);
  });

  test("nothing at the first step, when nobody ran before", () => {
    expect(cost(choices(0b11), -1, 1)).toBe(0);
  });

  test("nothing when the thread that ran last cannot go on", () => {
    expect(cost(choices(0b10), 0, 1)).toBe(0);
  });

  test("one when it switches away from a thread that could go on", () => {
    expect(cost(choices(0b11), 0, 1)).toBe(1);
  });

  test("one when a sleep times out although somebody could run, even nobody who ran last", () => {
    expect(cost(choices(0b010, 0b001), 2, 0 | ActionFlag.timeout)).toBe(1);
  });

  test("nothing when a sleep times out because nobody could run", () => {
    expect(cost(choices(0, 0b001), 0, 0 | ActionFlag.timeout)).toBe(0);
  });
});
