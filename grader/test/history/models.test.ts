import { describe, expect, test } from "vitest";
import {
  account,
  bank,
  checkLinearizable,
  counter,
  dictionary,
  fifo,
  formatOutcome,
  joinableQueue,
  lock,
  mutex,
  register,
  type Model,
  type Operation,
} from "../../src/history/index.ts";
import { operation } from "./_record.ts";

/** What each call does when the calls are made one after the other. */
function run<State>(
  model: Model<State>,
  ...calls: readonly (readonly [name: string, ...args: readonly unknown[]])[]
): readonly string[] {
  let state = model.initial;
  return calls.map(([name, ...args]) => {
    const call: Omit<Operation, "outcome"> = { id: 0, thread: 1, name, args, call: 0, return: 0 };
    const [outcome] = model.allowed?.(state, { ...call, outcome: { kind: "pending" } }) ?? [];
    if (outcome === undefined) return "waits";
    const operation: Operation = { ...call, outcome };
    expect(checkLinearizable([operation], { ...model, initial: state }).kind).toBe("linearizable");
    state = model.step(state, operation)[0]!;
    return formatOutcome(outcome);
  });
}

test("a register returns what was written last", () => {
  expect(run(register(7), ["read"], ["write", 1], ["read"])).toEqual([
    "returns 7",
    "returns",
    "returns 1",
  ]);
});

test("a register's compareExchange returns the old value, and writes if it is the expected one", () => {
  expect(run(register(), ["compareExchange", 1, 9], ["compareExchange", 0, 9], ["read"])).toEqual([
    "returns 0",
    "returns 0",
    "returns 9",
  ]);
});

test("a counter's next returns the old value", () => {
  expect(run(counter(), ["next"], ["increment"], ["value"])).toEqual([
    "returns 0",
    "returns",
    "returns 2",
  ]);
});

describe("a fifo", () => {
  test("returns items in the order in which they were put", () => {
    expect(run(fifo(), ["put", 1], ["put", 2], ["qsize"], ["get"], ["get"])).toEqual([
      "returns",
      "returns",
      "returns 2",
      "returns 1",
      "returns 2",
    ]);
  });

  test("waits when it is full or empty", () => {
    expect(run(fifo(1), ["get"], ["put", 1], ["put", 2])).toEqual(["waits", "returns", "waits"]);
  });

  test("throws FULL or EMPTY after a timeout, and changes nothing", () => {
    const now = { timeout: 0 };
    expect(run(fifo(1), ["get", now], ["put", 1], ["put", 2, now], ["get", now])).toEqual([
      "throws EMPTY",
      "returns",
      "throws FULL",
      "returns 1",
    ]);
  });
});

describe("a joinable queue", () => {
  const now = { timeout: 0 };

  test("returns items in the order in which they were put, and waits when it is full or empty", () => {
    expect(
      run(joinableQueue(1), ["get"], ["put", 1], ["put", 2], ["qsize"], ["get"], ["get"]),
    ).toEqual(["waits", "returns", "waits", "returns 1", "returns 1", "waits"]);
  });

  test("makes join wait for the last taskDone, not for the last get", () => {
    expect(
      run(joinableQueue(1), ["join"], ["put", 1], ["get"], ["join"], ["taskDone"], ["join"]),
    ).toEqual(["returns true", "returns", "returns 1", "waits", "returns", "returns true"]);
  });

  test("may hold items from the start, each of them a task", () => {
    expect(run(joinableQueue(2, [7, 8]), ["unfinished"], ["get"], ["qsize"])).toEqual([
      "returns 2",
      "returns 7",
      "returns 1",
    ]);
  });

  test("refuses a taskDone without a task, and changes nothing", () => {
    expect(run(joinableQueue(1), ["taskDone"], ["put", 1], ["unfinished"])).toEqual([
      "throws TASK_DONE",
      "returns",
      "returns 1",
    ]);
  });

  test("gives up at once with a timeout of 0, only if it has to, and changes nothing", () => {
    expect(
      run(
        joinableQueue(1),
        ["get", now],
        ["join", now],
        ["put", 1, now],
        ["put", 2, now],
        ["join", now],
        ["unfinished"],
        ["get", now],
      ),
    ).toEqual([
      "throws EMPTY",
      "returns true",
      "returns",
      "throws FULL",
      "returns false",
      "returns 1",
      "returns 1",
    ]);
  });

  test.each([
    ["get", [], { kind: "threw", code: "EMPTY" }],
    ["put", [2], { kind: "threw", code: "FULL" }],
    ["join", [], { kind: "returned", value: false }],
  ] as const)("lets %s give up at any time with a longer timeout", (name, args, outcome) => {
    const model = joinableQueue(2);
    const state = { items: [1], unfinished: name === "join" ? 0 : 1 };
    const call = operation(1, [0, 1], name, [...args, { timeout: 5 }]);
    expect(model.step(state, { ...call, outcome })).toEqual([state]);
    expect(model.allowed?.(state, call)).toHaveLength(2);
  });

  test.each([-1, NaN])("throws RangeError for a timeout of %d", (timeout) => {
    expect(
      run(joinableQueue(1), ["put", 1, { timeout }], ["get", { timeout }], ["join", { timeout }]),
    ).toEqual(["throws RangeError", "throws RangeError", "throws RangeError"]);
  });
});

describe("an account", () => {
  test("refuses a withdrawal that would overdraw it", () => {
    expect(run(account(10), ["withdraw", 8], ["withdraw", 8], ["balance"])).toEqual([
      "returns true",
      "returns false",
      "returns 2",
    ]);
  });

  test("may be emptied", () => {
    expect(run(account(8), ["withdraw", 8], ["balance"])).toEqual(["returns true", "returns 0"]);
  });

  test.each([0, -1, 1.5, NaN, Infinity])("throws RangeError for the amount %d", (amount) => {
    expect(run(account(5), ["deposit", amount], ["withdraw", amount], ["balance"])).toEqual([
      "throws RangeError",
      "throws RangeError",
      "returns 5",
    ]);
  });
});

describe("a bank", () => {
  test("moves money, all or nothing", () => {
    expect(
      run(
        bank([5, 1]),
        ["transfer", 0, 1, 3],
        ["transfer", 0, 1, 3],
        ["balance", 0],
        ["balance", 1],
        ["total"],
      ),
    ).toEqual(["returns true", "returns false", "returns 2", "returns 4", "returns 6"]);
  });

  test("changes nothing by a transfer to the same account, which needs the funds", () => {
    expect(run(bank([5]), ["transfer", 0, 0, 5], ["transfer", 0, 0, 6], ["balance", 0])).toEqual([
      "returns true",
      "returns false",
      "returns 5",
    ]);
  });

  test.each([0, -1, 1.5, NaN])("throws RangeError for the amount %d", (amount) => {
    expect(run(bank([5, 5]), ["transfer", 0, 1, amount], ["balance", 0])).toEqual([
      "throws RangeError",
      "returns 5",
    ]);
  });
});

test("a mutex makes lock wait while it is held, and unlock throw while it is not", () => {
  expect(run(mutex(), ["unlock"], ["lock"], ["lock"], ["unlock"], ["lock"])).toEqual([
    "throws NOT_LOCKED",
    "returns",
    "waits",
    "returns",
    "returns",
  ]);
});

test("a lock's acquire returns false after a timeout", () => {
  expect(
    run(
      lock(),
      ["acquire"],
      ["locked"],
      ["acquire", { timeout: 5 }],
      ["acquire"],
      ["release"],
      ["release"],
      ["acquire", { timeout: 0 }],
    ),
  ).toEqual([
    "returns true",
    "returns true",
    "returns false",
    "waits",
    "returns",
    "throws NOT_LOCKED",
    "returns true",
  ]);
});

test("a dictionary has one key for 0 and -0, also part by part", () => {
  const [set, get] = [
    operation(1, [0, 1], "set", [0, "zero"]),
    operation(1, [2, 3], "get", [-0], "zero"),
  ];
  expect(checkLinearizable([set, get], dictionary()).kind).toBe("linearizable");
});

test("a dictionary's delete returns whether there was anything", () => {
  expect(
    run(
      dictionary(),
      ["set", "a", 1],
      ["get", "a"],
      ["get", "b"],
      ["delete", "a"],
      ["delete", "a"],
      ["has", "a"],
    ),
  ).toEqual(["returns", "returns 1", "returns", "returns true", "returns false", "returns false"]);
});
