/** `DataView`: over a shared buffer each get and set is one step, wherever it stands and in whatever byte order. */
import type { Machine } from "../machine.ts";
import type { Buffers, Place } from "./buffer.ts";
import { toIndex } from "./conversions.ts";
import { type Element, elements, toElement } from "./elements.ts";
import { type Method, constructLike, imitate, mirror, snapshotOf } from "./mirror.ts";
import { type Refuse, memberName } from "./refusal.ts";

/** What a `DataView` of shared memory is. */
export interface DataViewPlace {
  readonly address: number;
  /** In bytes. */
  readonly length: number;
  readonly byteOffset: number;
  readonly buffer: object;
}

/** The `DataView` of one worker. */
export interface DataViews {
  readonly constructor: object;
  /** A view of a shared buffer; without the checks of the constructor. */
  at(buffer: object, byteOffset: number, length: number): object;
  /** The place of a view of shared memory; undefined for any other value. */
  placeOf(value: unknown): DataViewPlace | undefined;
}

/** What `DataView` is made from. */
export interface DataViewParts {
  readonly cells: Pick<Machine, "read" | "write">;
  readonly buffers: Buffers;
  readonly refuse: Refuse;
}

const Native = DataView;
const natives = snapshotOf(Native.prototype);
const statics = snapshotOf(Native);
const OUT_OF_BOUNDS = "Offset is outside the bounds of the DataView";

/** Where a view's private place is kept. */
class Stamp {
  readonly #place: DataViewPlace;
  constructor(place: DataViewPlace) {
    this.#place = place;
  }
  static placeOf(value: unknown): DataViewPlace | undefined {
    return typeof value === "object" && value !== null && #place in value
      ? value.#place
      : undefined;
  }
}

/** What a method such as `setInt16` does. */
interface Accessor {
  readonly writes: boolean;
  readonly element: Element;
  /** The native method. */
  readonly native: Method;
  /** The type that shows all bits of as many bytes, and the native methods for it. */
  readonly raw: Element;
  readonly getRaw: Method;
  readonly setRaw: Method;
}

/** Makes the `DataView` of one worker. */
export function createDataViews({ cells, buffers, refuse }: DataViewParts): DataViews {
  const { placeOf } = Stamp;
  const make = (place: DataViewPlace, newTarget: object): object =>
    constructLike(Stamp, [place], newTarget, constructor.prototype);

  const constructor = function (...args: unknown[]): object {
    if (new.target === undefined) throw new TypeError("Constructor DataView requires 'new'");
    const newTarget = new.target as unknown as Method;
    const [buffer, from, count] = args;
    const place = buffers.placeOf(buffer);
    if (place === undefined) {
      const made = Reflect.construct(Native, args as never, newTarget) as object;
      if (Reflect.getPrototypeOf(made) === Native.prototype) {
        Reflect.setPrototypeOf(made, constructor.prototype);
      }
      return made;
    }
    return make(placeView(buffer as object, place, from, count), newTarget);
  } as unknown as { readonly prototype: object };

  /** Eight bytes of our own, where bits change their type and their order. */
  const scratch = new Native(new ArrayBuffer(8));

  /** Bytes in the machine's order at an aligned address are an element; others travel as raw bits. */
  function access(place: DataViewPlace, accessor: Accessor, args: readonly unknown[]): unknown {
    const { writes, element, native, raw, getRaw, setRaw } = accessor;
    const { bytes, big, type } = element;
    const index = toIndex(args[0], OUT_OF_BOUNDS);
    const value = writes ? toElement(big, args[1]) : undefined;
    const littleEndian = Boolean(args[writes ? 2 : 1]);
    if (index + bytes > place.length) throw new RangeError(OUT_OF_BOUNDS);
    const address = place.address + index;
    const plain = bytes === 1 || (littleEndian && address % bytes === 0);
    if (value === undefined) {
      if (plain) return cells.read(type, address);
      Reflect.apply(setRaw, scratch, [0, cells.read(raw.type, address), true]);
      return Reflect.apply(native, scratch, [0, littleEndian]);
    }
    if (plain) {
      cells.write(type, address, value);
    } else {
      Reflect.apply(native, scratch, [0, value, littleEndian]);
      const bits = Reflect.apply(getRaw, scratch, [0, true]) as number | bigint;
      cells.write(raw.type, address, bits);
    }
    return undefined;
  }

  const fields = new Map<PropertyKey, (place: DataViewPlace) => unknown>([
    ["buffer", (place) => place.buffer],
    ["byteLength", (place) => place.length],
    ["byteOffset", (place) => place.byteOffset],
  ]);

  imitate(constructor, Native);
  mirror(statics, constructor, ({ call }) => call);
  Reflect.defineProperty(constructor, "prototype", { writable: false });
  mirror(natives, constructor.prototype, ({ key, role, call: native }) => {
    const field = role === "getter" ? fields.get(key) : undefined;
    const accessor = role === "method" ? accessorOf(key) : undefined;
    return {
      member(this: unknown, ...args: unknown[]): unknown {
        const place = placeOf(this);
        if (place === undefined) return Reflect.apply(native, this, args);
        if (field !== undefined) return field(place);
        if (accessor === undefined) {
          return refuse(`${memberName("DataView.prototype", key)} on shared memory`);
        }
        return access(place, accessor, args);
      },
    }.member;
  });

  return {
    constructor,
    at(buffer, byteOffset, length) {
      const { offset } = buffers.placeOf(buffer) as Place;
      return make({ address: offset + byteOffset, length, byteOffset, buffer }, constructor);
    },
    placeOf,
  };
}

/** The raw type of each size. */
const rawTypes = new Map<number, string>([
  [1, "Uint8"],
  [2, "Uint16"],
  [4, "Uint32"],
  [8, "BigUint64"],
]);

/** What a method's name says; undefined for a method that is no accessor of an element type. */
function accessorOf(key: PropertyKey): Accessor | undefined {
  const parts =
    typeof key === "string" ? /^(?<verb>[gs]et)(?<name>\w+)$/.exec(key)?.groups : undefined;
  const element = elements.find(({ name }) => name === `${parts?.["name"]}Array`);
  if (element === undefined) return undefined;
  const rawName = rawTypes.get(element.bytes);
  const raw = elements.find(({ name }) => name === `${rawName}Array`) as Element;
  return {
    writes: parts?.["verb"] === "set",
    element,
    native: nativeMethod(key),
    raw,
    getRaw: nativeMethod(`get${rawName}`),
    setRaw: nativeMethod(`set${rawName}`),
  };
}

function nativeMethod(key: PropertyKey): Method {
  return natives.get(key)?.value as Method;
}

/** The checks of the constructor over a buffer, in the order of ECMA-262 §25.3.2.1. */
function placeView(buffer: object, place: Place, from: unknown, count: unknown): DataViewPlace {
  const byteOffset = toIndex(from, "Start offset is outside the bounds of the buffer");
  if (byteOffset > place.length) {
    throw new RangeError(`Start offset ${byteOffset} is outside the bounds of the buffer`);
  }
  const length =
    count === undefined ? place.length - byteOffset : toIndex(count, "Invalid DataView length");
  if (byteOffset + length > place.length) {
    throw new RangeError(`Invalid DataView length ${length}`);
  }
  return { address: place.offset + byteOffset, length, byteOffset, buffer };
}
