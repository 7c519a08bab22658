import fc from "fast-check";
import { expect, test } from "vitest";
import { createStateTable } from "../../src/schedule/_state-table.ts";

test("a table answers as a set of the same keys does", () => {
  // Few different words, so that keys come again and share slots.
  const word = fc.oneof(fc.integer({ min: -2, max: 2 }), fc.constantFrom(0x7fffffff, -0x80000000));
  const key = fc.tuple(word, word, word, word).filter((words) => words.some((w) => w !== 0));
  fc.assert(
    fc.property(fc.array(key, { maxLength: 60 }), (keys) => {
      const table = createStateTable();
      const known = new Set<string>();
      for (const words of keys) {
        const isNew = !known.has(words.join());
        known.add(words.join());
        expect(table.add(Int32Array.from(words), 0)).toBe(isNew);
        expect(table.size()).toBe(known.size);
      }
    }),
    { numRuns: 300, seed: 1 },
  );
});

test("a table keeps every key while it grows", () => {
  const table = createStateTable();
  const count = 50_000;
  const places = Array.from({ length: count }, (_, i) => i * 4);
  const keys = Int32Array.from({ length: count * 4 }, (_, i) => Math.imul(i >> 2, 0x9e3779b1) ^ i);
  expect(places.every((at) => table.add(keys, at))).toBe(true);
  expect(places.some((at) => table.add(keys, at))).toBe(false);
  expect(table.size()).toBe(count);
});

test("keys that differ in their last word only are different", () => {
  const table = createStateTable();
  expect(table.add(Int32Array.of(1, 2, 3, 4), 0)).toBe(true);
  expect(table.add(Int32Array.of(1, 2, 3, 5), 0)).toBe(true);
});
