/**
 * The members of `%TypedArray%.prototype` on a view of shared memory, each read and write of an element in the
 * order of ECMA-262 §23.2.3. A member that is not here is refused.
 */
import {
  functionOf,
  lengthOf,
  relativeIndex,
  toIntegerOrInfinity,
  toObject,
  toText,
} from "./conversions.ts";
import { elementOf, nativeArray, nativeElementOf, toElement } from "./elements.ts";
import type { NativeArray } from "./elements.ts";
import type { Method } from "./mirror.ts";
import { type Sink, createLike, mixedTypes } from "./sink.ts";
import type { View, Views } from "./view.ts";

/** A member on a view: `self` is what the submission holds, `args` what it passed. */
export type ViewMember = (view: View, self: object, args: readonly unknown[]) => unknown;

/** What the members need to make new arrays and to know the ones that they are given. */
export interface Arrays {
  readonly views: Views;
  /** The constructor of a type. */
  constructorOf(type: number): object;
  /** A real array of a type, over memory of its own, as the submission would have made it. */
  local(type: number, content: unknown): NativeArray;
}

const { apply } = Reflect;
const arrayMembers = Array.prototype as unknown as Readonly<Record<PropertyKey, Method>>;
const values = arrayMembers["values"] as Method;
const keys = arrayMembers["keys"] as Method;
const entries = arrayMembers["entries"] as Method;
const nativeMembers = Object.getPrototypeOf(Int8Array.prototype) as Readonly<
  Record<string, Method>
>;
const nativeSort = nativeMembers["sort"] as Method;
const nativeToLocaleString = nativeMembers["toLocaleString"] as Method;
const uint8Members = Uint8Array.prototype as unknown as Readonly<
  Record<string, Method | undefined>
>;
const nativeToBase64 = uint8Members["toBase64"];
const nativeToHex = uint8Members["toHex"];

/** Makes the members of every type; `Uint8Array.prototype` has two more. */
export function createMembers(arrays: Arrays): ReadonlyMap<PropertyKey, ViewMember> {
  const { views, local } = arrays;

  /** What `slice`, `map` and so on return: an array of the view's class, of at least `count` elements. */
  const like = (view: View, args: readonly unknown[], count?: number): Sink =>
    createLike(views, view, arrays.constructorOf(view.type), args, count);

  /** The first element, from the start or from the end, that the callback accepts. */
  const search = (
    view: View,
    self: object,
    args: readonly unknown[],
    fromEnd: boolean,
  ): { readonly index: number; readonly value: unknown } => {
    const accepts = callback(args, self);
    for (let i = 0; i < view.length; i++) {
      const index = fromEnd ? view.length - 1 - i : i;
      const value = view.read(index);
      if (accepts(value, index)) return { index, value };
    }
    return { index: -1, value: undefined };
  };

  const reduce = (
    view: View,
    self: object,
    args: readonly unknown[],
    fromEnd: boolean,
  ): unknown => {
    const combine = functionOf(args[0]);
    let done = 0;
    const next = (): number => (fromEnd ? view.length - 1 - done++ : done++);
    let result: unknown;
    if (args.length > 1) result = args[1];
    else if (view.length === 0) throw new TypeError("Reduce of empty array with no initial value");
    else result = view.read(next());
    while (done < view.length) {
      const index = next();
      result = apply(combine, undefined, [result, view.read(index), index, self]);
    }
    return result;
  };

  const members: Readonly<Record<PropertyKey, ViewMember>> = {
    __proto__: null as never,
    [Symbol.toStringTag]: (view) => elementOf(view.type).name,
    at(view, _self, [at]) {
      const relative = toIntegerOrInfinity(at);
      const index = relative < 0 ? view.length + relative : relative;
      return index < 0 || index >= view.length ? undefined : view.read(index);
    },
    buffer: (view) => view.buffer,
    byteLength: (view) => view.length * view.bytes,
    byteOffset: (view) => view.byteOffset,
    copyWithin(view, self, [target, start, end]) {
      const to = relativeIndex(target, view.length, 0);
      const from = relativeIndex(start, view.length, 0);
      const last = relativeIndex(end, view.length, view.length);
      const count = Math.min(last - from, view.length - to);
      const backwards = from < to && to < from + count;
      for (let i = 0; i < count; i++) {
        const step = backwards ? count - 1 - i : i;
        view.write(to + step, view.read(from + step));
      }
      return self;
    },
    entries: (view) => apply(entries, twinOf(view), []),
    every: (view, self, args) => {
      const holds = callback(args, self);
      for (let i = 0; i < view.length; i++) if (!holds(view.read(i), i)) return false;
      return true;
    },
    fill(view, self, [value, start, end]) {
      const converted = toElement(view.big, value);
      const from = relativeIndex(start, view.length, 0);
      const to = relativeIndex(end, view.length, view.length);
      for (let i = from; i < to; i++) view.write(i, converted);
      return self;
    },
    filter(view, self, args) {
      const keeps = callback(args, self);
      const kept: unknown[] = [];
      for (let i = 0; i < view.length; i++) {
        const value = view.read(i);
        if (keeps(value, i)) kept.push(value);
      }
      const sink = like(view, [kept.length], kept.length);
      for (const [i, value] of kept.entries()) sink.put(i, value);
      return sink.array;
    },
    find: (view, self, args) => search(view, self, args, false).value,
    findIndex: (view, self, args) => search(view, self, args, false).index,
    findLast: (view, self, args) => search(view, self, args, true).value,
    findLastIndex: (view, self, args) => search(view, self, args, true).index,
    forEach(view, self, args) {
      const call = callback(args, self);
      for (let i = 0; i < view.length; i++) call(view.read(i), i);
    },
    includes(view, _self, [wanted, start]) {
      if (view.length === 0) return false;
      for (let i = relativeIndex(start, view.length, 0); i < view.length; i++) {
        const value = view.read(i);
        if (value === wanted || (value !== value && wanted !== wanted)) return true;
      }
      return false;
    },
    indexOf(view, _self, [wanted, start]) {
      if (view.length === 0) return -1;
      for (let i = relativeIndex(start, view.length, 0); i < view.length; i++) {
        if (view.read(i) === wanted) return i;
      }
      return -1;
    },
    join(view, _self, [separator]) {
      const between = separator === undefined ? "," : toText(separator);
      let text = "";
      for (let i = 0; i < view.length; i++) text += (i === 0 ? "" : between) + String(view.read(i));
      return text;
    },
    keys: (view) => apply(keys, twinOf(view), []),
    lastIndexOf(view, _self, args) {
      if (view.length === 0) return -1;
      const start = args.length > 1 ? toIntegerOrInfinity(args[1]) : view.length - 1;
      const from = start < 0 ? view.length + start : Math.min(start, view.length - 1);
      for (let i = from; i >= 0; i--) if (view.read(i) === args[0]) return i;
      return -1;
    },
    length: (view) => view.length,
    map(view, self, args) {
      const call = callback(args, self);
      const sink = like(view, [view.length], view.length);
      for (let i = 0; i < view.length; i++) sink.put(i, call(view.read(i), i));
      return sink.array;
    },
    reduce: (view, self, args) => reduce(view, self, args, false),
    reduceRight: (view, self, args) => reduce(view, self, args, true),
    reverse(view, self) {
      for (let low = 0, high = view.length - 1; low < high; low++, high--) {
        const [first, last] = [view.read(low), view.read(high)];
        view.write(low, last);
        view.write(high, first);
      }
      return self;
    },
    set(view, _self, [source, offset]) {
      const start = toIntegerOrInfinity(offset);
      if (start < 0) throw new RangeError("offset is out of bounds");
      const from = views.of(source);
      const element = from ?? nativeElementOf(source);
      const items = (from ?? toObject(source)) as NativeArray;
      const length = element === undefined ? lengthOf(items) : items.length;
      if (start + length > view.length) throw new RangeError("offset is out of bounds");
      if (element !== undefined && element.big !== view.big) throw mixedTypes();
      // Views of one buffer may overlap, so all is read before anything is written.
      const copied = from === undefined ? items : elementsOf(from);
      for (let i = 0; i < length; i++) view.write(start + i, copied[i]);
    },
    slice(view, _self, [start, end]) {
      const from = relativeIndex(start, view.length, 0);
      const to = relativeIndex(end, view.length, view.length);
      const count = Math.max(0, to - from);
      const sink = like(view, [count], count);
      for (let i = from; i < to; i++) sink.put(i - from, view.read(i));
      return sink.array;
    },
    some(view, self, args) {
      const holds = callback(args, self);
      for (let i = 0; i < view.length; i++) if (holds(view.read(i), i)) return true;
      return false;
    },
    sort(view, self, [compare]) {
      const sorted = sortedCopy(view, compare);
      for (let i = 0; i < view.length; i++) view.write(i, sorted[i]);
      return self;
    },
    subarray(view, _self, [start, end]) {
      const from = relativeIndex(start, view.length, 0);
      const to = relativeIndex(end, view.length, view.length);
      const byteOffset = view.byteOffset + from * view.bytes;
      return like(view, [view.buffer, byteOffset, Math.max(0, to - from)]).array;
    },
    toLocaleString: (view: View, _self: object, args: readonly unknown[]) =>
      apply(nativeToLocaleString, elementsOf(view), args),
    toReversed(view) {
      const result = local(view.type, view.length);
      for (let i = 0; i < view.length; i++) result[i] = view.read(view.length - 1 - i);
      return result;
    },
    toSorted: (view, _self, [compare]) => local(view.type, sortedCopy(view, compare)),
    values: (view) => apply(values, twinOf(view), []),
    with(view, _self, [at, value]) {
      const relative = toIntegerOrInfinity(at);
      const index = relative < 0 ? view.length + relative : relative;
      const converted = toElement(view.big, value);
      if (index < 0 || index >= view.length) throw new RangeError("Invalid typed array index");
      const result = local(view.type, view.length);
      for (let i = 0; i < view.length; i++) result[i] = i === index ? converted : view.read(i);
      return result;
    },
  };

  function sortedCopy(view: View, compare: unknown): NativeArray {
    if (compare !== undefined) functionOf(compare);
    return apply(nativeSort, elementsOf(view), [compare]) as NativeArray;
  }

  const all = new Map(Reflect.ownKeys(members).map((key) => [key, members[key] as ViewMember]));
  for (const [key, native] of [
    ["toBase64", nativeToBase64],
    ["toHex", nativeToHex],
  ] as const) {
    if (native !== undefined)
      all.set(key, (view, _self, args) => apply(native, elementsOf(view), args));
  }
  return all;
}

/** The elements of a view as a real array of its type: all read now. */
export function elementsOf(view: View): NativeArray {
  const copy = nativeArray(view.type, view.length);
  for (let i = 0; i < view.length; i++) copy[i] = view.read(i);
  return copy;
}

/**
 * A second Proxy of a view, for the realm's array iterators: it shows elements and length whatever the submission
 * did to its own. Only an iterator holds it.
 */
function twinOf(view: View): object {
  return new Proxy({ __proto__: null, length: view.length }, view);
}

/** The callback of `find`, `map` and so on, with its receiver: called with an element and its index. */
function callback(
  [called, receiver]: readonly unknown[],
  self: object,
): (value: unknown, index: number) => unknown {
  const call = functionOf(called);
  return (value, index) => apply(call, receiver, [value, index, self]);
}
