import { expect, test, vi } from "vitest";
import { checkKata, type CheckItem } from "../../../src/grade/check/index.ts";
import { gradeKata, prepareHosts } from "../../../src/grade/grade-kata.ts";
import { findKata } from "../../../src/grade/kata.ts";
import { counter, courseOf, mutantHeader } from "../_course.ts";

// Grades with real workers.
vi.setConfig({ testTimeout: 60_000 });

const LOST = "const n = Atomics.load(this.#cell, 0); Atomics.store(this.#cell, 0, n + 1)";
const LOCKED = `
    while (Atomics.compareExchange(this.#cell, 1, 0, 1) !== 0) Atomics.wait(this.#cell, 1, 1);
    this.#cell[0]!++;
    Atomics.store(this.#cell, 1, 0);
    Atomics.notify(this.#cell, 1)`;

test("a kata is proved with real gradings: right programs pass, wrong ones fall", async () => {
  const plain = { mutant: "plain", verdict: "race", diagnosis: "lost-update" };
  const courseRoot = courseOf({
    "solutions/tiny/alternatives/locked.ts": counter(
      LOCKED,
      "/** @alternative locked — one lock of one word. */",
    ).replace("SharedArrayBuffer(4)", "SharedArrayBuffer(8)"),
    "solutions/tiny/mutants/load-then-store.ts": counter(LOST, mutantHeader()),
    "solutions/tiny/mutants/plain.ts": counter("this.#cell[0]!++", mutantHeader(plain)),
  });
  const items: CheckItem[] = [];
  const options = { courseRoot, gradeKata, prepareHosts };
  for await (const item of checkKata(findKata(courseRoot, "tiny"), options)) items.push(item);
  expect(
    items.slice(1).map(({ name, seen, problems }) => [name, seen, ...problems].join(": ")),
  ).toEqual([
    "stub: 0/100",
    "reference: 100/100",
    "locked: 100/100",
    "load-then-store: T1 violation lost-update 40/100",
    "plain: T1 race lost-update 40/100",
  ]);
});
