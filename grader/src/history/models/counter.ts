import { defineModel } from "../define-model.ts";
import type { Model } from "../model.ts";

/** A counter: `value`, `increment()` with any result, and `next()`, which returns the old value. */
export const counter = (initial = 0): Model<number> =>
  defineModel({
    name: "counter",
    initial,
    operations: {
      value: (count) => [count, count],
      increment: (count) => [count + 1],
      next: (count) => [count + 1, count],
    },
  });
