/** Makes an object with the members of a native one, so that no member of a newer Node is silently missed. */

/** Any function, called with any receiver. */
export type Method = (this: unknown, ...args: unknown[]) => unknown;

/** A native member that is a function: a method, or the getter or setter of a property. */
export interface NativeMember {
  readonly key: PropertyKey;
  readonly role: "method" | "getter" | "setter";
  readonly call: Method;
}

/** The native own properties of an object as they were when this module was loaded: before lockdown changes them. */
export type Snapshot = ReadonlyMap<PropertyKey, PropertyDescriptor>;

/** Takes the own properties of a native object. */
export function snapshotOf(native: object): Snapshot {
  return new Map(
    Reflect.ownKeys(native).map((key) => [
      key,
      Reflect.getOwnPropertyDescriptor(native, key) as PropertyDescriptor,
    ]),
  );
}

/**
 * Gives `target` every property of `natives` that it does not have: constants as they are, functions as `replace`
 * returns them, under the same name, length and attributes. Two properties of one function stay one function.
 */
export function mirror(
  natives: Snapshot,
  target: object,
  replace: (member: NativeMember) => Method,
): void {
  const made = new Map<Method, Method>();
  const replaced = (key: PropertyKey, role: NativeMember["role"], call: Method): Method => {
    const known = made.get(call);
    if (known !== undefined) return known;
    const method = replace({ key, role, call });
    if (method !== call) imitate(method, call);
    made.set(call, method);
    return method;
  };
  for (const [key, native] of natives) {
    if (Object.hasOwn(target, key)) continue;
    const descriptor = { ...native };
    if (typeof native.get === "function") {
      descriptor.get = replaced(key, "getter", native.get as Method);
    }
    if (typeof native.set === "function") {
      descriptor.set = replaced(key, "setter", native.set as Method);
    }
    if (typeof native.value === "function") {
      descriptor.value = replaced(key, "method", native.value as Method);
    }
    Reflect.defineProperty(target, key, descriptor);
  }
}

/** Gives a function the name and length of another. */
export function imitate(target: object, original: object): void {
  for (const key of ["name", "length"]) {
    const descriptor = Reflect.getOwnPropertyDescriptor(original, key);
    if (descriptor !== undefined) Reflect.defineProperty(target, key, descriptor);
  }
}

/** The prototype that `newTarget` asks for, or `fallback`, as native constructors find it. */
export function prototypeFor(newTarget: object, fallback: object): object {
  const { prototype } = newTarget as { readonly prototype: unknown };
  const isObject = typeof prototype === "object" || typeof prototype === "function";
  return isObject && prototype !== null ? prototype : fallback;
}

/** An object that `core` makes, with the prototype that `newTarget` asks for, or `fallback`. */
export function constructLike<A extends unknown[], T extends object>(
  core: new (...args: A) => T,
  args: A,
  newTarget: object,
  fallback: object,
): T {
  const made = Reflect.construct(core, args, newTarget as typeof core);
  if (Reflect.getPrototypeOf(made) === Object.prototype) Reflect.setPrototypeOf(made, fallback);
  return made;
}
