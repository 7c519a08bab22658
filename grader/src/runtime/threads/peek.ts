/** Reads what objects of a submission say about themselves without running any of its code. */
import { types } from "node:util";

/** Prototypes that are looked through before an object is taken to have no such property. */
const LEVELS = 32;

/** A property's value, if it is a data property of the object or of what it inherits from. */
export function peek(object: object, key: PropertyKey): unknown {
  let owner: object | null = object;
  for (let level = 0; owner !== null && level < LEVELS; level++) {
    if (types.isProxy(owner)) return undefined;
    const descriptor = Reflect.getOwnPropertyDescriptor(owner, key);
    if (descriptor !== undefined) return dataOf(descriptor);
    owner = Reflect.getPrototypeOf(owner);
  }
  return undefined;
}

/** The name of the class of an object, or "Object". */
export function classNameOf(object: object): string {
  const constructor = peek(object, "constructor");
  const name = typeof constructor === "function" ? peek(constructor, "name") : undefined;
  return typeof name === "string" && name !== "" ? name : "Object";
}

/** What a property holds. Lockdown makes some data properties accessors, which show what they stand for. */
function dataOf({ value, get }: PropertyDescriptor): unknown {
  if (get === undefined) return value as unknown;
  return Reflect.getOwnPropertyDescriptor(get, "originalValue")?.value as unknown;
}
