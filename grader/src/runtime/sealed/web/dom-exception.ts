/** `DOMException`: an error of the language that has the names and the codes of the standard. */
import { named } from "./named.ts";
import { toText } from "./values.ts";

/** The class, as far as our own code uses it. */
export type ExceptionClass = new (message?: unknown, options?: unknown) => Error;

/** Makes the class in a realm that is locked down. */
export function createDOMException(): ExceptionClass {
  class KataDOMException {
    constructor(message: unknown = "", options: unknown = "Error") {
      const { name, more } = readOptions(options);
      const error: object = Reflect.construct(Error, ["", more], new.target);
      const facts = { name, message: toText(message), code: codes.get(name) ?? 0 };
      // Node has accessors for these; as data they can be read without running any code.
      for (const [key, value] of Object.entries(facts)) {
        Object.defineProperty(error, key, {
          value,
          writable: false,
          enumerable: false,
          configurable: true,
        });
      }
      return error;
    }
  }
  Object.setPrototypeOf(KataDOMException.prototype, Error.prototype);
  for (const [name, value] of constants) {
    const constant = { value, enumerable: true };
    Object.defineProperty(KataDOMException, name, constant);
    Object.defineProperty(KataDOMException.prototype, name, constant);
  }
  return named("DOMException", KataDOMException) as unknown as ExceptionClass;
}

function readOptions(options: unknown): {
  readonly name: string;
  readonly more: { readonly cause?: unknown };
} {
  if (typeof options !== "object" || options === null) return { name: toText(options), more: {} };
  const { name = "Error" } = options as { readonly name?: unknown };
  const more = "cause" in options ? { cause: options.cause } : {};
  return { name: toText(name), more };
}

/** The codes from 1 on, as constants are called; a name in parentheses is no longer that of an error. */
const table =
  "INDEX_SIZE (DOMSTRING_SIZE) HIERARCHY_REQUEST WRONG_DOCUMENT INVALID_CHARACTER (NO_DATA_ALLOWED) " +
  "NO_MODIFICATION_ALLOWED NOT_FOUND NOT_SUPPORTED INUSE_ATTRIBUTE INVALID_STATE SYNTAX INVALID_MODIFICATION " +
  "NAMESPACE INVALID_ACCESS (VALIDATION) TYPE_MISMATCH SECURITY NETWORK ABORT URL_MISMATCH QUOTA_EXCEEDED TIMEOUT " +
  "INVALID_NODE_TYPE DATA_CLONE";

/** By the name of the constant. */
const constants: ReadonlyMap<string, number> = new Map(
  table.split(" ").map((word, i) => [`${word.replaceAll(/[()]/g, "")}_ERR`, i + 1]),
);

/** By the name of the error. */
const codes: ReadonlyMap<string, number> = new Map(
  table.split(" ").flatMap((word, i) => (word.startsWith("(") ? [] : [[errorName(word), i + 1]])),
);

/** `AbortError` for `ABORT`. */
function errorName(word: string): string {
  if (word === "INUSE_ATTRIBUTE") return "InUseAttributeError";
  if (word === "URL_MISMATCH") return "URLMismatchError";
  const parts = word.split("_").map((part) => part.charAt(0) + part.slice(1).toLowerCase());
  return `${parts.join("")}Error`;
}
