/** `structuredClone` that throws errors of the language alone. */
import { types } from "node:util";
import type { ExceptionClass } from "./dom-exception.ts";
import { dictionary } from "./values.ts";

/** Makes the function; what cannot be cloned becomes a `DataCloneError` of the given class. */
export function createClone(
  DOMException: ExceptionClass,
): (value: unknown, options?: unknown) => unknown {
  const native = structuredClone;
  const nativeExceptions = globalThis.DOMException.prototype;
  const own = {
    structuredClone(...given: readonly unknown[]): unknown {
      const [value, options] = given;
      if (given.length === 0) throw new TypeError("structuredClone needs a value");
      const { transfer = [] } = dictionary(options);
      const list = [...(transfer as Iterable<ArrayBuffer>)];
      try {
        return native(value, { transfer: list });
      } catch (error) {
        // Anything else was thrown by a getter of the value.
        if (!isException(error, nativeExceptions)) throw error;
        throw new DOMException(error.message, error.name);
      }
    },
  };
  return own.structuredClone;
}

function isException(error: unknown, prototype: object): error is Error {
  return (
    typeof error === "object" &&
    error !== null &&
    !types.isProxy(error) &&
    Reflect.getPrototypeOf(error) === prototype
  );
}
