/** Keeps Node's own errors from a submission: their classes are no part of the language, and nothing freezes them. */
import { types } from "node:util";

/** Prototypes of errors that lockdown has frozen. */
const languageErrors: ReadonlySet<object | null> = new Set([
  Error.prototype,
  EvalError.prototype,
  RangeError.prototype,
  ReferenceError.prototype,
  SyntaxError.prototype,
  TypeError.prototype,
  URIError.prototype,
]);

/** Runs `call`; what it throws becomes an error of the language with the same name, code and message. */
export function withoutNativeErrors<R>(call: () => R): R {
  try {
    return call();
  } catch (error) {
    throw harmless(error);
  }
}

/** `error` itself where it is an error of the language, else one that says the same. */
export function harmless(error: unknown): unknown {
  if (typeof error !== "object" || error === null) return error;
  if (isOfTheLanguage(error)) return error;
  const read = (key: string): string => {
    try {
      const value: unknown = Reflect.get(error, key);
      return typeof value === "string" ? value : "";
    } catch {
      return "";
    }
  };
  return likeError({ name: read("name"), code: read("code"), message: read("message") });
}

/** What Node makes of these has a `toString` of its own. */
function isOfTheLanguage(error: object): boolean {
  return (
    types.isNativeError(error) &&
    languageErrors.has(Reflect.getPrototypeOf(error)) &&
    !Object.hasOwn(error, "toString")
  );
}

/** A new error of the language. */
export function likeError(said: {
  readonly name: string | undefined;
  readonly code: string;
  readonly message: string;
}): Error {
  const error = said.name === "TypeError" ? new TypeError(said.message) : new Error(said.message);
  for (const key of ["name", "code"] as const) {
    if (said[key] === undefined || said[key] === "" || said[key] === Reflect.get(error, key))
      continue;
    Object.defineProperty(error, key, {
      value: said[key],
      writable: true,
      enumerable: false,
      configurable: true,
    });
  }
  return error;
}
