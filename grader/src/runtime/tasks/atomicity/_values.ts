/** What can be said of values without keeping them, and without running code of theirs. */
import { types } from "node:util";

/** Whether a value has an identity. */
export function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

/** Numbers for objects and symbols; it keeps no object alive. */
export function createIds(): (value: object | symbol) => number {
  const objects = new WeakMap<object, number>();
  const symbols = new Map<symbol, number>();
  let last = 0;
  return (value) => {
    const known = typeof value === "symbol" ? symbols.get(value) : objects.get(value);
    if (known !== undefined) return known;
    last++;
    if (typeof value === "symbol") symbols.set(value, last);
    else objects.set(value, last);
    return last;
  };
}

/** A Map, a Set, or a weak one. */
type Collection =
  | Map<unknown, unknown>
  | Set<unknown>
  | WeakMap<WeakKey, unknown>
  | WeakSet<WeakKey>;

/** Whether a value is one. */
export function isCollection(value: unknown): value is Collection {
  return (
    types.isMap(value) || types.isSet(value) || types.isWeakMap(value) || types.isWeakSet(value)
  );
}

const { get: mapGet, has: mapHas } = Map.prototype;
const { has: setHas } = Set.prototype;
const { get: weakMapGet, has: weakMapHas } = WeakMap.prototype;
const { has: weakSetHas } = WeakSet.prototype;

/** What is kept for a key, as text; "nothing" where there is none. */
export function keptIn(
  collection: Collection,
  key: unknown,
  textOf: (value: unknown) => string,
): string {
  const ask = (method: (key: never) => unknown): unknown =>
    Reflect.apply(method, collection, [key]);
  if (types.isMap(collection)) return ask(mapHas) === true ? textOf(ask(mapGet)) : "nothing";
  if (types.isWeakMap(collection)) {
    return ask(weakMapHas) === true ? textOf(ask(weakMapGet)) : "nothing";
  }
  return ask(types.isSet(collection) ? setHas : weakSetHas) === true ? "something" : "nothing";
}
