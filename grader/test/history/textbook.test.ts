import { describe, expect, test } from "vitest";
import {
  checkLinearizable,
  fifo,
  formatOperation,
  register,
  type HistoryVerdict,
} from "../../src/history/index.ts";
import { record } from "./_record.ts";
import { queues, registers } from "./_models.ts";

/** The verdict as text: an order that shows it, or the evidence against all of them. */
function shown(verdict: HistoryVerdict<unknown>): string {
  switch (verdict.kind) {
    case "linearizable":
      return verdict.order.map(formatOperation).join(", ");
    case "notLinearizable": {
      const before = verdict.longest.map(formatOperation).join(", ");
      return `not: ${before} | ${formatOperation(verdict.unplaced)}`;
    }
    case "inconclusive":
      return "inconclusive";
  }
}

describe("Herlihy and Wing 1990, figure 1, a FIFO queue", () => {
  test("H1 is linearizable, and its pending Enq need not take effect", () => {
    const h1 = record(
      "A put(1)",
      "B put(2)",
      "B returns",
      "A returns",
      "B get()",
      "B returns 1",
      "A get()",
      "A returns 2",
      "A put(3)",
    );
    expect(shown(checkLinearizable(h1, fifo()))).toBe(
      "put(1) returns, put(2) returns, get() returns 1, get() returns 2",
    );
  });

  test("H2 is not linearizable: x was enqueued before y, but y is dequeued first", () => {
    const h2 = record("A put(1)", "A returns", "B put(2)", "A get()", "B returns", "A returns 2");
    expect(shown(checkLinearizable(h2, fifo()))).toBe(
      "not: put(1) returns, put(2) returns | get() returns 2",
    );
  });

  test("H3 is linearizable: the pending Enq has taken effect", () => {
    const h3 = record("A put(1)", "B get()", "B returns 1");
    expect(shown(checkLinearizable(h3, fifo()))).toBe("put(1) never returns, get() returns 1");
  });

  test("H4 is not linearizable: y is enqueued once, and dequeued twice", () => {
    const h4 = record(
      "A put(1)",
      "B put(2)",
      "A returns",
      "B returns",
      "A get()",
      "C get()",
      "A returns 2",
      "C returns 2",
    );
    expect(shown(checkLinearizable(h4, fifo()))).toBe(
      "not: put(2) returns, put(1) returns, get() returns 2 | get() returns 2",
    );
  });

  test("H2 is sequentially consistent: B may come first", () => {
    const h2 = record("A put(1)", "A returns", "B put(2)", "A get()", "B returns", "A returns 2");
    expect(shown(checkLinearizable(h2, fifo(), { consistency: "sequential" }))).toBe(
      "put(2) returns, put(1) returns, get() returns 2",
    );
  });
});

describe("two queues, by which Herlihy and Wing show that sequential consistency is not local", () => {
  const history = record(
    'A put("p", 1)',
    "A returns",
    'B put("q", 2)',
    "B returns",
    'A put("q", 1)',
    "A returns",
    'B put("p", 2)',
    "B returns",
    'A get("p")',
    "A returns 2",
    'B get("q")',
    "B returns 1",
  );
  const on = (queue: string) => history.filter(({ args }) => args[0] === queue);
  const check = (operations: typeof history) =>
    checkLinearizable(operations, queues(), { consistency: "sequential" }).kind;

  test("each of the two queues is sequentially consistent", () => {
    expect([check(on("p")), check(on("q"))]).toEqual(["linearizable", "linearizable"]);
  });

  test("both together are not, although the model has parts", () => {
    expect(check(history)).toBe("notLinearizable");
  });
});

describe("Porcupine's register examples (MIT 6.824, 2017, quiz 2, section VII)", () => {
  test("a read sees the write that it overlaps, a read within it does not yet", () => {
    const history = record(
      "A write(100)",
      "B read()",
      "C read()",
      "C returns 0",
      "B returns 100",
      "A returns",
    );
    expect(shown(checkLinearizable(history, register()))).toBe(
      "read() returns 0, write(100) returns, read() returns 100",
    );
  });

  test("once a read saw the new value, no later read sees the old one", () => {
    const history = record(
      "A write(200)",
      "B read()",
      "B returns 200",
      "C read()",
      "C returns 0",
      "A returns",
    );
    expect(shown(checkLinearizable(history, register()))).toBe(
      "not: write(200) returns, read() returns 200 | read() returns 0",
    );
  });
});

describe("litmus tests on two registers", () => {
  const write = (name: string, register: string) => `${name} write("${register}", 1)`;
  const read = (name: string, register: string) => `${name} read("${register}")`;

  test("store buffering: two reads of 0 after two writes of 1 have no order at all", () => {
    const history = record(
      write("A", "x"),
      write("B", "y"),
      "A returns",
      "B returns",
      read("A", "y"),
      read("B", "x"),
      "A returns 0",
      "B returns 0",
    );
    expect(checkLinearizable(history, registers()).kind).toBe("notLinearizable");
    expect(checkLinearizable(history, registers(), { consistency: "sequential" }).kind).toBe(
      "notLinearizable",
    );
  });

  test("a late store is sequentially consistent, but not linearizable", () => {
    const history = record(write("A", "x"), "A returns", read("B", "x"), "B returns 0");
    expect(checkLinearizable(history, registers()).kind).toBe("notLinearizable");
    expect(checkLinearizable(history, registers(), { consistency: "sequential" }).kind).toBe(
      "linearizable",
    );
  });
});
