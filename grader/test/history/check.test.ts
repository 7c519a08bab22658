import { describe, expect, test } from "vitest";
import {
  account,
  checkLinearizable,
  createHistoryChecker,
  fifo,
  mutex,
  register,
  type Operation,
} from "../../src/history/index.ts";
import { registers } from "./_models.ts";
import { operation, record } from "./_record.ts";

describe("a failure", () => {
  const overdraft = record(
    "A withdraw(8)",
    "B withdraw(8)",
    "A returns true",
    "B returns true",
    "A balance()",
    "A returns -6",
  );

  test("names the longest legal beginning, the next operation, and what is allowed instead", () => {
    expect(checkLinearizable(overdraft, account(10))).toEqual({
      kind: "notLinearizable",
      part: undefined,
      longest: [overdraft[0]],
      unplaced: overdraft[1],
      states: [{ state: 2, allowed: [{ kind: "returned", value: false }] }],
      omittedStates: 0,
    });
  });

  test("lists every state in which the beginning may end, up to a limit", () => {
    const history = record(
      "A put(1)",
      "B put(2)",
      "C put(3)",
      "A returns",
      "B returns",
      "C returns",
      "A get()",
      "A returns 4",
    );
    const all = checkLinearizable(history, fifo(), { maxStates: Infinity });
    expect(all).toMatchObject({ unplaced: history[3], omittedStates: 0 });
    expect(all.kind === "notLinearizable" && all.states.map(({ state }) => state)).toEqual([
      [1, 2, 3],
      [1, 3, 2],
      [2, 1, 3],
      [2, 3, 1],
      [3, 1, 2],
      [3, 2, 1],
    ]);
    const some = checkLinearizable(history, fifo(), { maxStates: 2 });
    expect(some).toMatchObject({
      states: [{ state: [1, 2, 3] }, { state: [1, 3, 2] }],
      omittedStates: 4,
    });
  });

  test("says that an operation had to wait by allowing nothing", () => {
    const history = record("A lock()", "A returns", "B lock()", "B returns");
    expect(checkLinearizable(history, mutex())).toMatchObject({
      unplaced: history[1],
      states: [{ state: true, allowed: [] }],
    });
  });

  test("names the part of the object that is wrong, and only operations on it", () => {
    const history = record(
      'A write("x", 1)',
      "A returns",
      'A write("y", 1)',
      "A returns",
      'B read("y")',
      "B returns 0",
    );
    const verdict = checkLinearizable(history, registers());
    expect(verdict).toMatchObject({ part: "y", longest: [history[1]], unplaced: history[2] });
  });
});

describe("a pending operation", () => {
  test("may have taken effect", () => {
    const history = record("A write(1)", "B read()", "B returns 1");
    expect(checkLinearizable(history, register()).kind).toBe("linearizable");
  });

  test("may not have taken effect, and then is not in the order", () => {
    const history = record("A write(1)", "B read()", "B returns 0");
    expect(checkLinearizable(history, register())).toEqual({
      kind: "linearizable",
      order: [history[1]],
    });
  });

  test("may take effect long after it was called, but once only", () => {
    const history = record("A write(1)", "B read()", "B returns 0", "B read()", "B returns 1");
    expect(checkLinearizable(history, register()).kind).toBe("linearizable");
    const relapse = [...history, { ...history[1]!, id: 9, call: 9, return: 10 }];
    expect(checkLinearizable(relapse, register()).kind).toBe("notLinearizable");
  });

  test("cannot take effect before its call", () => {
    const history = record("B read()", "B returns 1", "A write(1)");
    expect(checkLinearizable(history, register()).kind).toBe("notLinearizable");
  });

  test("is pending whatever its return time says", () => {
    const [write, read] = record("A write(1)", "B read()", "B returns 0") as [Operation, Operation];
    const history = [{ ...write, return: 0 }, read];
    expect(checkLinearizable(history, register()).kind).toBe("linearizable");
  });
});

describe("equal times", () => {
  test("a call comes before a return, so operations of two threads that touch overlap", () => {
    const history = [operation(1, [0, 5], "write", [1]), operation(2, [5, 9], "read", [], 0)];
    expect(checkLinearizable(history, register()).kind).toBe("linearizable");
  });

  test("operations of one thread that touch keep their order", () => {
    const history = [operation(1, [0, 5], "write", [1]), operation(1, [5, 9], "read", [], 0)];
    expect(checkLinearizable(history, register()).kind).toBe("notLinearizable");
  });

  test("operations of one thread at one time keep the order in which they are listed", () => {
    const write = operation(1, [5, 5], "write", [1]);
    const read = operation(1, [5, 5], "read", [], 0);
    expect(checkLinearizable([read, write], register()).kind).toBe("linearizable");
    expect(checkLinearizable([write, read], register()).kind).toBe("notLinearizable");
  });

  test("operations of one thread that overlap may take effect in any order", () => {
    const history = [operation(1, [0, 9], "write", [1]), operation(1, [1, 5], "read", [], 0)];
    expect(checkLinearizable(history, register()).kind).toBe("linearizable");
  });

  test("a tie can make legal parts that do not fit together illegal", () => {
    // Thread 2's write to x is read before thread 1's write to y, which is read before it.
    const history = [
      operation(1, [0, 5], "read", ["x"], 1),
      operation(1, [5, 9], "write", ["y", 1]),
      operation(2, [0, 5], "read", ["y"], 1),
      operation(2, [5, 9], "write", ["x", 1]),
    ];
    const verdict = checkLinearizable(history, registers());
    expect(verdict).toMatchObject({ kind: "notLinearizable", part: undefined });
  });
});

describe("the size of a history", () => {
  test("an empty history is linearizable", () => {
    expect(checkLinearizable([], register())).toEqual({ kind: "linearizable", order: [] });
  });

  test("more than 32 operations are searched like fewer", () => {
    const threads = [1, 2, 3];
    const rounds = Array.from({ length: 14 }, (_, round) => round);
    const history = rounds.flatMap((round) => [
      ...threads.map((t) => operation(t, [round * 20, round * 20 + 9], "put", [round * 10 + t])),
      ...threads.map((t) =>
        // The items of a round leave in another order than the threads' own.
        operation(t, [round * 20 + 10, round * 20 + 19], "get", [], round * 10 + ((t + 1) % 3) + 1),
      ),
    ]);
    expect(history).toHaveLength(84);
    expect(checkLinearizable(history, fifo()).kind).toBe("linearizable");
    const last = history.length - 1;
    const twice = history.with(last, operation(3, [279, 280], "get", [], 131));
    expect(checkLinearizable(twice, fifo())).toMatchObject({ kind: "notLinearizable" });
  });

  test("the order of the list does not count where times differ", () => {
    const history = record("A write(1)", "A returns", "B read()", "B returns 0");
    expect(checkLinearizable(history.toReversed(), register()).kind).toBe("notLinearizable");
  });

  test("a search that visits too much is inconclusive", () => {
    const history = Array.from({ length: 8 }, (_, i) => operation(i, [0, 9], "put", [i]));
    const impossible = [...history, operation(0, [10, 11], "get", [], 99)];
    expect(checkLinearizable(impossible, fifo(), { maxVisited: 50 })).toEqual({
      kind: "inconclusive",
      visited: 50,
    });
    expect(checkLinearizable(impossible, fifo()).kind).toBe("notLinearizable");
  });

  test("an illegal part decides, even when another part is inconclusive", () => {
    const writes = Array.from({ length: 8 }, (_, i) => operation(i, [0, 9], "write", ["x", i]));
    const hard = [...writes, operation(0, [10, 11], "read", ["x"], 99)];
    const wrong = operation(1, [10, 11], "read", ["y"], 99);
    expect(checkLinearizable(hard, registers(), { maxVisited: 20 }).kind).toBe("inconclusive");
    expect(checkLinearizable([...hard, wrong], registers(), { maxVisited: 20 })).toMatchObject({
      kind: "notLinearizable",
      part: "y",
    });
  });
});

describe("a checker's memory", () => {
  const early = record("A write(1)", "B read()", "B returns 0", "A returns");
  const late = record("B read()", "A write(1)", "A returns", "B returns 0");

  test("knows a history again by which operations precede which", () => {
    const checker = createHistoryChecker(register());
    checker.check(early);
    expect(checker.check(late)).toEqual({ kind: "linearizable", order: [late[0], late[1]] });
    expect(checker.counts()).toEqual({ remembered: 1, searched: 1 });
  });

  test("knows a history again in whatever order its operations are listed", () => {
    const history = record("A write(1)", "A returns", "A write(2)", "A returns");
    const checker = createHistoryChecker(register());
    checker.check(history);
    expect(checker.check(history.toReversed())).toEqual({ kind: "linearizable", order: history });
    expect(checker.counts()).toEqual({ remembered: 1, searched: 1 });
  });

  test("tells histories apart by precedence, thread, name, arguments and outcome", () => {
    const checker = createHistoryChecker(register());
    const [write, read] = early as [Operation, Operation];
    const different: readonly (readonly Operation[])[] = [
      [write, read],
      [write, { ...read, call: 8, return: 9 }],
      [write, { ...read, thread: 3 }],
      [{ ...write, name: "read", args: [] }, read],
      [{ ...write, outcome: { kind: "pending" } }, read],
      [{ ...write, args: [0] }, read],
      [{ ...write, args: [-0] }, read],
      [write, { ...read, outcome: { kind: "returned", value: 1 } }],
      [write, { ...read, outcome: { kind: "returned", value: "0" } }],
      [write, { ...read, outcome: { kind: "threw", code: "0" } }],
      [write, { ...read, outcome: { kind: "pending" } }],
      [write],
    ];
    for (const history of different) checker.check(history);
    expect(checker.counts()).toEqual({ remembered: 0, searched: different.length });
  });

  test("is bounded, and forgets what it learnt first", () => {
    const checker = createHistoryChecker(register(), { memo: 2 });
    const read = (value: number) => [operation(1, [0, 1], "read", [], value)];
    for (const value of [0, 1, 2, 1, 2, 0]) checker.check(read(value));
    expect(checker.counts()).toEqual({ remembered: 2, searched: 4 });
  });

  test("does not remember histories with values that are no plain data", () => {
    const checker = createHistoryChecker(register());
    const history = [operation(1, [0, 1], "read", [], () => 0)];
    expect(checker.check(history).kind).toBe("notLinearizable");
    expect(checker.check(history).kind).toBe("notLinearizable");
    expect(checker.counts()).toEqual({ remembered: 0, searched: 2 });
  });
});

describe("wrong use", () => {
  test("a return before its call is an error", () => {
    const history = [operation(1, [5, 4], "read", [], 0)];
    expect(() => checkLinearizable(history, register())).toThrow(
      expect.objectContaining({
        code: "E_HISTORY_TIMES",
        message:
          "read() returns 0 of thread 1 is called at 5 and returns at 4. " +
          "A call cannot follow its return.",
      }),
    );
  });

  test("a time that is no number is an error", () => {
    const history = [operation(1, [NaN, 4], "read", [], 0)];
    expect(() => checkLinearizable(history, register())).toThrow(
      expect.objectContaining({ code: "E_HISTORY_TIMES" }),
    );
  });
});
