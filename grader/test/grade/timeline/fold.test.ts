import fc from "fast-check";
import { expect, test } from "vitest";
import type { TimelineRow } from "../../../src/grade/result.ts";
import { foldTimeline } from "../../../src/grade/timeline/fold.ts";

function row(
  at: number,
  actor: string,
  text: string,
  more: Partial<TimelineRow> = {},
): TimelineRow {
  return { at, actor, text, reordered: false, ...more };
}

function told(rows: readonly TimelineRow[]): readonly string[] {
  return foldTimeline(rows).map(
    ({ at, actor, text, reordered, times = 1 }) =>
      `${at} ${reordered ? "⚡ " : ""}${actor}: ${text}${times > 1 ? ` ×${times}` : ""}`,
  );
}

test("what repeats is told once, with the time of the first", () => {
  const rows = [0, 10, 20].flatMap((at) => [
    row(at, "clock", "fires a timer"),
    row(at, "your code", "goes on"),
  ]);
  expect(told([...rows, row(20, "caller", "gets 3")])).toEqual([
    "0 clock: fires a timer ×3",
    "0 your code: goes on ×3",
    "20 caller: gets 3",
  ]);
});

test("a call that returns before anything else happens is one row", () => {
  const calls = ["get(1)", "reset()", "reset() → undefined", "get(1) → 2", "get(1)", "get(10) → 3"];
  expect(told(calls.map((text) => row(0, "caller", text)))).toEqual([
    "0 caller: get(1)",
    "0 caller: reset() → undefined",
    "0 caller: get(1) → 2",
    "0 caller: get(1)",
    "0 caller: get(10) → 3",
  ]);
});

test("what came out of turn is never folded into what did not", () => {
  const rows = [row(0, "task 1", "fulfils"), row(0, "task 1", "fulfils", { reordered: true })];
  expect(told(rows)).toEqual(["0 task 1: fulfils", "0 ⚡ task 1: fulfils"]);
});

test("the same text at another line is something else", () => {
  const place = (line: number) => ({ file: "src/index.ts", line, column: 1, text: "" });
  const rows = [1, 2].map((line) => row(0, "your code", "goes on", { place: place(line) }));
  expect(told(rows)).toEqual(["0 your code: goes on", "0 your code: goes on"]);
});

test("of a long time line, the ends are told, and what came out of turn with what was before it", () => {
  const rows = Array.from({ length: 5_000 }, (_, i) =>
    row(i, `task ${i}`, "fulfils", { reordered: i === 700 }),
  );
  const lines = told(rows);
  expect(lines.slice(7, 12)).toEqual([
    "7 task 7: fulfils",
    "8 …: 691 more",
    "699 task 699: fulfils",
    "700 ⚡ task 700: fulfils",
    "701 …: 4275 more",
  ]);
  expect(lines.at(-1)).toBe("4999 task 4999: fulfils");
});

const anyRow = fc.record({
  at: fc.nat(3),
  actor: fc.constantFrom("task 1", "task 2", "clock"),
  text: fc.constantFrom("fulfils", "rejects"),
  reordered: fc.boolean(),
});

test("no time line is longer than 40 rows, and none loses a step that it counts", () => {
  fc.assert(
    fc.property(fc.array(anyRow, { maxLength: 200 }), (rows) => {
      const shown = foldTimeline(rows);
      expect(shown.length).toBeLessThanOrEqual(40);
      const counted = shown.map(({ actor, text, times = 1 }) =>
        actor === "…" ? Number.parseInt(text, 10) : times,
      );
      expect(counted.reduce((sum, n) => sum + n, 0)).toBe(rows.length);
    }),
  );
});
