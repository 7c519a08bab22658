import { defineModel } from "../define-model.ts";
import { blocks, throws } from "../effect.ts";
import type { Model } from "../model.ts";

/** The philosophers' `Lock`: `acquire(options?)`, `release()` by any thread, and `locked`. */
export const lock = (): Model<boolean> =>
  defineModel({
    name: "lock",
    initial: false,
    operations: {
      acquire: (held, options?: { timeout?: number }) => {
        if (!held) return [true, true];
        return options?.timeout === undefined ? blocks : [held, false];
      },
      release: (held) => (held ? [false] : throws(held, "NOT_LOCKED")),
      locked: (held) => [held, held],
    },
  });
