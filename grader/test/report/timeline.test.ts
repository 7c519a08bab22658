import { describe, expect, test } from "vitest";
import type { Evidence, ScenarioResult, Timeline, TimelineRow } from "../../src/grade/result.ts";
import {
  type ScenarioOptions,
  renderKata,
  renderScenario,
  toMarkdown,
} from "../../src/report/index.ts";
import { at, failed, grade, kata, line, passed } from "./_results.ts";

const found: Evidence = {
  strategy: "orders",
  schedules: 12,
  bound: 0,
  complete: false,
  states: 0,
};

function row(
  time: number,
  actor: string,
  text: string,
  more: Partial<TimelineRow> = {},
): TimelineRow {
  return { at: time, actor, text, reordered: false, ...more };
}

function timeline(more: Partial<Timeline>): Timeline {
  return {
    replay: "A3:7Hk2",
    size: 0,
    reorderings: 1,
    minimal: true,
    execution: 12,
    rows: [],
    printed: [],
    ...more,
  };
}

/** A run that was reset while it was in flight overwrites the newer one. */
const overwritten = failed({
  id: "A3",
  title: "reset while a run is in flight",
  verdict: "violation",
  bugClass: "lost-across-await",
  contract: "an older run that is still in flight does not overwrite the newer one",
  expected: "the third caller gets what the second run gave",
  got: 'the third caller gets "first"',
  diagnosis:
    "cached is read at src/index.ts:12 before the await, and written at line 15 after it; meanwhile the second call wrote it at line 15",
  evidence: found,
  timeline: timeline({
    rows: [
      row(0, "caller", "calls once()"),
      row(0, "your code", "starts run 1", { place: at(12) }),
      row(0, "caller", "calls reset(), once()"),
      row(0, "run 2", 'fulfils "second"', { reordered: true }),
      row(0, "your code", "goes on", { place: at(15) }),
      row(1_250, "clock", "fires a timer", { place: at(40), times: 3 }),
      row(1_250, "run 1", 'fulfils "first"'),
      row(1_250, "your code", "goes on", { place: at(15) }),
    ],
    printed: ["set first"],
  }),
});

function rendered(result: ScenarioResult, more: Partial<ScenarioOptions> = {}): string {
  return `\n${renderScenario(result, { colour: false, width: 130, kata: "singleton", points: "0/5", ...more })}`;
}

describe("a failing async execution is told as a time line", () => {
  test("with the time where it changes, who acts, and a mark where a completion came out of turn", () => {
    expect(rendered(overwritten)).toMatchInlineSnapshot(`
      "
      FAIL  A3 reset while a run is in flight              0/5   lost across await
        expected  the third caller gets what the second run gave      got  the third caller gets "first"
        found with 1 reordering, none with 0 (12 orders)              replay  npm test -w kata-singleton -- --replay A3:7Hk2
             0 ms     caller     calls once()
                      your code  src/index.ts:12  starts run 1
                      caller     calls reset(), once()
                   ⚡ run 2      fulfils "second"
                      your code  src/index.ts:15  goes on
          1250 ms     clock      src/index.ts:40  fires a timer  ×3
                      run 1      fulfils "first"
                      your code  src/index.ts:15  goes on
          ⚡ came before something that had been pending for longer
        printed   set first
        why       cached is read at src/index.ts:12 before the await, and written at line 15 after it; meanwhile the second call wrote
                  it at line 15
        contract  "an older run that is still in flight does not overwrite the newer one"
        hint      npm run hint -w kata-singleton -- 1
      "
    `);
  });

  test("in 60 columns", () => {
    expect(rendered(overwritten, { width: 60 })).toMatchInlineSnapshot(`
      "
      FAIL  A3 reset while a run is in flight
            0/5   lost across await
        expected  the third caller gets what the second run gave
        got       the third caller gets "first"
        found with 1 reordering, none with 0 (12 orders)
        replay    npm test -w kata-singleton -- --replay A3:7Hk2
             0 ms     caller     calls once()
                      your code  src/index.ts:12  starts run 1
                      caller     calls reset(), once()
                   ⚡ run 2      fulfils "second"
                      your code  src/index.ts:15  goes on
          1250 ms     clock      src/index.ts:40  fires a timer
                                   ×3
                      run 1      fulfils "first"
                      your code  src/index.ts:15  goes on
          ⚡ came before something that had been pending for
          longer
        printed   set first
        why       cached is read at src/index.ts:12 before the
                  await, and written at line 15 after it;
                  meanwhile the second call wrote it at line 15
        contract  "an older run that is still in flight does not
                  overwrite the newer one"
        hint      npm run hint -w kata-singleton -- 1
      "
    `);
  });

  test("in 40 columns, with what happens below who acts", () => {
    expect(rendered(overwritten, { width: 40 })).toMatchInlineSnapshot(`
      "
      FAIL  A3 reset while a run is in flight
            0/5   lost across await
        expected  the third caller gets what
                  the second run gave
        got       the third caller gets
                  "first"
        found with 1 reordering, none with 0
        (12 orders)
        replay    npm test -w kata-singleton -- --replay A3:7Hk2
          0 ms  caller
            calls once()
          0 ms  your code
            src/index.ts:12  starts run 1
          0 ms  caller
            calls reset(), once()
          0 ms  ⚡ run 2
            fulfils "second"
          0 ms  your code
            src/index.ts:15  goes on
          1250 ms  clock
            src/index.ts:40  fires a timer  ×3
          1250 ms  run 1
            fulfils "first"
          1250 ms  your code
            src/index.ts:15  goes on
          ⚡ came before something that had
          been pending for longer
        printed   set first
        why       cached is read at
                  src/index.ts:12 before the
                  await, and written at line
                  15 after it; meanwhile the
                  second call wrote it at line
                  15
        contract  "an older run that is still
                  in flight does not overwrite
                  the newer one"
        hint      npm run hint -w kata-singleton -- 1
      "
    `);
  });

  test.each([36, 48, 60, 80, 130])("and nothing but commands is wider than %i columns", (width) => {
    const told = row(0, "漢".repeat(8), `${"long ".repeat(40)}${"x".repeat(200)}`, {
      place: at(9),
    });
    const { rows } = overwritten.timeline!;
    const text = rendered(
      { ...overwritten, timeline: timeline({ rows: [...rows, told] }) },
      { width },
    );
    const wide = text.split("\n").filter((shown) => !/npm (?:test|run) /.test(shown));
    for (const shown of wide) expect(cells(shown)).toBeLessThanOrEqual(width);
  });

  test("without a mark and its legend where nothing came out of turn", () => {
    const { rows } = overwritten.timeline!;
    const inTurn = rows.map((shown) => ({ ...shown, reordered: false }));
    expect(rendered({ ...overwritten, timeline: timeline({ rows: inTurn }) })).not.toContain("⚡");
  });

  test("and colour changes nothing but the colour", () => {
    const coloured = rendered(overwritten, { colour: true });
    // oxlint-disable-next-line no-control-regex
    expect(coloured.replaceAll(/\u001B\[\d+m/g, "")).toBe(rendered(overwritten));
  });
});

/** The cells of text in which only CJK characters are wide. */
function cells(text: string): number {
  return text.length + (text.match(/[漢⚡]/g)?.length ?? 0);
}

test("Markdown has it in a folded block", () => {
  const text = toMarkdown(grade(kata({ kata: "singleton", scenarios: [overwritten], rubric: [] })));
  expect(text.slice(text.indexOf("<details>"), text.indexOf("  printed"))).toMatchInlineSnapshot(`
    "<details><summary>A3 lost across await</summary>

    \`\`\`text
    FAIL  A3 reset while a run is in flight                    lost across await
      expected  the third caller gets what the second run gave      got  the third caller gets "first"
      found with 1 reordering, none with 0 (12 orders)              replay  npm test -w kata-singleton -- --replay A3:7Hk2
           0 ms     caller     calls once()
                    your code  src/index.ts:12  starts run 1
                    caller     calls reset(), once()
                 ⚡ run 2      fulfils "second"
                    your code  src/index.ts:15  goes on
        1250 ms     clock      src/index.ts:40  fires a timer  ×3
                    run 1      fulfils "first"
                    your code  src/index.ts:15  goes on
        ⚡ came before something that had been pending for longer
    "
  `);
});

describe("how little it takes is said as", () => {
  test.each<[Partial<Timeline>, Partial<Evidence>, string]>([
    [{}, {}, "found with 1 reordering, none with 0 (12 orders)"],
    [{ reorderings: 3 }, {}, "found with 3 reorderings, none with 2 or fewer (12 orders)"],
    [{ reorderings: 0, execution: 1 }, { schedules: 1 }, "found without a reordering (1 order)"],
    [{ size: 2 }, {}, "found with 2 tasks and 1 reordering, none with fewer (12 orders)"],
    [
      { size: 3, reorderings: 0 },
      {},
      "found with 3 tasks, without a reordering, none with fewer tasks (12 orders)",
    ],
    [
      { size: 1, reorderings: 0, execution: 1 },
      { schedules: 1 },
      "found with 1 task, without a reordering (1 order)",
    ],
    [
      { size: 4, reorderings: 2, minimal: false, execution: 9 },
      {},
      "found with 4 tasks and 2 reorderings (order 9); fewer may do",
    ],
    [{ size: 4, minimal: false }, { schedules: 1 }, "replayed, with 4 tasks and 1 reordering"],
    [
      { size: 6, reorderings: 5, minimal: false },
      { bound: 2, schedules: 350, samples: 17 },
      "found with 6 tasks and 5 reorderings by sample 17, none with 2 or fewer (350 orders); 3 to 4 may do",
    ],
  ])("%j %j", (more, evidence, text) => {
    const result = {
      ...overwritten,
      evidence: { ...found, ...evidence },
      timeline: timeline(more),
    };
    expect(rendered(result).replaceAll(/\s+/g, " ")).toContain(` ${text} `);
  });
});

test.each<[Partial<Evidence>, string]>([
  [{ schedules: 720, complete: true }, "complete, 720 orders"],
  [{ schedules: 1, complete: true }, "complete, 1 order"],
  [{ schedules: 350, bound: 2 }, "complete to 2 reorderings, 350 orders"],
  [{ schedules: 350, bound: 1, samples: 200 }, "complete to 1 reordering, 350 orders; 200 samples"],
])("a pass rests on %j: %s", (evidence, text) => {
  const title = "every order of 6 tasks";
  expect(rendered(passed("A1", title, { ...found, ...evidence }), { points: "8/8" })).toBe(
    `\nPASS  A1 ${title.padEnd(39)}     8/8   ${text}\n`,
  );
});

test("an undecided scenario says which orders were run, and which were not", () => {
  const result = failed({
    verdict: "inconclusive",
    message: "there are more than 5,000 orders",
    evidence: { ...found, schedules: 5_000, bound: 2, samples: 40 },
  });
  expect(rendered(result)).toMatchInlineSnapshot(`
    "
    OPEN  T2 two withdraw(8) from balance 10             0/5   undecided
      why       there are more than 5,000 orders
      explored  every order with at most 2 reorderings: no failure (5,000 orders)
      sampled   40 orders at random: no failure
      open      orders with 3 or more reorderings, but for those: not explored
    "
  `);
});

describe("the class of a failure reads", () => {
  test.each([
    ["violation", "lost-across-await", "lost across await"],
    ["deadlock", "never-settles", "stuck: never settles"],
    ["crash", "unhandled-rejection", "unhandled rejection"],
    ["leak", "timer-left", "leftovers: timer left"],
    ["leak", "listener-left", "leftovers: listener left"],
    ["leak", "kept-alive", "leftovers: kept alive"],
  ] as const)("%s, %s: %s", (verdict, bugClass, label) => {
    expect(rendered({ ...overwritten, verdict, bugClass })).toContain(`0/5   ${label}\n`);
  });
});

test("a replay that does not fail any more shows what happens", () => {
  const message = "this order does not fail any more";
  const result = { ...overwritten, verdict: "pass" as const, message };
  const text = rendered({ ...result, evidence: { ...found, schedules: 1, bound: -1 } });
  expect(text).toContain('⚡ run 2      fulfils "second"');
  expect(text).toContain(`note      ${message}`);
});

test("the first time line of a kata has the hint, and is told although others say the same", () => {
  const message = "CONFLICT: taken";
  const text = renderKata(
    kata({
      kata: "singleton",
      scenarios: [
        { ...overwritten, message },
        { ...overwritten, id: "A4", message },
      ],
      rubric: [line("A3", "reset", 0, 5)],
    }),
    { colour: false, width: 100 },
  );
  expect(text.match(/npm run hint/g)).toHaveLength(1);
  expect(text.match(/fulfils "second"/g)).toHaveLength(2);
});
