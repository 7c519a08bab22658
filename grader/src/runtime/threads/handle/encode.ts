/** Describes a value of the submission as `postMessage` would carry it. */
import { types } from "node:util";
import { elementOf, nativeElementOf } from "../memory/elements.ts";
import type { SharedMemory } from "../shared-memory.ts";
import type { HandleTree, PlainValue } from "./tree.ts";

/** Why a value cannot travel; the message names the offending part. */
export class NotCloneable extends Error {
  override readonly name = "DataCloneError";

  constructor(path: string, why: string) {
    super(`${path.length <= 80 ? path : `${path.slice(0, 77)}...`} ${why}`);
  }
}

/** Most levels of a value inside another. */
const DEPTH_LIMIT = 32;
/** Most characters of a tree as JSON, counted roughly. */
const SIZE_LIMIT = 64 * 1024;
/** Bits of a BigInt whose text has about as many characters. */
const BIGINT_BITS = 3 * SIZE_LIMIT;
/** Characters that a part counts beside its text. */
const PART_SIZE = 24;

// Taken before lockdown, and called whatever the submission's objects say about themselves.
const { getTime } = Date.prototype;
const mapForEach = Map.prototype.forEach;
const setForEach = Set.prototype.forEach;
const isError = types.isNativeError;
const iteratorPrototype = Reflect.getPrototypeOf(
  Reflect.getPrototypeOf([].values()) as object,
) as object;
const regexp = Object.getOwnPropertyDescriptors(RegExp.prototype);
const dataView = Object.getOwnPropertyDescriptors(DataView.prototype);
const typedArray = Object.getOwnPropertyDescriptors(
  Object.getPrototypeOf(Int8Array.prototype) as Int8Array,
);

/**
 * Describes a value; throws {@link NotCloneable} for what `postMessage` refuses, and for what is larger than any
 * handle needs to be. Getters of the submission run, as there; class instances lose their class, as there.
 */
export function encodeHandle(memory: SharedMemory, value: unknown): HandleTree {
  return new Encoder(memory).encode(value, "handle", 0);
}

class Encoder {
  readonly #memory: SharedMemory;
  readonly #seen = new Map<object, number>();
  #size = 0;

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  encode(value: unknown, path: string, depth: number): HandleTree {
    this.#count(typeof value === "string" ? value.length : 0, path);
    switch (typeof value) {
      case "string":
      case "number":
      case "boolean":
      case "undefined":
        return { kind: "plain", value };
      case "bigint":
        return this.#bigint(value, path);
      case "symbol":
      case "function":
        throw new NotCloneable(path, `is a ${typeof value}, which postMessage cannot carry`);
      case "object":
        return value === null ? { kind: "plain", value } : this.#object(value, path, depth);
    }
  }

  #bigint(value: bigint, path: string): HandleTree {
    // Before it becomes text, which takes the square of its length.
    if (BigInt.asIntN(BIGINT_BITS, value) !== value) this.#count(SIZE_LIMIT, path);
    const text = String(value);
    this.#count(text.length, path);
    return { kind: "bigint", value: text };
  }

  #object(value: object, path: string, depth: number): HandleTree {
    const known = this.#seen.get(value);
    if (known !== undefined) return { kind: "ref", to: known };
    if (depth > DEPTH_LIMIT) {
      throw new NotCloneable(path, `is nested more than ${DEPTH_LIMIT} levels deep`);
    }
    this.#seen.set(value, this.#seen.size);
    return (
      this.#shared(value, path, depth) ??
      this.#leaf(value, path) ??
      this.#binary(value, path, depth) ??
      this.#collection(value, path, depth)
    );
  }

  /** Shared memory travels as its place. */
  #shared(value: object, path: string, depth: number): HandleTree | undefined {
    const place = this.#memory.placeOf(value);
    if (place !== undefined) return { kind: "buffer", offset: place.offset, length: place.length };
    const view = this.#memory.viewOf(value);
    if (view !== undefined) {
      const { type, byteOffset, length } = view;
      const buffer = this.encode(view.buffer, `${path}.buffer`, depth + 1);
      return { kind: "view", type, byteOffset, length, buffer };
    }
    const data = this.#memory.dataViewOf(value);
    if (data === undefined) return undefined;
    const buffer = this.encode(data.buffer, `${path}.buffer`, depth + 1);
    return { kind: "dataview", byteOffset: data.byteOffset, length: data.length, buffer };
  }

  /** Objects that hold no others, and objects that cannot travel. */
  #leaf(value: object, path: string): HandleTree | undefined {
    if (types.isProxy(value))
      throw new NotCloneable(path, "is a Proxy, which postMessage cannot carry");
    if (types.isDate(value)) return { kind: "date", value: Reflect.apply(getTime, value, []) };
    if (types.isRegExp(value)) {
      const read = (key: "source" | "flags"): string =>
        String(Reflect.apply(regexp[key].get as () => unknown, value, []));
      return { kind: "regexp", source: read("source"), flags: read("flags") };
    }
    if (isError(value)) {
      const name = String(Reflect.get(value, "name"));
      const message = Object.hasOwn(value, "message") ? String(Reflect.get(value, "message")) : "";
      this.#count(name.length + message.length, path);
      return { kind: "error", name, message };
    }
    if (types.isBoxedPrimitive(value) && !types.isSymbolObject(value)) {
      return { kind: "boxed", value: this.encode(unboxed(value), path, 0) };
    }
    const what = uncloneable(value);
    if (what !== undefined)
      throw new NotCloneable(path, `is ${what}, which postMessage cannot carry`);
    return undefined;
  }

  /** Ordinary memory travels as a copy. */
  #binary(value: object, path: string, depth: number): HandleTree | undefined {
    if (types.isArrayBuffer(value)) {
      const bytes = new Uint8Array(value);
      this.#count(bytes.length * 4, path);
      return { kind: "bytes", bytes: [...bytes] };
    }
    const element = nativeElementOf(value);
    if (element === undefined && !types.isDataView(value)) return undefined;
    const fields: Fields = element === undefined ? dataView : typedArray;
    const read = (key: keyof Fields): unknown =>
      Reflect.apply(fields[key].get as () => unknown, value, []);
    const buffer = this.encode(read("buffer"), `${path}.buffer`, depth + 1);
    const byteOffset = read("byteOffset") as number;
    const byteLength = read("byteLength") as number;
    if (element === undefined) return { kind: "dataview", byteOffset, length: byteLength, buffer };
    const length = byteLength / elementOf(element.type).bytes;
    return { kind: "view", type: element.type, byteOffset, length, buffer };
  }

  #collection(value: object, path: string, depth: number): HandleTree {
    if (types.isMap(value)) {
      const content: [unknown, unknown][] = [];
      Reflect.apply(mapForEach, value, [
        (item: unknown, key: unknown) => content.push([key, item]),
      ]);
      const entries = content.map(([key, item]): [HandleTree, HandleTree] => [
        this.encode(key, `a key of ${path}`, depth + 1),
        this.encode(item, `a value of ${path}`, depth + 1),
      ]);
      return { kind: "map", entries };
    }
    if (types.isSet(value)) {
      const content: unknown[] = [];
      Reflect.apply(setForEach, value, [(item: unknown) => content.push(item)]);
      return {
        kind: "set",
        items: content.map((item) => this.encode(item, `an item of ${path}`, depth + 1)),
      };
    }
    if (!Array.isArray(value)) {
      return { kind: "object", entries: this.#entries(value, Object.keys(value), path, depth) };
    }
    const array: readonly unknown[] = value;
    this.#count(array.length * PART_SIZE, path);
    const items = Array.from({ length: array.length }, (_, i): HandleTree =>
      Object.hasOwn(array, i)
        ? this.encode(array[i], `${path}[${i}]`, depth + 1)
        : { kind: "hole" },
    );
    const others = Object.keys(array).filter((key) => !isIndex(key));
    if (others.length === 0) return { kind: "array", items };
    return { kind: "array", items, entries: this.#entries(array, others, path, depth) };
  }

  /** Properties by the keys that were there at first; one that a getter takes away does not travel. */
  #entries(
    owner: object,
    keys: readonly string[],
    path: string,
    depth: number,
  ): [string, HandleTree][] {
    const entries: [string, HandleTree][] = [];
    for (const key of keys) {
      if (!Object.hasOwn(owner, key)) continue;
      this.#count(key.length, path);
      const item: unknown = Reflect.get(owner, key);
      entries.push([key, this.encode(item, `${path}.${key}`, depth + 1)]);
    }
    return entries;
  }

  #count(characters: number, path: string): void {
    this.#size += PART_SIZE + characters;
    if (this.#size > SIZE_LIMIT) {
      throw new NotCloneable(path, `makes the handle larger than ${SIZE_LIMIT / 1024} KiB`);
    }
  }
}

type Fields = Readonly<Record<"buffer" | "byteOffset" | "byteLength", PropertyDescriptor>>;

function unboxed(value: object): PlainValue | bigint {
  const box = [Number, String, Boolean, BigInt].find((type) => hasBox(type, value));
  return Reflect.apply(box?.prototype.valueOf as () => PlainValue | bigint, value, []);
}

function hasBox(type: { readonly prototype: object }, value: object): boolean {
  try {
    Reflect.apply((type.prototype as { valueOf(): unknown }).valueOf, value, []);
    return true;
  } catch {
    return false;
  }
}

/** What an object is that has more to it than its properties; undefined for all others. */
function uncloneable(value: object): string | undefined {
  if (types.isSharedArrayBuffer(value)) return "shared memory that is not the engine's";
  if (types.isPromise(value)) return "a Promise";
  if (types.isWeakMap(value)) return "a WeakMap";
  if (types.isWeakSet(value)) return "a WeakSet";
  if (types.isSymbolObject(value)) return "a Symbol";
  if (types.isArgumentsObject(value)) return "an arguments object";
  if (Object.prototype.isPrototypeOf.call(iteratorPrototype, value)) return "an iterator";
  return undefined;
}

function isIndex(key: string): boolean {
  return String(Number(key) >>> 0) === key;
}
