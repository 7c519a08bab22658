import { expect, test } from "vitest";
import { formatOperation, formatOutcome, formatValue } from "../../src/history/index.ts";

test.each<[unknown, string]>([
  [-0, "-0"],
  [10n, "10n"],
  ['say "a"', '"say \\"a\\""'],
  [undefined, "undefined"],
  [[1, [null]], "[1, [null]]"],
  [{ b: 1, a: "x" }, '{ b: 1, a: "x" }'],
  [{}, "{}"],
  [new Map([["a", 1]]), 'Map { "a" => 1 }'],
  [new Set([1, 2]), "Set { 1, 2 }"],
  [Promise.resolve(1), "[object Promise]"],
  [[() => 1], "[object Array]"],
])("the value %o is shown as %s", (value, text) => {
  expect(formatValue(value)).toBe(text);
});

test("an outcome is shown as what the call does", () => {
  expect(formatOutcome({ kind: "returned", value: undefined })).toBe("returns");
  expect(formatOutcome({ kind: "returned", value: false })).toBe("returns false");
  expect(formatOutcome({ kind: "threw", code: "FULL" })).toBe("throws FULL");
  expect(formatOutcome({ kind: "pending" })).toBe("never returns");
});

test("an operation is shown as its call and its outcome", () => {
  expect(
    formatOperation({
      id: 0,
      thread: 1,
      name: "transfer",
      args: [0, 1, 50],
      outcome: { kind: "returned", value: true },
      call: 3,
      return: 8,
    }),
  ).toBe("transfer(0, 1, 50) returns true");
});
