import { describe, expect, test } from "vitest";
import { type Code, type Program, simulate } from "./_simulate.ts";
import {
  box,
  calls,
  cas,
  casLoop,
  checkThenSub,
  lockedBank,
  racy,
  twoWithdraws,
} from "./_programs.ts";
import { storyOf, told } from "./_told.ts";

describe("a row says", () => {
  test("which of the student's lines ran, what it saw and what it left", () => {
    expect(told(storyOf(twoWithdraws))).toMatchInlineSnapshot(`
      [
        "A 21 load balance → 10",
        "B ! 21 load balance → 10",
        "B 22 sub 8 → balance 2 ⇒ withdraw(8) returns true",
        "A 22 sub 8 → balance -6 ⇒ withdraw(8) returns true",
      ]
    `);
  });

  test("what a write overwrote", () => {
    const program: Program = {
      source: racy.source,
      cells: { cell: 0 },
      threads: [
        calls(["deposit", [5], () => racy.deposit(5)]),
        calls(["deposit", [8], () => racy.deposit(8)]),
      ],
      schedule: "ABBA",
    };
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 3 read cell → 0",
        "B ! 3 read cell → 0",
        "B 3 write cell = 8 (was 0) ⇒ deposit(8) returns",
        "A 3 write cell = 5 (was 8) ⇒ deposit(5) returns",
      ]
    `);
  });

  test("what a failed compareExchange expected, where the source tells", () => {
    const withdraw = (): Code => casLoop.withdraw(3);
    const program: Program = {
      source: casLoop.source,
      cells: { balance: 10 },
      threads: [calls(["withdraw", [3], withdraw]), calls(["withdraw", [3], withdraw])],
      schedule: "ABBAAA",
    };
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 7 load balance → 10",
        "B ! 7 load balance → 10",
        "B 9 compareExchange balance 10 → 7 ⇒ withdraw(3) returns true",
        "A 9 compareExchange balance expected 10, found 7: no change",
        "A 7 load balance → 7",
        "A 9 compareExchange balance 7 → 4 ⇒ withdraw(3) returns true",
      ]
    `);
  });

  test("who fell asleep, who woke whom, and what times out", () => {
    const program: Program = {
      source: box.source,
      cells: { full: 0, events: 0 },
      threads: [calls(["take", [], () => box.take()]), calls(["put", [], () => box.put()])],
      schedule: "AAABBBA",
    };
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 8 load full → 0",
        "A 9 load events → 0",
        "A 10 sleeps in Atomics.wait on events (0)",
        "B 3 store full = 1 (was 0)",
        "B 4 add 1 → events 1",
        "B 5 notify events: wakes worker A ⇒ put() returns",
        "A 8 load full → 1 ⇒ take() returns",
      ]
    `);
    const trace = simulate(program);
    const [first] = trace.steps;
    const steps = [{ ...first!, op: "timeout", thread: 1, frames: [] }];
    expect(told(storyOf(program, {}, { ...trace, steps, operations: [] }))).toEqual([
      "B the sleep times out",
    ]);
  });

  test("the number of a 64-bit cell without losing digits", () => {
    const trace = simulate({ ...twoWithdraws, schedule: "AABB" });
    const steps = trace.steps.map((step) => ({
      ...step,
      type: "BigInt64Array",
      before: "9007199254740993",
      after: step.op === "sub" ? "9007199254740985" : "9007199254740993",
    }));
    expect(told(storyOf(twoWithdraws, {}, { ...trace, steps }))[1]).toBe(
      "A 22 sub 8 → balance 9007199254740985 ⇒ withdraw(8) returns true",
    );
  });
});

describe("a place is", () => {
  test("the innermost one in the student's own files, not in a given one", () => {
    const trace = simulate(twoWithdraws);
    const steps = trace.steps.map((step) => ({
      ...step,
      frames: [{ line: 900, column: 1 }, { line: 901, column: 1 }, ...step.frames],
    }));
    const [row] = storyOf(
      twoWithdraws,
      {
        locate: ({ line, column }) => {
          if (line === 900) return undefined;
          const file = line === 901 ? "given/cells.ts" : "src/index.ts";
          return { file, line, column, text: line === 901 ? "return Atomics.load(cell, 0);" : "" };
        },
        sourceOf: () => undefined,
      },
      { ...trace, steps },
    ).rows;
    expect(row).toMatchObject({
      place: { file: "src/index.ts", line: 21 },
      text: "load cell → 10",
    });
  });

  test("missing where no frame is known", () => {
    const trace = simulate(twoWithdraws);
    const steps = trace.steps.map((step) => ({ ...step, frames: [] }));
    expect(told(storyOf(twoWithdraws, {}, { ...trace, steps }))).toMatchInlineSnapshot(`
      [
        "A load cell 0 → 10",
        "B ! load cell 0 → 10",
        "B sub 8 → cell 0: 2 ⇒ withdraw(8) returns true",
        "A sub 8 → cell 0: -6 ⇒ withdraw(8) returns true",
      ]
    `);
  });
});

describe("a cell is called", () => {
  test("by its index where one expression stands for several cells", () => {
    const program: Program = {
      source: lockedBank.source,
      cells: { lock0: 0, lock1: 0, "cells[0]": 9, "cells[1]": 9 },
      threads: [
        calls(["transfer", [0, 1, 4], () => lockedBank.transfer(0, 1, 4)]),
        calls(["transfer", [1, 0, 2], () => lockedBank.transfer(1, 0, 2)]),
      ],
    };
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 7 read cells[0] → 9",
        "A 8 read cells[0] → 9",
        "A 8 write cells[0] = 5 (was 9)",
        "A 9 read cells[1] → 9",
        "A 9 write cells[1] = 13 (was 9) ⇒ transfer(0, 1, 4) returns true",
        "B 7 read cells[1] → 13",
        "B 8 read cells[1] → 13",
        "B 8 write cells[1] = 11 (was 13)",
        "B 9 read cells[0] → 5",
        "B 9 write cells[0] = 7 (was 5) ⇒ transfer(1, 0, 2) returns true",
      ]
    `);
  });

  test("by its position where the source does not name it", () => {
    const source = "f();\ng();\n";
    function* body(): Code {
      yield { op: "add", cell: "a[0]", value: 1, at: "f()" };
      yield { op: "add", cell: "a[1]", value: 1, at: "g()" };
      yield { op: "add", cell: "b", value: 1, at: "f()" };
      return undefined;
    }
    const thread = calls(["run", [], body]);
    expect(
      told(
        storyOf({ source, cells: { "a[0]": 0, "a[1]": 0, b: 0 }, threads: [thread, thread] }),
      ).slice(0, 3),
    ).toMatchInlineSnapshot(`
      [
        "A 1 add 1 → cell 0 of buffer 1: 1",
        "A 2 add 1 → cell 1 of buffer 1: 1",
        "A 1 add 1 → cell 0 of buffer 2: 1 ⇒ run() returns",
      ]
    `);
  });
});

describe("a story leaves out", () => {
  test("cells that one thread has for itself, and cells that nobody changes", () => {
    const source = "own[0]++; shared[0]++; limit[0];";
    function* body(own: string): Code {
      yield { op: "add", cell: own, value: 1, at: "own" };
      yield { op: "read", cell: "limit", at: "limit" };
      yield { op: "add", cell: "shared", value: 1, at: "shared" };
      return undefined;
    }
    const program: Program = {
      source,
      cells: { own0: 0, own1: 0, limit: 7, shared: 0 },
      threads: [calls(["run", [], () => body("own0")]), calls(["run", [], () => body("own1")])],
    };
    expect(told(storyOf(program)).map((row) => row.split(" ")[2])).toEqual(["add", "add"]);
    expect(storyOf(program).rows).toHaveLength(2);
  });

  test("the final phase, unless the failure is in it", () => {
    const trace = simulate(twoWithdraws);
    const final = { ...trace.steps[0]!, step: 4, thread: -1, before: -6, after: -6 };
    const steps = [...trace.steps, final];
    expect(storyOf(twoWithdraws, {}, { ...trace, steps }).columns).toEqual([
      "worker A",
      "worker B",
    ]);
    const crash = { code: "E", message: "", frames: [], thread: -1, assertion: true };
    const story = storyOf(twoWithdraws, {}, { ...trace, steps, crash });
    expect(story.columns).toEqual(["worker A", "worker B", "main"]);
    expect(told(story).at(-1)).toBe("main 21 load balance → -6");
  });

  test("nothing on either side of a preemption, not even a private step", () => {
    const source = "mine[0]++; shared[0]++;";
    function* body(own: string): Code {
      yield { op: "add", cell: own, value: 1, at: "mine" };
      yield { op: "add", cell: "shared", value: 1, at: "shared" };
      return undefined;
    }
    const program: Program = {
      source,
      cells: { mine0: 0, mine1: 0, shared: 0 },
      threads: [calls(["run", [], () => body("mine0")]), calls(["run", [], () => body("mine1")])],
      schedule: "ABBA",
    };
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 1 add 1 → cell 0 of buffer 1: 1",
        "B ! 1 add 1 → cell 0 of buffer 2: 1",
        "B 1 add 1 → cell 0 of buffer 3: 1 ⇒ run() returns",
        "A 1 add 1 → cell 0 of buffer 3: 2 ⇒ run() returns",
      ]
    `);
  });
});

describe("a story folds", () => {
  test("a loop that looks at the same value again and again", () => {
    const source = "while (Atomics.load(flag, 0) === 0);\nAtomics.store(flag, 0, 1);";
    function* spin(): Code {
      while ((yield { op: "load", cell: "flag", at: "load(" }) === 0);
      return undefined;
    }
    function* set(): Code {
      yield { op: "store", cell: "flag", value: 1, at: "store(" };
      return undefined;
    }
    const program: Program = {
      source,
      cells: { flag: 0 },
      threads: [calls(["spin", [], spin]), calls(["set", [], set])],
      schedule: `${"A".repeat(50)}B`,
    };
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 1 load flag → 0 ×50",
        "B ! 2 store flag = 1 (was 0) ⇒ set() returns",
        "A 1 load flag → 1 ⇒ spin() returns",
      ]
    `);
  });

  test("200 steps of a loop into its last round", () => {
    function* deposits(n: number): Code {
      for (let i = 0; i < 100; i++) yield* racy.deposit(n);
      return undefined;
    }
    const program: Program = {
      source: racy.source,
      cells: { cell: 0 },
      threads: [
        calls(["deposits", [1, 100], () => deposits(1)]),
        calls(["deposits", [2, 100], () => deposits(2)]),
      ],
      schedule: `A${"B".repeat(200)}`,
    };
    expect(simulate(program).steps).toHaveLength(400);
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 3 read cell → 0",
        "B ! 3 read cell → 196 ×99",
        "B 3 write cell = 198 (was 196) ×99",
        "B 3 read cell → 198",
        "B 3 write cell = 200 (was 198) ⇒ deposits(2, 100) returns",
        "A 3 write cell = 99 (was 98) ×99",
        "A 3 read cell → 99 ×99",
        "A 3 write cell = 100 (was 99) ⇒ deposits(1, 100) returns",
      ]
    `);
  });

  test("what stays too long by leaving out its middle, and says so", () => {
    function* deposits(): Code {
      for (let i = 0; i < 100; i++) yield* racy.deposit(1);
      return undefined;
    }
    const program: Program = {
      source: racy.source,
      cells: { cell: 0 },
      threads: [calls(["a", [], deposits]), calls(["b", [], deposits])],
      schedule: `${"AABBB".repeat(9)}${"AB".repeat(40)}`,
    };
    const trace = simulate(program);
    const steps = trace.steps.map((step) => ({ ...step, preempts: step.step === 1 }));
    const rows = told(storyOf(program, {}, { ...trace, steps }));
    expect(rows.length).toBeLessThanOrEqual(20);
    expect(rows.filter((row) => row.includes("left out"))).toHaveLength(1);
    expect(storyOf(program, {}, { ...trace, steps })).toEqual(
      storyOf(program, {}, { ...trace, steps }),
    );
  });
});

describe("a worker that never goes on", () => {
  test("waits for a lock whose holder and line are named", () => {
    const program: Program = {
      source: lockedBank.source,
      cells: { lock0: 0, lock1: 0, "cells[0]": 9, "cells[1]": 9 },
      threads: [
        calls(["transfer", [0, 1, 4], () => lockedBank.transfer(0, 1, 4, false)]),
        calls(["transfer", [1, 0, 2], () => lockedBank.transfer(1, 0, 2, false)]),
      ],
      schedule: "ABBA",
    };
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 4 lock Mutex 1",
        "B ! 4 lock Mutex 2",
        "A 5 … waits for Mutex 2 that worker B holds since src/index.ts:4",
        "B 5 … waits for Mutex 1 that worker A holds since src/index.ts:4",
      ]
    `);
  });

  test("sleeps although the last notify came before", () => {
    const program: Program = {
      source: box.source,
      cells: { full: 0, events: 0 },
      threads: [calls(["take", [], () => box.take()]), calls(["put", [], () => box.put()])],
      schedule: "ABBBAA",
    };
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 8 load full → 0",
        "B ! 3 store full = 1 (was 0)",
        "B 4 add 1 → events 1",
        "B 5 notify events: nobody sleeps ⇒ put() returns",
        "A 9 load events → 1",
        "A 10 sleeps in Atomics.wait on events (1)",
        "A 10 … sleeps on events; the last notify came before (src/index.ts:5)",
      ]
    `);
  });

  test("spins on a value that nobody will change", () => {
    const source = "while (Atomics.compareExchange(lock, 0, 0, 1) !== 0);";
    function* take(): Code {
      while ((yield cas("lock", 0, 1, "compareExchange(")) !== 0);
      return undefined;
    }
    const program: Program = {
      source,
      cells: { lock: 0 },
      threads: [calls(["lock", [], take]), calls(["lock", [], take])],
      spinsAfter: 30,
    };
    expect(told(storyOf(program))).toMatchInlineSnapshot(`
      [
        "A 1 compareExchange lock 0 → 1 ⇒ lock() returns",
        "B 1 compareExchange lock expected 0, found 1: no change ×29",
        "B 1 … looks at lock again and again and finds 1; nobody will change it",
      ]
    `);
  });
});

test("an operation that never touches shared memory has a row of its own", () => {
  const program: Program = {
    source: checkThenSub.source,
    cells: { balance: 10 },
    threads: [
      calls(["withdraw", [8], nothing]),
      calls(["balance", [], () => checkThenSub.balance()]),
    ],
  };
  expect(told(storyOf(program))).toEqual([
    "A no access to shared memory ⇒ withdraw(8) returns true",
    "B 25 load balance → 10 ⇒ balance() returns 10",
  ]);
});

function* nothing(): Code {
  yield* [];
  return true;
}

test("three workers have three columns", () => {
  const withdraw = calls(["withdraw", [8], () => checkThenSub.withdraw(8)]);
  const program: Program = {
    source: checkThenSub.source,
    cells: { balance: 10 },
    threads: [withdraw, withdraw, calls(["balance", [], () => checkThenSub.balance()])],
    schedule: "ABBCA",
  };
  const story = storyOf(program);
  expect(story.columns).toEqual(["worker A", "worker B", "worker C"]);
  expect(told(story)).toMatchInlineSnapshot(`
    [
      "A 21 load balance → 10",
      "B ! 21 load balance → 10",
      "B 22 sub 8 → balance 2 ⇒ withdraw(8) returns true",
      "C 25 load balance → 2 ⇒ balance() returns 2",
      "A 22 sub 8 → balance -6 ⇒ withdraw(8) returns true",
    ]
  `);
});
