import { expect, test } from "vitest";
import type { BundleFrame } from "../../../src/runtime/evidence.ts";
import type { AwaitInterleaving } from "../../../src/runtime/tasks/atomicity/interleaving.ts";
import { describeLost } from "../../../src/grade/timeline/lost.ts";

function involved(line: number, stamp = 0, name = "count"): AwaitInterleaving["read"] {
  return { name, place: { line, column: 1 }, stamp };
}

const lost: AwaitInterleaving = {
  read: involved(12),
  suspension: involved(13, 0, "await"),
  between: involved(14, 7),
  write: involved(14),
  task: { activation: 1, name: "add", call: 1 },
  other: { activation: 2, name: "add", call: 2 },
};

const context = {
  locate: ({ line, column }: BundleFrame) => ({
    file: line > 90 ? "src/other.ts" : "src/index.ts",
    line,
    column,
    text: "",
  }),
};

test("the sentence has the cell, the three places and who wrote in between", () => {
  expect(describeLost(lost, context)).toEqual({
    bugClass: "lost-across-await",
    diagnosis:
      "`count` is read at src/index.ts:12 before the await, and written at line 14 after it; " +
      "meanwhile the 2nd call of add wrote it at line 14",
  });
});

test.each<[string, Partial<AwaitInterleaving>, string]>([
  [
    "a place in another file",
    { between: involved(99) },
    "; meanwhile the 2nd call of add wrote it at src/other.ts:99",
  ],
  [
    "a function without a name",
    { other: { activation: 2, name: "", call: 3 } },
    "; meanwhile another call wrote it",
  ],
  ["the 1st call", { other: { activation: 2, name: "f", call: 1 } }, "the 1st call of f wrote"],
  ["the 11th call", { other: { activation: 2, name: "f", call: 11 } }, "the 11th call of f wrote"],
  ["the 23rd call", { other: { activation: 2, name: "f", call: 23 } }, "the 23rd call of f wrote"],
  ["a yield", { suspension: involved(13, 0, "yield") }, " before the yield, and written at"],
])("%s", (_name, more, part) => {
  expect(describeLost({ ...lost, ...more }, context)?.diagnosis).toContain(part);
});

test("a callback instead of an await", () => {
  const { suspension: _, ...rest } = lost;
  expect(describeLost(rest, context)?.diagnosis).toBe(
    "`count` is read at src/index.ts:12, and written at line 14 by a callback that runs later; " +
      "meanwhile the 2nd call of add wrote it at line 14",
  );
});

test("whose turn it was, where that is known", () => {
  const actorAt = (stamp: number): string | undefined => (stamp === 7 ? "task 2" : undefined);
  expect(describeLost(lost, { ...context, actorAt })?.diagnosis).toContain(
    "; meanwhile task 2 wrote it at line 14",
  );
});

test("nothing is named where a place is not the student's", () => {
  expect(describeLost(lost, { locate: () => undefined })).toBeUndefined();
});
