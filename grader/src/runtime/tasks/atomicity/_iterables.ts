/** Tells when a `for await` asks for more. */
import { isObject } from "./_values.ts";

/**
 * An iterable that says so each time that a `for await` asks it for something, after it has been asked. It has what the
 * other one has, and asks for it when it is asked itself.
 */
export function observedIterable(iterable: unknown, onAsked: () => void): unknown {
  if (iterable === undefined || iterable === null) return iterable;
  const methodOf = (name: symbol): unknown => {
    const method: unknown = Reflect.get(Object(iterable) as object, name, iterable);
    if (typeof method !== "function") return method;
    return (): unknown => observedIterator(Reflect.apply(method, iterable, []), onAsked);
  };
  return {
    get [Symbol.asyncIterator]() {
      return methodOf(Symbol.asyncIterator);
    },
    get [Symbol.iterator]() {
      return methodOf(Symbol.iterator);
    },
  };
}

function observedIterator(iterator: unknown, onAsked: () => void): unknown {
  if (!isObject(iterator)) return iterator;
  const observed = (method: unknown): unknown => {
    if (typeof method !== "function") return method;
    return (...values: readonly unknown[]): unknown => {
      const answer: unknown = Reflect.apply(method, iterator, values);
      onAsked();
      return answer;
    };
  };
  return {
    next: observed(Reflect.get(iterator, "next")),
    get return() {
      return observed(Reflect.get(iterator, "return"));
    },
    get throw() {
      return observed(Reflect.get(iterator, "throw"));
    },
  };
}
