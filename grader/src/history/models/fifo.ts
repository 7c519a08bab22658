import { defineModel } from "../define-model.ts";
import { blocks, throws } from "../effect.ts";
import type { Model } from "../model.ts";

/** A blocking first-in-first-out queue. With a timeout, `put` throws FULL and `get` EMPTY instead. */
export const fifo = (maxsize = Infinity): Model<readonly unknown[]> => {
  const wait = (
    items: readonly unknown[],
    options: { timeout?: number } | undefined,
    code: string,
  ) => (options?.timeout === undefined ? blocks : throws(items, code));
  return defineModel({
    name: "fifo",
    initial: [] as readonly unknown[],
    operations: {
      put: (items, item: unknown, options?: { timeout?: number }) =>
        items.length >= maxsize ? wait(items, options, "FULL") : [[...items, item]],
      get: (items, options?: { timeout?: number }) =>
        items.length === 0 ? wait(items, options, "EMPTY") : [items.slice(1), items[0]],
      qsize: (items) => [items, items.length],
    },
  });
};
