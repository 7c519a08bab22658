/** The conversions of ECMA-262 §7.1 that the shared memory needs, with its error types. */

/** `ToNumber`. Unlike `Number()`, it takes no BigInt. */
export function toNumber(value: unknown): number {
  if (typeof value === "number") return value;
  // Unary plus is ToNumber itself, whatever the type of its operand.
  return +(value as number);
}

/** `ToBigInt`. Unlike `BigInt()`, it takes no Number, also not as the primitive of an object. */
export function toBigInt(value: unknown): bigint {
  // With that many bits, asIntN is ToBigInt itself, whatever the type of its operand.
  return typeof value === "bigint"
    ? value
    : BigInt.asIntN(Number.MAX_SAFE_INTEGER, value as bigint);
}

/** `ToIntegerOrInfinity`. The result is never `-0`. */
export function toIntegerOrInfinity(value: unknown): number {
  const number = toNumber(value);
  return number !== number ? 0 : Math.trunc(number) + 0;
}

/** `ToIndex`; throws a RangeError with `complaint` for what is no index. */
export function toIndex(value: unknown, complaint: string): number {
  if (value === undefined) return 0;
  const integer = toIntegerOrInfinity(value);
  if (integer < 0 || integer > Number.MAX_SAFE_INTEGER) throw new RangeError(complaint);
  return integer;
}

/** A start or end as `slice` and `fill` take it: negative counts from the end; kept within the length. */
export function relativeIndex(value: unknown, length: number, absent: number): number {
  if (value === undefined) return absent;
  const integer = toIntegerOrInfinity(value);
  return integer < 0 ? Math.max(0, length + integer) : Math.min(integer, length);
}

/** `ToObject`. */
export function toObject(value: unknown): object {
  if (value === undefined || value === null) {
    throw new TypeError("Cannot convert undefined or null to object");
  }
  return Object(value) as object;
}

/** `LengthOfArrayLike`. */
export function lengthOf(items: { readonly length: unknown }): number {
  return Math.min(Math.max(0, toIntegerOrInfinity(items.length)), Number.MAX_SAFE_INTEGER);
}

/** `ToString`. Unlike `String()`, it takes no Symbol. */
export function toText(value: unknown): string {
  if (typeof value === "symbol") throw new TypeError("Cannot convert a Symbol value to a string");
  return String(value);
}

/** A value that is to be called. */
export function functionOf(value: unknown): (this: unknown, ...args: unknown[]) => unknown {
  if (typeof value === "function") return value as () => unknown;
  throw new TypeError(`${value === null ? "null" : typeof value} is not a function`);
}

/** Answer of {@link elementIndex} for a key that names an ordinary property. */
export const NOT_NUMERIC = -1;
/** Answer of {@link elementIndex} for a key that is a number but no possible index, such as "-0" and "1.5". */
export const NO_ELEMENT = -2;

const DIGIT_0 = 48;
const DIGIT_9 = 57;
const MINUS = 45;
const CAPITAL_I = 73;
const CAPITAL_N = 78;

/**
 * What a property key means to a typed array (`CanonicalNumericIndexString`): the index of an element, or one of
 * the two answers above.
 */
export function elementIndex(key: string | symbol): number {
  if (typeof key !== "string") return NOT_NUMERIC;
  const first = key.charCodeAt(0);
  if (first >= DIGIT_0 && first <= DIGIT_9) {
    if (key.length === 1) return first - DIGIT_0;
    const number = Number(key);
    if (String(number) !== key) return NOT_NUMERIC;
    return Number.isSafeInteger(number) ? number : NO_ELEMENT;
  }
  // "-0", "-1", "Infinity", "NaN": nothing else that begins so is the text of a number.
  if (first !== MINUS && first !== CAPITAL_I && first !== CAPITAL_N) return NOT_NUMERIC;
  return key === "-0" || String(Number(key)) === key ? NO_ELEMENT : NOT_NUMERIC;
}
