import { defineModel } from "../define-model.ts";
import { blocks, throws } from "../effect.ts";
import type { Model } from "../model.ts";

/** The kit's `Mutex`: `lock()` and `unlock()`, by any thread. */
export const mutex = (): Model<boolean> =>
  defineModel({
    name: "mutex",
    initial: false,
    operations: {
      lock: (held) => (held ? blocks : [true]),
      unlock: (held) => (held ? [false] : throws(held, "NOT_LOCKED")),
    },
  });
