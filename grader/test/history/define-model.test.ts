import { describe, expect, test } from "vitest";
import {
  blocks,
  checkLinearizable,
  defineModel,
  oneOf,
  throws,
  type Effect,
  type Model,
  type OperationsOf,
} from "../../src/history/index.ts";
import { operation, record } from "./_record.ts";

/** A model of one operation, which has this effect on a state that is never looked at. */
const having = (effect: Effect<null>): Model<null> =>
  defineModel({ name: "one", initial: null, operations: { go: () => effect } });

const verdictOn = (effect: Effect<null>, ...events: readonly string[]) =>
  checkLinearizable(record(...events), having(effect)).kind;

describe("an effect", () => {
  test("[state, result] is that result and no other", () => {
    expect(verdictOn([null, 1], "A go()", "A returns 1")).toBe("linearizable");
    expect(verdictOn([null, 1], "A go()", "A returns 2")).toBe("notLinearizable");
    expect(verdictOn([null, 1], "A go()", "A throws ANY")).toBe("notLinearizable");
  });

  test("[state] is any result, but no error", () => {
    expect(verdictOn([null], "A go()", "A returns 7")).toBe("linearizable");
    expect(verdictOn([null], "A go()", "A throws ANY")).toBe("notLinearizable");
  });

  test("[state, undefined] is no result", () => {
    expect(verdictOn([null, undefined], "A go()", "A returns")).toBe("linearizable");
    expect(verdictOn([null, undefined], "A go()", "A returns 7")).toBe("notLinearizable");
  });

  test("throws(state, code) is that code and no other", () => {
    expect(verdictOn(throws(null, "FULL"), "A go()", "A throws FULL")).toBe("linearizable");
    expect(verdictOn(throws(null, "FULL"), "A go()", "A throws EMPTY")).toBe("notLinearizable");
    expect(verdictOn(throws(null, "FULL"), "A go()", "A returns")).toBe("notLinearizable");
  });

  test("throws(state, code) may be what a call that never returned did", () => {
    const fuse = defineModel({
      name: "fuse",
      initial: "whole",
      operations: { blow: () => throws("blown", "BLOWN"), state: (state) => [state, state] },
    });
    const history = record("A blow()", "B state()", 'B returns "blown"');
    expect(checkLinearizable(history, fuse).kind).toBe("linearizable");
  });

  test("blocks is no effect at all: only a call that never returned explains it", () => {
    expect(verdictOn(blocks, "A go()", "A returns")).toBe("notLinearizable");
    expect(verdictOn(blocks, "A go()")).toBe("linearizable");
  });

  test("oneOf(…) is each of its effects", () => {
    const effect = oneOf<null, number>([null, 1], throws(null, "FULL"), oneOf([null, 2]), blocks);
    expect(verdictOn(effect, "A go()", "A returns 1")).toBe("linearizable");
    expect(verdictOn(effect, "A go()", "A throws FULL")).toBe("linearizable");
    expect(verdictOn(effect, "A go()", "A returns 2")).toBe("linearizable");
    expect(verdictOn(effect, "A go()", "A returns 3")).toBe("notLinearizable");
  });
});

describe("results are compared by value", () => {
  const same: readonly (readonly [unknown, unknown])[] = [
    [NaN, NaN],
    [
      [1, [2]],
      [1, [2]],
    ],
    [
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ],
    [new Map([[1, 2]]), new Map([[1, 2]])],
    [new Set([1, 2]), new Set([2, 1])],
    [10n, 10n],
  ];
  test.each(same)("%o equals %o", (expected, value) => {
    const history = [operation(1, [0, 1], "go", [], value)];
    expect(checkLinearizable(history, having([null, expected])).kind).toBe("linearizable");
  });

  const cycle: unknown[] = [];
  cycle.push(cycle);
  const different: readonly (readonly [unknown, unknown])[] = [
    [0, -0],
    [1, "1"],
    [1, 1n],
    [null, undefined],
    [
      [1, 2],
      [2, 1],
    ],
    [
      [1, [2]],
      [[1], 2],
    ],
    [{ a: undefined }, {}],
    [[1, 2], new Int32Array([1, 2])],
    [true, Promise.resolve(true)],
    [[], cycle],
    ['a","b', ["a", "b"]],
  ];
  test.each(different)("%o is not %o", (expected, value) => {
    const history = [operation(1, [0, 1], "go", [], value)];
    expect(checkLinearizable(history, having([null, expected])).kind).toBe("notLinearizable");
  });
});

describe("a definition", () => {
  interface Cell {
    set(value: number): void;
    readonly value: number;
  }

  test("can be typed by the class that it specifies", () => {
    const cell = defineModel({
      name: "cell",
      initial: 0,
      operations: {
        set: (_, value) => [value],
        value: (value) => [value, value],
      } satisfies OperationsOf<Cell, number>,
    });
    const history = record("A set(3)", "A returns", "B value()", "B returns 3");
    expect(checkLinearizable(history, cell).kind).toBe("linearizable");
  });

  test("may give states a key of their own", () => {
    const opaque = defineModel({
      name: "opaque",
      initial: (): number => 0,
      operations: { next: (count) => [() => count() + 1, count()] },
      key: (count) => String(count()),
    });
    const history = record("A next()", "B next()", "A returns 1", "B returns 0");
    expect(checkLinearizable(history, opaque).kind).toBe("linearizable");
  });

  test("needs a key for states that are no plain data", () => {
    const opaque = defineModel({ name: "opaque", initial: () => 0, operations: {} });
    expect(() => checkLinearizable([], opaque)).toThrow(
      expect.objectContaining({
        code: "E_MODEL_STATE",
        message:
          'the model "opaque" has a state that is no plain data, [object Function]. ' +
          "Give the model a key(state).",
      }),
    );
  });

  test("must specify every operation that was recorded", () => {
    const history = record("A toString()", "A returns");
    expect(() => checkLinearizable(history, having([null]))).toThrow(
      expect.objectContaining({
        code: "E_MODEL_OPERATION",
        message:
          'the model "one" does not specify "toString", only [go]. Specify it, or do not record it.',
      }),
    );
  });

  test("cannot change the first state in place", () => {
    const sloppy = defineModel({
      name: "sloppy",
      initial: [] as number[],
      operations: { put: (items, item: number) => [items, items.push(item)] },
    });
    expect(() => checkLinearizable(record("A put(1)", "A returns 1"), sloppy)).toThrow(TypeError);
  });
});
