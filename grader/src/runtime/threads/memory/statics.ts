/** `from` and `of` of the typed arrays: as native, but what the constructor returns may be a view. */
import { functionOf, lengthOf, toObject } from "./conversions.ts";
import type { Method } from "./mirror.ts";
import { createSink } from "./sink.ts";
import type { Views } from "./view.ts";

/** Makes the two static functions. */
export function createStatics(views: Views): ReadonlyMap<PropertyKey, Method> {
  const collect = (
    constructor: unknown,
    items: ArrayLike<unknown>,
    map: (value: unknown, index: number) => unknown,
  ): object => {
    const length = lengthOf(items);
    const sink = createSink(views, constructor, [length], length);
    for (let i = 0; i < length; i++) sink.put(i, map(items[i], i));
    return sink.array;
  };

  function from(this: unknown, source: unknown, mapper?: unknown, receiver?: unknown): object {
    functionOf(this);
    const call = mapper === undefined ? undefined : functionOf(mapper);
    return collect(this, itemsOf(source), (value, index) =>
      call === undefined ? value : Reflect.apply(call, receiver, [value, index]),
    );
  }

  function of(this: unknown, ...items: unknown[]): object {
    functionOf(this);
    return collect(this, items, (value) => value);
  }

  return new Map<PropertyKey, Method>([
    ["from", from],
    ["of", of],
  ]);
}

/** The items of an iterable, or of an object that has a length. */
function itemsOf(source: unknown): ArrayLike<unknown> {
  const items = toObject(source) as ArrayLike<unknown> & { readonly [Symbol.iterator]?: unknown };
  const iterator = items[Symbol.iterator] ?? undefined;
  if (iterator === undefined) return items;
  const start = functionOf(iterator);
  return [...{ [Symbol.iterator]: () => Reflect.apply(start, source, []) as Iterator<unknown> }];
}
