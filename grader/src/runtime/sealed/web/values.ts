/** Arguments as the standards take them. */

/** Options: an object, or nothing. */
export function dictionary(options: unknown): Readonly<Record<string, unknown>> {
  if (options === undefined || options === null) return {};
  if (typeof options === "object" || typeof options === "function")
    return options as Record<string, unknown>;
  throw new TypeError("options must be an object");
}

/** A text: whatever has one, which a symbol has not. */
export function toText(value: unknown): string {
  return "".concat(value as string);
}
