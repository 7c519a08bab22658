/** How a handle travels from the main thread to the others: as plain data, with places instead of buffers. */
import type { SharedMemory } from "./shared-memory.ts";

/** A structured clone, as data. Objects are numbered in order of appearance; `ref` points back to one. */
export type HandleTree =
  | { readonly kind: "plain"; readonly value: string | number | boolean | null | undefined }
  | { readonly kind: "bigint"; readonly value: string }
  | { readonly kind: "date"; readonly value: number }
  | { readonly kind: "ref"; readonly to: number }
  | { readonly kind: "buffer"; readonly offset: number; readonly length: number }
  | { readonly kind: "view"; readonly type: number; readonly byteOffset: number; readonly length: number; readonly buffer: HandleTree }
  | { readonly kind: "array"; readonly items: readonly HandleTree[] }
  | { readonly kind: "object"; readonly entries: readonly (readonly [string, HandleTree])[] }
  | { readonly kind: "map"; readonly entries: readonly (readonly [HandleTree, HandleTree])[] }
  | { readonly kind: "set"; readonly items: readonly HandleTree[] };

/** Why a handle cannot travel; the message names the offending part. */
export class NotCloneable extends Error {
  override readonly name = "DataCloneError";
}

/** Describes a value as `postMessage` would carry it; throws {@link NotCloneable}. Class instances lose their class, as there. */
export function encodeHandle(memory: SharedMemory, value: unknown): HandleTree {
  const seen = new Map<object, number>();
  const encode = (part: unknown, path: string): HandleTree => {
    if (part === null || ["string", "number", "boolean", "undefined"].includes(typeof part)) {
      return { kind: "plain", value: part as string | number | boolean | null | undefined };
    }
    if (typeof part === "bigint") return { kind: "bigint", value: String(part) };
    if (typeof part !== "object") throw new NotCloneable(`${path} is a ${typeof part}, which postMessage cannot carry`);
    const known = seen.get(part);
    if (known !== undefined) return { kind: "ref", to: known };
    seen.set(part, seen.size);
    const place = memory.placeOf(part);
    if (place !== undefined) return { kind: "buffer", ...place };
    const view = memory.viewOf(part);
    if (view !== undefined) {
      const { type, byteOffset, length } = view;
      return { kind: "view", type, byteOffset, length, buffer: encode(view.buffer, `${path}.buffer`) };
    }
    if (Array.isArray(part)) return { kind: "array", items: part.map((item, i) => encode(item, `${path}[${i}]`)) };
    if (part instanceof Date) return { kind: "date", value: part.getTime() };
    if (part instanceof Map) {
      return { kind: "map", entries: [...part].map(([k, v]) => [encode(k, `${path} key`), encode(v, `${path} value`)] as const) };
    }
    if (part instanceof Set) return { kind: "set", items: [...part].map((item) => encode(item, `${path} item`)) };
    return { kind: "object", entries: Object.entries(part).map(([key, item]) => [key, encode(item, `${path}.${key}`)] as const) };
  };
  return encode(value, "handle");
}

/** Makes the value that a receiving thread gets: new objects each time. */
export function decodeHandle(memory: SharedMemory, tree: HandleTree): unknown {
  const made: unknown[] = [];
  const decode = (part: HandleTree): unknown => {
    switch (part.kind) {
      case "plain":
        return part.value;
      case "bigint":
        return BigInt(part.value);
      case "ref":
        return made[part.to];
      case "buffer":
        return keep(memory.bufferAt(part));
      case "view": {
        const slot = made.push(undefined) - 1;
        const view = memory.viewAt(part.type, decode(part.buffer) as object, part.byteOffset, part.length);
        made[slot] = view;
        return view;
      }
      case "date":
        return keep(new Date(part.value));
      case "array": {
        const items = keep<unknown[]>([]);
        for (const item of part.items) items.push(decode(item));
        return items;
      }
      case "object": {
        const object = keep<Record<string, unknown>>({});
        for (const [key, item] of part.entries) {
          Object.defineProperty(object, key, { value: decode(item), writable: true, enumerable: true, configurable: true });
        }
        return object;
      }
      case "map": {
        const map = keep(new Map<unknown, unknown>());
        for (const [key, item] of part.entries) map.set(decode(key), decode(item));
        return map;
      }
      case "set": {
        const set = keep(new Set<unknown>());
        for (const item of part.items) set.add(decode(item));
        return set;
      }
    }
  };
  function keep<T>(value: T): T {
    made.push(value);
    return value;
  }
  return decode(tree);
}
