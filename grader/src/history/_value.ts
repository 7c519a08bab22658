/** Nesting beyond this is taken for a cycle. */
const MAX_DEPTH = 64;

/**
 * One text per value: equal texts for structurally equal values only.
 *
 * Numbers differ as for `Object.is`: `NaN` equals itself, `-0` is not `0`. The
 * order of an object's properties and of the entries of a `Map` or `Set` does
 * not count. `undefined` for everything else (functions, promises, typed
 * arrays, cycles), which has no text.
 */
export function encode(value: unknown, depth = 0): string | undefined {
  switch (typeof value) {
    case "number":
      return Object.is(value, -0) ? "-0" : String(value);
    case "string":
      return JSON.stringify(value);
    case "boolean":
    case "undefined":
      return String(value);
    case "bigint":
      return `${value}n`;
    case "object":
      if (value === null) return "null";
      return depth < MAX_DEPTH ? encodeObject(value, depth + 1) : undefined;
    case "function":
    case "symbol":
      return undefined;
  }
}

function encodeObject(value: object, depth: number): string | undefined {
  if (Array.isArray(value)) return encodeArray(value, depth);
  if (value instanceof Map) return encodeSorted("Map", value, depth);
  if (value instanceof Set) return encodeSorted("Set", value, depth);
  if (Object.prototype.toString.call(value) !== "[object Object]") return undefined;
  return encodeSorted("", Object.entries(value), depth);
}

function encodeArray(values: readonly unknown[], depth: number): string | undefined {
  let texts = "[";
  for (const value of values) {
    const text = encode(value, depth);
    if (text === undefined) return undefined;
    texts += `${text},`;
  }
  return `${texts}]`;
}

function encodeSorted(kind: string, values: Iterable<unknown>, depth: number): string | undefined {
  const texts: string[] = [];
  for (const value of values) {
    const text = encode(value, depth);
    if (text === undefined) return undefined;
    texts.push(text);
  }
  return `${kind}{${texts.sort().join(",")}}`;
}

/** Whether two values are one object, or structurally equal in the sense of {@link encode}. */
export function sameValue(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object") return false;
  const text = encode(a);
  return text !== undefined && text === encode(b);
}
