import { defineModel } from "../define-model.ts";
import type { Model } from "../model.ts";

/** A cell: `read()`, `write(value)`, and `compareExchange(expected, value)` with `Atomics`' result. */
export const register = (initial = 0): Model<number> =>
  defineModel({
    name: "register",
    initial,
    operations: {
      read: (value) => [value, value],
      write: (_, value: number) => [value],
      compareExchange: (value, expected: number, next: number) => [
        value === expected ? next : value,
        value,
      ],
    },
  });
