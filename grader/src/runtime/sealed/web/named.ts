/** Gives a class of ours the name that it has in the standard, for `name` and for `Object.prototype.toString`. */
export function named<C extends { readonly prototype: object }>(name: string, constructor: C): C {
  Object.defineProperty(constructor, "name", { value: name });
  Object.defineProperty(constructor.prototype, Symbol.toStringTag, {
    value: name,
    configurable: true,
  });
  return constructor;
}
