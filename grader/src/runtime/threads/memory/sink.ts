/** New arrays that a member fills, made by whatever constructor the submission says (ECMA-262 §23.2.4). */
import { nativeElementOf } from "./elements.ts";
import type { NativeArray } from "./elements.ts";
import type { Method } from "./mirror.ts";
import type { View, Views } from "./view.ts";

/** A new array: a real one, or a view if the constructor chose to return one. */
export interface Sink {
  readonly array: object;
  /** Whether its values are BigInts. */
  readonly big: boolean;
  put(index: number, value: unknown): void;
}

/** Constructs a typed array and checks that it is one, of at least the length `count` where that is asked for. */
export function createSink(
  views: Views,
  constructor: unknown,
  args: readonly unknown[],
  count?: number,
): Sink {
  if (typeof constructor !== "function")
    throw new TypeError(`${typeof constructor} is not a constructor`);
  const array = new (constructor as unknown as new (...args: unknown[]) => object)(...args);
  const view = views.of(array);
  const { big } = view ?? nativeElementOf(array) ?? notTyped();
  const { length } = view ?? (array as NativeArray);
  if (count !== undefined && length < count) {
    throw new TypeError("the constructor returned an array that is too short");
  }
  return {
    array,
    big,
    put(index, value) {
      if (view === undefined) (array as NativeArray)[index] = value as number;
      else view.write(index, value);
    },
  };
}

/** Constructs what `slice`, `map` and so on return for a view: `fallback` unless the view's class says otherwise. */
export function createLike(
  views: Views,
  view: View,
  fallback: object,
  args: readonly unknown[],
  count?: number,
): Sink {
  const sink = createSink(views, speciesOf(view.proxy) ?? fallback, args, count);
  if (sink.big !== view.big) throw mixedTypes();
  return sink;
}

/** Why numbers and BigInts do not mix. */
export function mixedTypes(): TypeError {
  return new TypeError("Cannot mix BigInt and other types, use explicit conversions");
}

/** `SpeciesConstructor`; undefined stands for the default. */
function speciesOf(array: object): Method | undefined {
  const { constructor } = array as { readonly constructor: unknown };
  if (constructor === undefined) return undefined;
  if (
    (typeof constructor !== "object" || constructor === null) &&
    typeof constructor !== "function"
  ) {
    throw new TypeError("The .constructor property is not an object");
  }
  const species = (constructor as { readonly [Symbol.species]?: unknown })[Symbol.species];
  return (species ?? undefined) as Method | undefined;
}

function notTyped(): never {
  throw new TypeError("this is not a typed array.");
}
