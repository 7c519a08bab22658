/**
 * The typed array constructors of the submission. Over a shared buffer they make views; over anything else they
 * make the realm's own arrays, which differ from the native ones only in the constructors that they name.
 */
import type { Buffers, Place } from "./buffer.ts";
import { toIndex } from "./conversions.ts";
import {
  type Element,
  type NativeArray,
  elementOf,
  elements,
  nativeArray,
  nativeElementOf,
} from "./elements.ts";
import { createMembers, elementsOf } from "./members.ts";
import {
  type Method,
  type NativeMember,
  type Snapshot,
  imitate,
  mirror,
  snapshotOf,
} from "./mirror.ts";
import { type Refuse, memberName } from "./refusal.ts";
import { createStatics } from "./statics.ts";
import type { View, ViewPlace, Views } from "./view.ts";

/** The typed arrays of one worker. */
export interface TypedArrays {
  /** The constructors that this Node has, by name. */
  readonly constructors: Readonly<Record<string, object>>;
  /** A view of a shared buffer, as the type's constructor makes it; without its checks. */
  viewAt(type: number, buffer: object, byteOffset: number, length: number): object;
  /** A result of a native function, with the submission's class if it is a typed array. */
  adopt(result: unknown): unknown;
}

/** What the typed arrays are made from. */
export interface Parts {
  readonly buffers: Buffers;
  readonly views: Views;
  readonly refuse: Refuse;
  /** Whether a value is one of our buffers or views. */
  readonly isShared: (value: unknown) => boolean;
}

type Constructor = { readonly prototype: object } & Method;

const { apply, construct, defineProperty, getPrototypeOf, setPrototypeOf } = Reflect;
const nativeAbstract = getPrototypeOf(Int8Array) as Constructor;
const abstractStatics = snapshotOf(nativeAbstract);
const abstractMembers = snapshotOf(nativeAbstract.prototype);
const arrayToString = Reflect.get(Array.prototype, "toString") as Method;

/** The native constructors, with what they own beside what all types share. */
interface Native {
  readonly element: Element;
  readonly constructor: Constructor;
  readonly ownStatics: Snapshot;
  readonly ownMembers: Snapshot;
}

const natives: readonly Native[] = elements.flatMap((element) => {
  const constructor = element.native as unknown as Constructor | undefined;
  if (constructor === undefined) return [];
  const ownStatics = snapshotOf(constructor);
  const ownMembers = snapshotOf(constructor.prototype);
  return [{ element, constructor, ownStatics, ownMembers }];
});

/** Makes the typed arrays of one worker. */
export function createTypedArrays({ buffers, views, refuse, isShared }: Parts): TypedArrays {
  const made = new Map<number, Constructor>();
  const ownPrototypes = new Map<unknown, object>();
  const constructorOf = (type: number): Constructor => made.get(type) as Constructor;

  const adopt = (result: unknown): unknown => {
    if (typeof result !== "object" || result === null) return result;
    const prototype = ownPrototypes.get(getPrototypeOf(result));
    if (prototype !== undefined) setPrototypeOf(result, prototype);
    return result;
  };
  const local = (type: number, content: unknown): NativeArray =>
    adopt(nativeArray(type, content)) as NativeArray;
  const statics = createStatics(views);
  const members = createMembers({ views, constructorOf, local });

  const callNative = (native: Method, self: unknown, args: readonly unknown[]): unknown =>
    adopt(apply(native, self, args));

  /** A member of a prototype: ours on a view, the native one on a real array. */
  const memberFor =
    (owner: string) =>
    ({ key, call: native }: NativeMember): Method => {
      // `toString` is the very function of Array.prototype, which asks the array to join itself.
      if (native === arrayToString) return native;
      const ours = members.get(key);
      return {
        member(this: unknown, ...args: unknown[]): unknown {
          const view = views.of(this);
          if (view !== undefined) {
            if (ours === undefined) return refuse(`${memberName(owner, key)} on shared memory`);
            return ours(view, this as object, args);
          }
          const source = key === "set" ? views.of(args[0]) : undefined;
          if (source !== undefined) args[0] = contentOf(source, nativeElementOf(this));
          return callNative(native, this, args);
        },
      }.member;
    };

  /** A static function that is not known is harmless as long as nothing shared is involved. */
  const staticFor =
    (owner: string) =>
    ({ key, call: native }: NativeMember): Method => {
      if (key === Symbol.species) return native;
      const ours = statics.get(key);
      return {
        member(this: unknown, ...args: unknown[]): unknown {
          if (ours !== undefined) return apply(ours, this, args);
          if (args.some(isShared)) refuse(`${memberName(owner, key)} with shared memory`);
          return callNative(native, this, args);
        },
      }.member;
    };

  const TypedArray = function (): never {
    throw new TypeError("Abstract class TypedArray not directly constructable");
  } as unknown as Constructor;
  imitate(TypedArray, nativeAbstract);
  mirror(abstractStatics, TypedArray, staticFor("TypedArray"));
  mirror(abstractMembers, TypedArray.prototype, memberFor("TypedArray.prototype"));
  defineProperty(TypedArray, "prototype", { writable: false });

  const view = (place: ViewPlace, newTarget: object): object =>
    views.make(place, newTarget, constructorOf(place.type).prototype);

  for (const { element, constructor: native, ownStatics, ownMembers } of natives) {
    const { type, name } = element;
    const constructor = function (...args: unknown[]): object {
      const newTarget: unknown = new.target;
      if (newTarget === undefined) throw new TypeError(`Constructor ${name} requires 'new'`);
      const [first] = args;
      const place = buffers.placeOf(first);
      if (place !== undefined) {
        return view(placeView(element, first as object, place, args), newTarget as object);
      }
      const source = views.of(first);
      if (source !== undefined) args[0] = contentOf(source, element);
      return adopt(construct(native, args, newTarget as Method)) as object;
    } as unknown as Constructor;
    imitate(constructor, native);
    setPrototypeOf(constructor, TypedArray);
    setPrototypeOf(constructor.prototype, TypedArray.prototype);
    mirror(ownStatics, constructor, staticFor(name));
    mirror(ownMembers, constructor.prototype, memberFor(`${name}.prototype`));
    defineProperty(constructor, "prototype", { writable: false });
    made.set(type, constructor);
    ownPrototypes.set(native.prototype, constructor.prototype);
  }

  return {
    constructors: Object.fromEntries([...made].map(([type, c]) => [elementOf(type).name, c])),
    adopt,
    viewAt(type, buffer, byteOffset, length) {
      const { offset } = buffers.placeOf(buffer) as Place;
      const place = { type, address: offset + byteOffset, length, byteOffset, buffer };
      return view(place, constructorOf(type));
    },
  };
}

/** What a native function gets in the place of a view; nothing is read when the types do not mix. */
function contentOf(source: View, receiver: Element | undefined): NativeArray {
  return source.big === receiver?.big
    ? elementsOf(source)
    : nativeArray(source.type, source.length);
}

/** The checks of a constructor over a buffer, in the order of ECMA-262 §23.2.5.1.3. */
function placeView(
  { type, name, bytes }: Element,
  buffer: object,
  place: Place,
  [, from, count]: readonly unknown[],
): ViewPlace {
  const byteOffset = toIndex(from, "Start offset is too large");
  if (byteOffset % bytes !== 0) {
    throw new RangeError(`start offset of ${name} should be a multiple of ${bytes}`);
  }
  let length: number;
  if (count === undefined) {
    if (place.length % bytes !== 0) {
      throw new RangeError(`byte length of ${name} should be a multiple of ${bytes}`);
    }
    if (byteOffset > place.length) {
      throw new RangeError(`Start offset ${byteOffset} is outside the bounds of the buffer`);
    }
    length = (place.length - byteOffset) / bytes;
  } else {
    length = toIndex(count, "Invalid typed array length");
    if (byteOffset + length * bytes > place.length) {
      throw new RangeError(`Invalid typed array length: ${length}`);
    }
  }
  return { type, address: place.offset + byteOffset, length, byteOffset, buffer };
}
