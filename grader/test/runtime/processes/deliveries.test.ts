import { expect, test } from "vitest";
import {
  type Delivery,
  chooserOf,
  createDeliveries,
} from "../../../src/runtime/processes/deliveries.ts";
import type { Order } from "../../../src/runtime/processes/protocol.ts";

const message = (child: number, value: unknown): Delivery => ({
  kind: "message",
  to: "parent",
  child,
  value,
});
const exit = (child: number): Delivery => ({
  kind: "exit",
  to: "parent",
  child,
  code: 0,
  signal: null,
});
const disconnect = (child: number): Delivery => ({ kind: "disconnect", to: "parent", child });

/** Everything that two children say before they end, in the order in which it is delivered. */
function delivered(order: Order): string {
  const waiting = createDeliveries();
  for (const child of [1, 2]) {
    for (const each of [message(child, "a"), message(child, "b"), disconnect(child), exit(child)])
      waiting.add(each);
  }
  const { choose } = chooserOf(order);
  const told: string[] = [];
  while (waiting.size > 0) {
    const next = choose(waiting.candidates());
    waiting.take(next);
    told.push(
      `${next.child}${next.kind === "message" ? String(next.value) : next.kind === "exit" ? "x" : "d"}`,
    );
  }
  return told.join(" ");
}

test("what came first is delivered first, child by child", () => {
  expect(delivered("oldest-first")).toBe("1a 1b 1d 1x 2a 2b 2d 2x");
});

test("an end may overtake everything but its place in another lane", () => {
  expect(delivered("exits-first")).toBe("1x 2x 1a 1b 1d 2a 2b 2d");
});

test("the newest is the last of the last child", () => {
  expect(delivered("newest-first")).toBe("2x 2a 2b 2d 1x 1a 1b 1d");
});

test("in 200 drawn orders each lane keeps its order, and disconnect is its last", () => {
  const seen = new Set<string>();
  for (let seed = 1; seed <= 200; seed++) {
    const told = delivered(`seed-${seed}`);
    seen.add(told);
    for (const child of ["1", "2"]) {
      const own = told.split(" ").filter((each) => each.startsWith(child) && !each.endsWith("x"));
      expect(own).toEqual([`${child}a`, `${child}b`, `${child}d`]);
    }
  }
  expect(seen.size).toBeGreaterThan(50);
});

test("the same seed draws the same order, and seeds differ", () => {
  const orders = Array.from({ length: 10 }, (_, i) => delivered(`seed-${i}`));
  expect(Array.from({ length: 10 }, (_, i) => delivered(`seed-${i}`))).toEqual(orders);
  expect(new Set(orders).size).toBeGreaterThan(3);
});

test("what is added in a later round is younger, whichever child it is of", () => {
  const waiting = createDeliveries();
  waiting.add(message(2, "early"));
  waiting.nextRound();
  waiting.add(message(1, "late"));
  expect(waiting.candidates().map(({ child }) => child)).toEqual([2, 1]);
});

test("what is on its way to a child that has ended is dropped, and nothing else", () => {
  const waiting = createDeliveries();
  waiting.add({ kind: "message", to: "child", child: 1, value: 1 });
  waiting.add({ kind: "gate", to: "child", child: 1, gate: "here" });
  waiting.add(message(1, "answer"));
  waiting.add({ kind: "message", to: "child", child: 2, value: 1 });
  waiting.drop(1, "child");
  expect(waiting.size).toBe(2);
  expect(waiting.candidates().map(({ child, to }) => `${child} ${to}`)).toEqual([
    "1 parent",
    "2 child",
  ]);
});

test("what is on its way to a parent that is gone is dropped, child by child", () => {
  const waiting = createDeliveries();
  waiting.add({ kind: "message", to: "child", child: 1, value: 1 });
  waiting.add(message(1, "answer"));
  waiting.add({ kind: "exit", to: "parent", child: 1, code: 0, signal: null });
  waiting.add(message(2, "answer"));
  waiting.drop(1, "parent");
  expect(waiting.size).toBe(2);
  expect(waiting.candidates().map(({ child, to }) => `${child} ${to}`)).toEqual([
    "1 child",
    "2 parent",
  ]);
});

test("the clock overtakes where the order says so, and never by a rule that does not", () => {
  expect(chooserOf("clock-first").overtakes()).toBe(true);
  expect(chooserOf("oldest-first").overtakes()).toBe(false);
  expect(chooserOf("native-1").overtakes()).toBe(false);
  const { overtakes } = chooserOf("seed-1");
  expect(new Set(Array.from({ length: 50 }, overtakes))).toEqual(new Set([true, false]));
});
