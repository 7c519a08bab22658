/**
 * Values of a submission as plain data that fits a frame, with numbers that JSON lacks in the form of `frames.ts`. It
 * runs no code of the submission.
 */
import { types } from "node:util";
import { classNameOf, peek } from "../threads/peek.ts";

/** Levels of objects inside objects, and values in all, after which the rest is left out. */
const DEPTH = 8;
const VALUES = 20_000;
const CHARACTERS = 1_000;

/** A number as a frame carries it. */
function wireNumber(value: number): unknown {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return { $number: Object.is(value, -0) ? "-0" : String(value) };
}

/** What `value` says, as JSON can carry it; what is no data reads `[Function]`, `[Proxy]` and the like. */
export function plainOf(value: unknown): unknown {
  let left = VALUES;
  const walk = (item: unknown, depth: number): unknown => {
    switch (typeof item) {
      case "string":
        return item.slice(0, CHARACTERS);
      case "number":
        return wireNumber(item);
      case "bigint":
        return `${item}n`.slice(0, CHARACTERS);
      case "function":
        return "[Function]";
      case "symbol":
        return "[Symbol]";
      case "object":
        return item === null ? null : walkObject(item, depth);
      default:
        return item;
    }
  };
  const walkObject = (item: object, depth: number): unknown => {
    if (types.isProxy(item)) return "[Proxy]";
    if (types.isPromise(item)) return "[Promise]";
    if (depth >= DEPTH || left <= 0) return `[${classNameOf(item)}]`;
    if (Array.isArray(item)) {
      const shown = Math.min(item.length, left);
      return Array.from({ length: shown }, (_, i) => property(item, String(i), depth));
    }
    const keys = Object.keys(item).slice(0, left);
    const entries = keys.map((key) => [key, property(item, key, depth)] as const);
    if (!types.isNativeError(item)) return Object.fromEntries(entries);
    const said = ["name", "code", "message"].flatMap((key) => {
      const found = peek(item, key);
      return typeof found === "string" ? [[key, found.slice(0, CHARACTERS)] as const] : [];
    });
    return Object.fromEntries([...said, ...entries]);
  };
  const property = (owner: object, key: string, depth: number): unknown => {
    left--;
    const descriptor = Reflect.getOwnPropertyDescriptor(owner, key);
    if (descriptor === undefined) return null;
    return "value" in descriptor ? walk(descriptor.value, depth + 1) : "[Getter]";
  };
  return walk(value, 0);
}
