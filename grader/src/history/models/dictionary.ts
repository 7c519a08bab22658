import { defineModel } from "../define-model.ts";
import { formatValue } from "../format.ts";
import type { Model } from "../model.ts";

/** A `Map`, in which every key is a part of its own. `size` would be no operation on one part. */
export const dictionary = (): Model<ReadonlyMap<unknown, unknown>> =>
  defineModel({
    name: "dictionary",
    initial: new Map() as ReadonlyMap<unknown, unknown>,
    operations: {
      get: (map, key: unknown) => [map, map.get(key)],
      has: (map, key: unknown) => [map, map.has(key)],
      set: (map, key: unknown, value: unknown) => [new Map(map).set(key, value)],
      delete: (map, key: unknown) => {
        const rest = new Map(map);
        return [rest, rest.delete(key)];
      },
    },
    // A Map has one key for 0 and -0.
    partition: ({ args: [key] }) => formatValue(key === 0 ? 0 : key),
  });
