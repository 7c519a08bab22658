/**
 * Text of the values that a submission prints. It runs no code of the submission and touches no shared memory, so
 * that printing changes nothing; and it is bounded, whatever it is given.
 */
import { types } from "node:util";
import { elementOf, nativeElementOf } from "./memory/elements.ts";
import { classNameOf, peek } from "./peek.ts";

/** How an object of the engine reads; undefined for any other value. */
export type Describe = (value: object) => string | undefined;

/** Most levels of objects inside objects, items of one object, and characters of a line. */
const DEPTH = 3;
const ITEMS = 20;
const CHARACTERS = 2_000;
/** A longer string may be a promise of V8's to put it together: to look into it takes as much memory as it is long. */
const LOOKED_INTO = 10_000_000;

// Called whatever the submission's objects say about themselves.
const { getTime } = Date.prototype;
const mapEntries = Map.prototype.entries;
const setValues = Set.prototype.values;

/** One line of what was printed, roughly as `console.log` of Node would write it. */
export function formatLine(
  parts: readonly unknown[],
  describe: Describe = () => undefined,
): string {
  const printer = new Printer(describe);
  const texts = parts
    .slice(0, ITEMS)
    .map((part) => (typeof part === "string" ? cut(part) : printer.value(part, 0)));
  return cut(texts.join(" "));
}

class Printer {
  readonly #describe: Describe;
  /** Objects that may still be printed: a few levels of a few items can be many. */
  #left = ITEMS * ITEMS;

  constructor(describe: Describe) {
    this.#describe = describe;
  }

  value(value: unknown, depth: number): string {
    switch (typeof value) {
      case "string":
        return value.length > LOOKED_INTO ? cut(value) : `'${cut(value)}'`;
      case "bigint":
        return BigInt.asIntN(CHARACTERS, value) === value ? `${value}n` : "[BigInt]";
      case "number":
        return Object.is(value, -0) ? "-0" : String(value);
      case "function":
        return `[Function ${text(value, "name")}]`;
      case "object":
        return value === null ? "null" : this.#object(value, depth);
      case "symbol":
      case "boolean":
      case "undefined":
        return String(value);
    }
  }

  #object(value: object, depth: number): string {
    const known = this.#describe(value);
    if (known !== undefined) return known;
    if (types.isProxy(value)) return "[Proxy]";
    if (types.isNativeError(value)) return `${text(value, "name")}: ${text(value, "message")}`;
    if (types.isDate(value)) {
      const time = Reflect.apply(getTime, value, []);
      return Number.isNaN(time) ? "Invalid Date" : new Date(time).toISOString();
    }
    const kind = classNameOf(value);
    if (depth >= DEPTH || this.#left-- <= 0) return `[${kind}]`;
    const inner = (item: unknown): string => this.value(item, depth + 1);
    if (types.isMap(value)) {
      const entries = Reflect.apply(mapEntries, value, []);
      return `${kind} ${braced(first(entries, ([key, item]) => `${inner(key)} => ${inner(item)}`))}`;
    }
    if (types.isSet(value)) {
      return `${kind} ${braced(first(Reflect.apply(setValues, value, []), inner))}`;
    }
    const element = nativeElementOf(value);
    if (element !== undefined) {
      const items = first((value as Int8Array).values(), inner);
      return `${elementOf(element.type).name} [ ${items.join(", ")} ]`;
    }
    if (Array.isArray(value)) return this.#array(value, depth);
    const properties = first(
      Object.keys(value),
      (key) => `${key}: ${this.#property(value, key, depth)}`,
    );
    return kind === "Object" ? braced(properties) : `${kind} ${braced(properties)}`;
  }

  #array(array: readonly unknown[], depth: number): string {
    const shown = Math.min(array.length, ITEMS);
    const items = Array.from({ length: shown }, (_, i) => this.#property(array, String(i), depth));
    if (array.length > ITEMS) items.push(`... ${array.length - ITEMS} more items`);
    return items.length === 0 ? "[]" : `[ ${items.join(", ")} ]`;
  }

  #property(owner: object, key: string, depth: number): string {
    const descriptor = Reflect.getOwnPropertyDescriptor(owner, key);
    if (descriptor === undefined) return "<empty>";
    return "value" in descriptor ? this.value(descriptor.value, depth + 1) : "[Getter]";
  }
}

/** The texts of the first items. */
function first<T>(items: Iterable<T>, show: (item: T) => string): string[] {
  const texts: string[] = [];
  for (const item of items) {
    if (texts.length === ITEMS) {
      texts.push("...");
      break;
    }
    texts.push(show(item));
  }
  return texts;
}

function braced(items: readonly string[]): string {
  return items.length === 0 ? "{}" : `{ ${items.join(", ")} }`;
}

function text(value: object, key: string): string {
  const found = peek(value, key);
  return typeof found === "string" ? cut(found) : "";
}

function cut(value: string): string {
  if (value.length > LOOKED_INTO) return `[String of ${value.length} characters]`;
  return value.length <= CHARACTERS ? value : `${value.slice(0, CHARACTERS)}...`;
}
