import { expect, test } from "vitest";
import { renderScenario } from "../../src/report/terminal-scenario.ts";
import type { Sequence } from "../../src/grade/result.ts";
import { scenarioResult } from "../grade/_result.ts";

const place = (line: number) => ({ file: "src/index.ts", line, column: 1, text: "" });

const sequence: Sequence = {
  order: "exits-first",
  columns: ["parent", "child 1"],
  rows: [
    { column: 0, at: 0, text: "forks child 1", place: place(7) },
    { column: 1, at: 0, text: "sends 3" },
    { column: 1, at: 0, text: "ends with 0" },
    { column: 0, at: 0, text: "sees 'exit' 0 of child 1" },
  ],
  waiters: [{ column: 0, text: "waits for a message", place: place(9) }],
};

const rendered = (changes: Partial<Sequence>, width = 100): string =>
  renderScenario(
    scenarioResult("P2", "deadlock", {
      sequence: { ...sequence, ...changes },
      evidence: {
        strategy: "processes",
        schedules: 2,
        bound: -1,
        complete: false,
        states: 0,
      },
    }),
    { colour: false, width, kata: "tiny" },
  );

test("a sequence has a column for the parent and for each child, and says who waits", () => {
  expect(rendered({})).toMatchInlineSnapshot(`
    "FAIL  P2 two threads count once each                       stuck
      expected  a count of 2
        parent                                      child 1
        src/index.ts:7  forks child 1
                                                                    sends 3
                                                                    ends with 0
                        sees 'exit' 0 of child 1
      waiting   parent  src/index.ts:9  waits for a message
      order     exits-first
      contract  "no step is ever lost"
      hint      npm run hint -w kata-tiny -- 1
    "
  `);
});

test("with many children, each row says who acts", () => {
  const columns = ["parent", "child 1", "child 2", "child 3"];
  const rows = columns.map((_, column) => ({ column, at: 0, text: "ends with 0" }));
  expect(rendered({ columns, rows, waiters: [] })).toMatchInlineSnapshot(`
    "FAIL  P2 two threads count once each                       stuck
      expected  a count of 2
        what happened
          parent ends with 0
          child 1 ends with 0
          child 2 ends with 0
          child 3 ends with 0
      order     exits-first
      contract  "no step is ever lost"
      hint      npm run hint -w kata-tiny -- 1
    "
  `);
});
