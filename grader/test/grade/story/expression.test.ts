import { describe, expect, test } from "vitest";
import { atomicArguments, cellExpression } from "../../../src/grade/story/expression.ts";

/**
 * The name that an operation's cell has on a line; `‸` in the line stands where V8 says the step
 * is.
 */
function named(op: string, line: string): string {
  const offset = line.indexOf("‸");
  const text = line.replace("‸", "");
  const found = cellExpression(op, { text, offset: offset === -1 ? undefined : offset });
  if (found === undefined) return "-";
  return found.index === undefined ? found.base : `${found.base} [${found.index}]`;
}

describe("the name of a cell", () => {
  test.each([
    ["load", "const b = Atomics.‸load(this.#balance, 0);", "balance [0]"],
    ["load", "const b = Atomics.load(this.#balance, 0);", "balance [0]"],
    ["sub", "Atomics.sub(this.#cells, from, n);", "cells [from]"],
    ["store", "Atomics.store(this.#cell, 0, Atomics.load(this.#old, 1) + 1);", "cell [0]"],
    ["load", "Atomics.store(this.#cell, 0, Atomics.‸load(this.#old, 1) + 1);", "old [1]"],
    [
      "compareExchange",
      "if (Atomics.compareExchange(\n  this.#state,\n  0,\n  a, b) === a)",
      "state [0]",
    ],
    ["wait", "while (load(s, LOCK)) wait(s, LOCK, 1);", "s [LOCK]"],
    ["read", "this.#cell[0] = ‸this.#cell[0]! + amount;", "cell [0]"],
    ["write", "this.#cells[to‸] = this.#cells[from]! + amount;", "cells [to]"],
    ["read", "this.#cells[to] = ‸this.#cells[from]! + amount;", "cells [from]"],
    ["read", "this.#cells[to] = this.#cells[from]! + amount;", "cells [from]"],
    ["read", "const b = cells[0], c = ‸cells[2];", "cells [2]"],
    ["read", "this.rows[i]![j]!", "rows[i] [j]"],
    ["write", "this.cells[amount]++;", "cells [amount]"],
    ["write", "view[HEAD] += 1;", "view [HEAD]"],
    ["lock", "this.#mutex.lock();", "mutex"],
    ["lock", "this.#locks[Math.min(from, to)]!.lock();", "-"],
    ["lock", "this.#locks[first]!.‸lock();", "locks[first]"],
    ["unlock", "return this.#lock.withLock(() => this.#cells[0]!);", "lock"],
  ])("%s on `%s` is %s", (op, line, expected) => {
    expect(named(op, line)).toBe(expected);
  });

  test.each([
    ["load", "return this.balance;"],
    ["read", "return this.get(0);"],
    ["read", "const b = cells[0], c = cells[2];"],
    ["write", "this.#viewOf(handle)[0] = 1;"],
    ["read", "const list = [1, 2];"],
    ["load", "Atomics.load(this.#someVeryLongNameThatNobodyWantsToRead, 0)"],
  ])("is not guessed for %s on `%s`", (op, line) => {
    expect(named(op, line)).toBe("-");
  });
});

test("the arguments of a call are taken as a whole, whatever is in them", () => {
  const text = "if (Atomics.compareExchange(this.#c, at(1, [2, 3]), seen, f(x, { y })) === seen) {";
  expect(atomicArguments("compareExchange", { text, offset: undefined })).toEqual([
    "this.#c",
    "at(1, [2, 3])",
    "seen",
    "f(x, { y })",
  ]);
});
