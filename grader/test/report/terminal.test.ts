import { describe, expect, test } from "vitest";
import {
  type ScenarioOptions,
  renderGrade,
  renderKata,
  renderScenario,
} from "../../src/report/index.ts";
import type { ScenarioResult } from "../../src/grade/result.ts";
import { at, failed, grade, kata, line, overdraft, passed, story } from "./_results.ts";

function rendered(result: ScenarioResult, more: Partial<ScenarioOptions> = {}): string {
  return `\n${renderScenario(result, { colour: false, width: 130, kata: "bank-balance", points: "0/10", ...more })}`;
}

describe("a wrong answer shows", () => {
  test("the sample of DESIGN.md", () => {
    expect(rendered(overdraft)).toMatchInlineSnapshot(`
      "
      FAIL  T2 two withdraw(8) from balance 10            0/10   check-then-act: overdraft
        expected  exactly one withdraw returns true, balance 2        got  true, true, balance -6
        found with 1 preemption, none with 0 (48 schedules)           replay  npm test -w kata-bank-balance -- --replay T2:7Hk2
          worker A                                               worker B
          src/index.ts:21  load balance → 10
                                                 ⚡ preempted    src/index.ts:21  load balance → 10
                                                                 src/index.ts:22  sub 8 → balance 2    returns true
          src/index.ts:22  sub 8 → balance -6    returns true
        why       worker A checked balance when it was 10 (src/index.ts:21), but worker B changed it to 2 (src/index.ts:22) before
                  worker A acted on that (src/index.ts:22), so it went down to -6
        contract  "the balance is never negative, not even for a moment"
        hint      npm run hint -w kata-bank-balance -- 1
      "
    `);
  });

  test("the same below each other in 60 columns", () => {
    expect(rendered(overdraft, { width: 60 })).toMatchInlineSnapshot(`
      "
      FAIL  T2 two withdraw(8) from balance 10
            0/10   check-then-act: overdraft
        expected  exactly one withdraw returns true, balance 2
        got       true, true, balance -6
        found with 1 preemption, none with 0 (48 schedules)
        replay    npm test -w kata-bank-balance -- --replay T2:7Hk2
          A  src/index.ts:21  load balance → 10
             ⚡ worker A preempted
          B  src/index.ts:21  load balance → 10
          B  src/index.ts:22  sub 8 → balance 2
               returns true
          A  src/index.ts:22  sub 8 → balance -6
               returns true
        why       worker A checked balance when it was 10
                  (src/index.ts:21), but worker B changed it to 2
                  (src/index.ts:22) before worker A acted on that
                  (src/index.ts:22), so it went down to -6
        contract  "the balance is never negative, not even for a
                  moment"
        hint      npm run hint -w kata-bank-balance -- 1
      "
    `);
  });

  test("the same in 90 columns, with the long facts below each other", () => {
    expect(rendered(overdraft, { width: 90 })).toMatchInlineSnapshot(`
      "
      FAIL  T2 two withdraw(8) from balance 10            0/10   check-then-act: overdraft
        expected  exactly one withdraw returns true, balance 2
        got       true, true, balance -6
        found with 1 preemption, none with 0 (48 schedules)
        replay    npm test -w kata-bank-balance -- --replay T2:7Hk2
          A  src/index.ts:21  load balance → 10
             ⚡ worker A preempted
          B  src/index.ts:21  load balance → 10
          B  src/index.ts:22  sub 8 → balance 2
               returns true
          A  src/index.ts:22  sub 8 → balance -6
               returns true
        why       worker A checked balance when it was 10 (src/index.ts:21), but worker B
                  changed it to 2 (src/index.ts:22) before worker A acted on that
                  (src/index.ts:22), so it went down to -6
        contract  "the balance is never negative, not even for a moment"
        hint      npm run hint -w kata-bank-balance -- 1
      "
    `);
  });

  test("a lost update between two workers with several calls each", () => {
    const result = failed({
      id: "T1",
      title: "two deposits and a reader",
      verdict: "violation",
      bugClass: "lost-update",
      expected: "balance 15",
      got: "balance 8",
      contract: "no deposit is ever lost",
      diagnosis:
        "worker B changed cell between worker A's read and its write (both src/index.ts:3)",
      story: story({
        replay: "T1:AQE",
        preemptions: 2,
        rows: [
          { column: 0, preempted: false, place: at(3), text: "read cell → 0" },
          { column: 1, preempted: true, place: at(3), text: "read cell → 0" },
          {
            column: 1,
            preempted: false,
            place: at(3),
            text: "write cell = 8 (was 0)",
            returns: "deposit(8) returns",
          },
          { column: 1, preempted: false, place: at(3), text: "read cell → 8" },
          {
            column: 0,
            preempted: true,
            place: at(3),
            text: "write cell = 5 (was 8)",
            returns: "deposit(5) returns",
          },
          {
            column: 1,
            preempted: false,
            place: at(3),
            text: "write cell = 10 (was 5)",
            returns: "deposit(2) returns",
          },
        ],
      }),
    });
    expect(rendered(result, { points: "0/8" })).toMatchInlineSnapshot(`
      "
      FAIL  T1 two deposits and a reader                   0/8   lost update
        expected  balance 15                                          got  balance 8
        found with 2 preemptions, none with 1 or fewer (48 schedules)
        replay    npm test -w kata-bank-balance -- --replay T1:AQE
          worker A                                             worker B
          src/index.ts:3  read cell → 0
                                               ⚡ preempted    src/index.ts:3  read cell → 0
                                                               src/index.ts:3  write cell = 8 (was 0)     deposit(8) returns
                                                               src/index.ts:3  read cell → 8
          src/index.ts:3  write cell = 5 (was 8)    returns    ⚡ preempted
                                                               src/index.ts:3  write cell = 10 (was 5)    deposit(2) returns
        why       worker B changed cell between worker A's read and its write (both src/index.ts:3)
        contract  "no deposit is ever lost"
        hint      npm run hint -w kata-bank-balance -- 1
      "
    `);
  });

  test("three workers", () => {
    const result = failed({
      id: "T3",
      title: "a reader beside two withdraw(8)",
      verdict: "violation",
      bugClass: "transient-state",
      got: "balances read: 10, -6",
      story: story({
        replay: "T3:AQE",
        columns: ["worker A", "worker B", "worker C"],
        rows: [
          {
            column: 0,
            preempted: false,
            place: at(38),
            text: "sub 8 → cell 2",
            returns: "withdraw(8) returns true",
          },
          { column: 1, preempted: false, place: at(38), text: "sub 8 → cell -6" },
          {
            column: 2,
            preempted: true,
            place: at(44),
            text: "load cell → -6",
            returns: "balance() returns -6",
          },
          {
            column: 1,
            preempted: false,
            place: at(39),
            text: "add 8 → cell 2",
            returns: "withdraw(8) returns false",
          },
        ],
      }),
    });
    expect(rendered(result)).toMatchInlineSnapshot(`
      "
      FAIL  T3 a reader beside two withdraw(8)            0/10   transient state
        expected  exactly one withdraw returns true, balance 2        got  balances read: 10, -6
        found with 1 preemption, none with 0 (48 schedules)           replay  npm test -w kata-bank-balance -- --replay T3:AQE
          worker A                           worker B                            worker C
          src/index.ts:38  sub 8 → cell 2    returns true
                                             src/index.ts:38  sub 8 → cell -6
                                                                 ⚡ preempted    src/index.ts:44  load cell → -6    returns -6
                                             src/index.ts:39  add 8 → cell 2     returns false
        contract  "the balance is never negative, not even for a moment"
        hint      npm run hint -w kata-bank-balance -- 1
      "
    `);
    expect(rendered(result, { width: 80 })).toMatchInlineSnapshot(`
      "
      FAIL  T3 a reader beside two withdraw(8)            0/10   transient state
        expected  exactly one withdraw returns true, balance 2
        got       balances read: 10, -6
        found with 1 preemption, none with 0 (48 schedules)
        replay    npm test -w kata-bank-balance -- --replay T3:AQE
          A  src/index.ts:38  sub 8 → cell 2
               returns true
          B  src/index.ts:38  sub 8 → cell -6
             ⚡ worker B preempted
          C  src/index.ts:44  load cell → -6
               returns -6
          B  src/index.ts:39  add 8 → cell 2
               returns false
        contract  "the balance is never negative, not even for a moment"
        hint      npm run hint -w kata-bank-balance -- 1
      "
    `);
  });

  test("200 steps folded into a few rows, and how often they came", () => {
    const result = failed({
      verdict: "violation",
      story: story({
        preemptions: 0,
        rows: [
          { column: 0, preempted: false, place: at(3), text: "read cell → 196", times: 99 },
          { column: 0, preempted: false, text: "… 100 steps left out" },
          {
            column: 0,
            preempted: false,
            place: at(3),
            text: "write cell = 198 (was 196)",
            times: 99,
          },
        ],
      }),
    });
    expect(rendered(result)).toMatchInlineSnapshot(`
      "
      FAIL  T2 two withdraw(8) from balance 10            0/10   wrong
        expected  exactly one withdraw returns true, balance 2
        found without a preemption (48 schedules)                     replay  npm test -w kata-bank-balance -- --replay T2:7Hk2
          worker A                                           worker B
          src/index.ts:3  read cell → 196  ×99
                          … 100 steps left out
          src/index.ts:3  write cell = 198 (was 196)  ×99
        contract  "the balance is never negative, not even for a moment"
        hint      npm run hint -w kata-bank-balance -- 1
      "
    `);
  });

  test("what it printed, at most ten lines", () => {
    const printed = Array.from({ length: 12 }, (_, i) => `line ${i}`);
    const text = rendered({ ...overdraft, story: { ...overdraft.story!, printed } });
    expect(text).toContain("  printed   line 0\n            line 1\n");
    expect(text).toContain("            … 2 more\n");
    expect(text).not.toContain("line 10");
  });

  test("that a replayed schedule may not be the shortest", () => {
    const text = rendered({
      ...overdraft,
      story: { ...overdraft.story!, minimal: false, preemptions: 7 },
    });
    expect(text).toContain("found with 7 preemptions (schedule 48); fewer may do");
  });

  test.each([
    [1, 2, true, "found with 2 preemptions by sample 37, none with 1 or fewer (812 schedules)"],
    [0, 1, true, "found with 1 preemption by sample 37, none with 0 (812 schedules)"],
    [1, 3, false, "none with 1 or fewer (812 schedules); 2 may do"],
    [1, 7, false, "none with 1 or fewer (812 schedules); 2 to 6 may do"],
    [-1, 3, false, "found with 3 preemptions by sample 37; fewer may do"],
    [-1, 0, true, "found without a preemption by sample 37"],
  ])(
    "of a failing sample, what is known of fewer preemptions: bound %i, %i preemptions",
    (bound, preemptions, minimal, text) => {
      const sampled = rendered({
        ...overdraft,
        evidence: { ...overdraft.evidence, schedules: 812, bound, samples: 37 },
        story: { ...overdraft.story!, minimal, preemptions },
      });
      expect(sampled.replaceAll(/\s+/g, " ")).toContain(text);
    },
  );
});

describe("a replay shows", () => {
  const evidence = {
    strategy: "preemption-bounding",
    schedules: 1,
    bound: -1,
    complete: false,
    states: 0,
  } as const;
  const replayed = { ...overdraft, evidence, story: { ...overdraft.story!, minimal: false } };

  test("that it was no search", () => {
    expect(rendered(replayed)).toContain("  replayed, with 1 preemption   ");
  });

  test("its steps also when it does not fail any more", () => {
    const message = "this schedule does not fail any more";
    expect(rendered({ ...replayed, verdict: "pass", message })).toMatchInlineSnapshot(`
      "
      PASS  T2 two withdraw(8) from balance 10            0/10   incomplete, 1 schedule
          worker A                                               worker B
          src/index.ts:21  load balance → 10
                                                 ⚡ preempted    src/index.ts:21  load balance → 10
                                                                 src/index.ts:22  sub 8 → balance 2    returns true
          src/index.ts:22  sub 8 → balance -6    returns true
        note      this schedule does not fail any more
      "
    `);
  });
});

describe("a program that does not end shows", () => {
  test("who holds what the others wait for", () => {
    const result = failed({
      id: "T5b",
      title: "transfers that cross all finish",
      verdict: "deadlock",
      bugClass: "lock-order-cycle",
      expected: "every call returns",
      got: "transfer(0, 1, 3) never returns, transfer(1, 0, 4) never returns",
      contract: "transfers in any direction all finish",
      diagnosis:
        "worker A holds Mutex 1 (src/index.ts:113) and waits for Mutex 2; worker B holds Mutex 2 (src/index.ts:113) and waits for Mutex 1",
      story: story({
        replay: "T5b:AgHT",
        rows: [
          { column: 0, preempted: false, place: at(113), text: "lock Mutex 1" },
          { column: 1, preempted: true, place: at(113), text: "lock Mutex 2" },
        ],
        waiters: [
          {
            column: 0,
            text: "waits for Mutex 2 that worker B holds since src/index.ts:113",
            place: at(114),
          },
          {
            column: 1,
            text: "waits for Mutex 1 that worker A holds since src/index.ts:113",
            place: at(114),
          },
        ],
      }),
    });
    expect(rendered(result)).toMatchInlineSnapshot(`
      "
      FAIL  T5b transfers that cross all finish           0/10   stuck: lock-order cycle
        expected  every call returns
        got       transfer(0, 1, 3) never returns, transfer(1, 0, 4) never returns
        found with 1 preemption, none with 0 (48 schedules)           replay  npm test -w kata-bank-balance -- --replay T5b:AgHT
          worker A                          worker B
          src/index.ts:113  lock Mutex 1
                            ⚡ preempted    src/index.ts:113  lock Mutex 2
        stuck     worker A  src/index.ts:114  waits for Mutex 2 that worker B holds since src/index.ts:113
                  worker B  src/index.ts:114  waits for Mutex 1 that worker A holds since src/index.ts:113
        why       worker A holds Mutex 1 (src/index.ts:113) and waits for Mutex 2; worker B holds Mutex 2 (src/index.ts:113) and waits
                  for Mutex 1
        contract  "transfers in any direction all finish"
        hint      npm run hint -w kata-bank-balance -- 1
      "
    `);
  });

  test("which wakeup was lost", () => {
    const result = failed({
      id: "T2",
      title: "a taker and a putter",
      verdict: "deadlock",
      bugClass: "lost-wakeup",
      expected: "take() returns",
      contract: "a taker that sleeps is woken",
      diagnosis:
        "worker B notified events (src/index.ts:5) after worker A had looked (src/index.ts:8) and before it fell asleep",
      story: story({
        rows: [
          { column: 0, preempted: false, place: at(8), text: "load full → 0" },
          { column: 1, preempted: true, place: at(3), text: "store full = 1 (was 0)" },
          {
            column: 1,
            preempted: false,
            place: at(5),
            text: "notify events: nobody sleeps",
            returns: "put() returns",
          },
          {
            column: 0,
            preempted: false,
            place: at(10),
            text: "sleeps in Atomics.wait on events (1)",
          },
        ],
        waiters: [
          {
            column: 0,
            text: "sleeps on events; the last notify came before (src/index.ts:5)",
            place: at(10),
          },
        ],
      }),
    });
    expect(rendered(result)).toMatchInlineSnapshot(`
      "
      FAIL  T2 a taker and a putter                       0/10   stuck: lost wakeup
        expected  take() returns
        found with 1 preemption, none with 0 (48 schedules)           replay  npm test -w kata-bank-balance -- --replay T2:7Hk2
          worker A                                                 worker B
          src/index.ts:8   load full → 0
                                                   ⚡ preempted    src/index.ts:3   store full = 1 (was 0)
                                                                   src/index.ts:5   notify events: nobody sleeps    returns
          src/index.ts:10  sleeps in Atomics.wait on events (1)
        stuck     worker A  src/index.ts:10  sleeps on events; the last notify came before (src/index.ts:5)
        why       worker B notified events (src/index.ts:5) after worker A had looked (src/index.ts:8) and before it fell asleep
        contract  "a taker that sleeps is woken"
        hint      npm run hint -w kata-bank-balance -- 1
      "
    `);
  });

  test("what it spins on", () => {
    const result = failed({
      verdict: "livelock",
      bugClass: "spin",
      story: story({
        waiters: [
          {
            column: 0,
            text: "looks at lock again and again and finds 1; nobody will change it",
            place: at(9),
          },
        ],
      }),
    });
    expect(rendered(result)).toContain("0/10   spinning: busy-wait");
    expect(rendered(result)).toContain(
      "  spinning  worker A  src/index.ts:9  looks at lock again and again",
    );
  });
});

test("a data race shows the harm that it did", () => {
  const result = {
    ...overdraft,
    verdict: "race" as const,
    bugClass: "lost-update" as const,
    bugDetail: "",
  };
  expect(rendered(result)).toContain("0/10   data race: lost update");
});

describe("what went wrong outside any schedule shows", () => {
  const none = { strategy: "none", schedules: 0, bound: -1, complete: false, states: 0 } as const;

  test("an error, where it was thrown", () => {
    const result = failed({
      verdict: "crash",
      bugClass: "uncaught-error",
      message: "TypeError: this.cell is not a function",
      place: at(12, "this.cell(0);"),
      evidence: none,
    });
    expect(rendered(result)).toMatchInlineSnapshot(`
      "
      FAIL  T2 two withdraw(8) from balance 10            0/10   uncaught error
        why       TypeError: this.cell is not a function
        at        src/index.ts:12:5  this.cell(0);
      "
    `);
  });

  test("a refused import", () => {
    const result = failed({
      verdict: "refused",
      bugClass: "forbidden-import",
      message:
        'import of "node:fs" is not allowed; this kata may import node:worker_threads, its own files\nimport { readFileSync } from "node:fs";\n                             ^^^^^^^^^',
      place: at(1, 'import { readFileSync } from "node:fs";'),
      evidence: none,
    });
    expect(rendered(result)).toMatchInlineSnapshot(`
      "
      FAIL  T2 two withdraw(8) from balance 10            0/10   refused: forbidden import
        why       import of "node:fs" is not allowed; this kata may import node:worker_threads, its own files
        at        src/index.ts:1:5
          import { readFileSync } from "node:fs";
                                       ^^^^^^^^^
      "
    `);
  });

  test("a syntax error with its caret", () => {
    const result = failed({
      verdict: "crash",
      message: 'Expected ";" but found "n"\n    return 1 n;\n             ^',
      place: at(7, "return 1 n;"),
      evidence: none,
    });
    expect(rendered(result)).toMatchInlineSnapshot(`
      "
      FAIL  T2 two withdraw(8) from balance 10            0/10   error
        why       Expected ";" but found "n"
        at        src/index.ts:7:5
              return 1 n;
                       ^
      "
    `);
  });

  test("a stub that is still to be written, and which scenario to try", () => {
    const result = failed({
      id: "B1",
      title: "Account keeps its rules in one thread",
      verdict: "crash",
      bugClass: "unfinished",
      message: "TODO: Account.create(10): start here, then try B1",
      place: at(35, "throw new KataError(…)"),
      evidence: none,
    });
    expect(rendered(result, { points: "0/5" })).toMatchInlineSnapshot(`
      "
      TODO  B1 Account keeps its rules in one thread       0/5   not written yet
        to write  src/index.ts:35  Account.create(10): start here, then try B1
        then      npm test -w kata-bank-balance -- --only B1
      "
    `);
  });

  test("a required step that never happened", () => {
    const result = failed({
      verdict: "vacuous",
      bugClass: "no-effect",
      message: "none of 25 schedules showed a deposit",
      evidence: none,
    });
    expect(rendered(result)).toMatchInlineSnapshot(`
      "
      FAIL  T2 two withdraw(8) from balance 10            0/10   not run: no effect
        why       none of 25 schedules showed a deposit
      "
    `);
  });
});

describe("an undecided scenario says what was explored, and what was not", () => {
  test.each([
    [
      { bound: 1 },
      "every schedule with at most 1 preemption: no failure (60,000 schedules, 1,234,567 states)",
      "schedules with 2 or more preemptions: not explored",
    ],
    [
      { bound: 0, states: 0 },
      "every schedule without a preemption: no failure (60,000 schedules)",
      "schedules with 1 or more preemptions: not explored",
    ],
    [
      { bound: -1, states: 0 },
      "some schedules without a preemption: no failure (60,000 schedules)",
      "all other schedules: not explored",
    ],
    [
      { strategy: "stress" as const, schedules: 500, bound: -1, states: 0 },
      "500 runs at native speed: no failure",
      "every other schedule",
    ],
    [{ complete: true, states: 0 }, "every schedule: no failure (60,000 schedules)", undefined],
    [{ schedules: 0 }, "nothing", undefined],
  ])("%j", (more, explored, open) => {
    const evidence = {
      strategy: "preemption-bounding" as const,
      schedules: 60_000,
      bound: 0,
      complete: false,
      states: 1_234_567,
      ...more,
    };
    expect(
      rendered(failed({ verdict: "inconclusive", message: "it took too long", evidence })),
    ).toBe(
      [
        "",
        "OPEN  T2 two withdraw(8) from balance 10            0/10   undecided",
        "  why       it took too long",
        `  explored  ${explored}`,
        ...(open === undefined ? [] : [`  open      ${open}`]),
        "",
      ].join("\n"),
    );
  });
});

describe("a passed scenario is one line with its evidence", () => {
  test.each([
    [{}, "complete, 9,700 schedules"],
    [{ complete: false, bound: 2, schedules: 648 }, "complete to 2 preemptions, 648 schedules"],
    [{ complete: false, bound: 1, schedules: 1 }, "complete to 1 preemption, 1 schedule"],
    [
      { strategy: "stress" as const, schedules: 20, states: 4 },
      "20 runs at native speed, 4 workers",
    ],
    [
      { complete: false, bound: 1, schedules: 812, samples: 500 },
      "complete to 1 preemption, 812 schedules; 500 samples",
    ],
    [
      { complete: false, bound: -1, schedules: 60_000, samples: 1 },
      "incomplete, 60,000 schedules; 1 sample",
    ],
  ])("%j", (evidence, text) => {
    const title = "two deposits and a reader";
    expect(rendered(passed("T1", title, evidence), { points: "8/8" })).toBe(
      `\nPASS  T1 ${title.padEnd(39)}     8/8   ${text}\n`,
    );
  });
});

describe("a kata shows", () => {
  const result = kata({
    scenarios: [
      passed("B1", "Account keeps its rules in one thread"),
      overdraft,
      passed("T2b", "three withdraw(8) from balance 17"),
      passed("T6", "every answer fits one order of the calls"),
      failed({
        id: "T6b",
        title: "the same for a bank",
        verdict: "inconclusive",
        message: "the search took too long",
      }),
    ],
    rubric: [
      line("B1", "Account keeps its rules in one thread", 5, 5, { group: "B" }),
      line("T2", "the same money is not withdrawn twice", 0, 10, { scenarios: ["T2", "T2b"] }),
      line("T6", "every answer fits one order of the calls", 0, 10, { scenarios: ["T6", "T6b"] }),
      line("C1", "every shared access is ordered", 5, 5, { group: "C", scenarios: ["T2", "T6"] }),
      line("C2", "waiting threads sleep", 0, 5, {
        group: "C",
        scenarios: ["T2"],
        reason: "busy-waiting in T2",
      }),
    ],
  });

  test("its scenarios, the lines that have none, and the points by group", () => {
    expect(`\n${renderKata(result, { colour: false, width: 130 })}`).toMatchInlineSnapshot(`
      "
      kata-bank-balance  Bank balance

      PASS  B1 Account keeps its rules in one thread        5/5   complete, 9,700 schedules

      FAIL  T2 two withdraw(8) from balance 10             0/10   check-then-act: overdraft
        expected  exactly one withdraw returns true, balance 2        got  true, true, balance -6
        found with 1 preemption, none with 0 (48 schedules)           replay  npm test -w kata-bank-balance -- --replay T2:7Hk2
          worker A                                               worker B
          src/index.ts:21  load balance → 10
                                                 ⚡ preempted    src/index.ts:21  load balance → 10
                                                                 src/index.ts:22  sub 8 → balance 2    returns true
          src/index.ts:22  sub 8 → balance -6    returns true
        why       worker A checked balance when it was 10 (src/index.ts:21), but worker B changed it to 2 (src/index.ts:22) before
                  worker A acted on that (src/index.ts:22), so it went down to -6
        contract  "the balance is never negative, not even for a moment"
        hint      npm run hint -w kata-bank-balance -- 1

      PASS  T2b three withdraw(8) from balance 17          (T2)   complete, 9,700 schedules
      PASS  T6 every answer fits one order of the calls    0/10   complete, 9,700 schedules; T6b must pass as well

      OPEN  T6b the same for a bank                        (T6)   undecided
        why       the search took too long
        explored  every schedule without a preemption: no failure (48 schedules)
        open      schedules with 1 or more preemptions: not explored

      PASS  C1 every shared access is ordered               5/5
      FAIL  C2 waiting threads sleep                        0/5   busy-waiting in T2

      points
        B basics         5/5
        S safety         0/20
        C craft          5/10
        total           10/35
      "
    `);
  });

  test("the same in 60 columns, nothing wider but commands", () => {
    const text = renderKata(result, { colour: false, width: 60 });
    expect(`\n${text}`).toMatchInlineSnapshot(`
      "
      kata-bank-balance  Bank balance

      PASS  B1 Account keeps its rules in one thread
            5/5   complete, 9,700 schedules

      FAIL  T2 two withdraw(8) from balance 10
            0/10   check-then-act: overdraft
        expected  exactly one withdraw returns true, balance 2
        got       true, true, balance -6
        found with 1 preemption, none with 0 (48 schedules)
        replay    npm test -w kata-bank-balance -- --replay T2:7Hk2
          A  src/index.ts:21  load balance → 10
             ⚡ worker A preempted
          B  src/index.ts:21  load balance → 10
          B  src/index.ts:22  sub 8 → balance 2
               returns true
          A  src/index.ts:22  sub 8 → balance -6
               returns true
        why       worker A checked balance when it was 10
                  (src/index.ts:21), but worker B changed it to 2
                  (src/index.ts:22) before worker A acted on that
                  (src/index.ts:22), so it went down to -6
        contract  "the balance is never negative, not even for a
                  moment"
        hint      npm run hint -w kata-bank-balance -- 1

      PASS  T2b three withdraw(8) from balance 17
            (T2)   complete, 9,700 schedules
      PASS  T6 every answer fits one order of the calls
            0/10   complete, 9,700 schedules; T6b must pass as
            well

      OPEN  T6b the same for a bank
            (T6)   undecided
        why       the search took too long
        explored  every schedule without a preemption: no failure
                  (48 schedules)
        open      schedules with 1 or more preemptions: not
                  explored

      PASS  C1 every shared access is ordered
            5/5
      FAIL  C2 waiting threads sleep
            0/5   busy-waiting in T2

      points
        B basics         5/5
        S safety         0/20
        C craft          5/10
        total           10/35
      "
    `);
    const wide = text
      .split("\n")
      .filter((row) => row.length > 60 && !/npm (?:test|run) /.test(row));
    expect(wide).toEqual([]);
  });

  test("only the first of several things to write in full, and no hint yet", () => {
    const todo = (id: string): ScenarioResult =>
      failed({
        id,
        title: `scenario ${id}`,
        verdict: "crash",
        bugClass: "unfinished",
        message: `TODO: try ${id}`,
        place: at(3),
      });
    const text = renderKata(
      kata({
        scenarios: [todo("B1"), todo("B2"), todo("T1")],
        rubric: [line("B1", "", 0, 5)],
        hidden: false,
      }),
      { colour: false, width: 100 },
    );
    expect(`\n${text}`).toMatchInlineSnapshot(`
      "
      kata-bank-balance  Bank balance

      TODO  B1 scenario B1                               0/5   not written yet
        to write  src/index.ts:3  try B1
        then      npm test -w kata-bank-balance -- --only B1

      TODO  B2 scenario B2                                     not written yet
      TODO  T1 scenario T1                                     not written yet

      points
        S safety         0/5
        total            0/5   public scenarios only
      "
    `);
  });
});

test("what nobody asked for is neither shown nor counted", () => {
  const { evidence } = failed({ verdict: "violation" });
  const passed: ScenarioResult = {
    ...failed({ id: "T1", verdict: "violation" }),
    verdict: "pass",
    evidence,
  };
  const text = renderKata(
    kata({
      scenarios: [passed],
      rubric: [
        line("T1", "two threads", 8, 8),
        { ...line("T2", "three threads", 0, 12), reason: "not run" },
      ],
    }),
    { colour: false, width: 100 },
  );
  expect(text).not.toContain("T2");
  expect(text).toMatch(/total +8\/8 +of 20: the rest was not run/);
});

test("an error that stops every scenario is told once", () => {
  const none = { strategy: "none", schedules: 0, bound: -1, complete: false, states: 0 } as const;
  const broken = (id: string): ScenarioResult =>
    failed({
      id,
      title: `scenario ${id}`,
      verdict: "crash",
      message: 'Expected ";"\n  x y\n    ^',
      evidence: none,
    });
  const text = renderKata(kata({ scenarios: [broken("B1"), broken("T1")], rubric: [] }), {
    colour: false,
    width: 100,
  });
  expect(`\n${text}`).toMatchInlineSnapshot(`
    "
    kata-bank-balance  Bank balance

    FAIL  B1 scenario B1                                     error
      why       Expected ";"
          x y
            ^

    FAIL  T1 scenario T1                                     error

    points
      total            0/0
    "
  `);
});

test("a grading shows every kata, and the sum where there are several", () => {
  const one = kata({ scenarios: [passed("B1", "rules")], rubric: [line("B1", "rules", 5, 5)] });
  const options = { colour: false, width: 100 };
  expect(renderGrade(grade(one), options)).not.toContain("all katas");
  expect(`\n${renderGrade(grade(one, { ...one, kata: "kata-pool" }), options)}`)
    .toMatchInlineSnapshot(`
    "
    ada  graded by concurrency-katas 0.0.0

    kata-bank-balance  Bank balance

    PASS  B1 rules                                     5/5   complete, 9,700 schedules

    points
      S safety         5/5
      total            5/5

    kata-pool  Bank balance

    PASS  B1 rules                                     5/5   complete, 9,700 schedules

    points
      S safety         5/5
      total            5/5

    all katas
      kata-bank-balance     5/5
      kata-pool             5/5
      total                10/10
    "
  `);
});

test("colour changes nothing but the colour", () => {
  const plain = rendered(overdraft);
  const coloured = rendered(overdraft, { colour: true });
  expect(coloured).toContain("\u001B[31mFAIL");
  // oxlint-disable-next-line no-control-regex
  expect(coloured.replaceAll(/\u001B\[\d+m/g, "")).toBe(plain);
});
