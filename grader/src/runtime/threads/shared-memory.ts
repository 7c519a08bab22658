/**
 * The shared memory that a submission sees: `SharedArrayBuffer`, the typed arrays, `DataView` and `Atomics`,
 * whose every access of shared bytes is a step of the machine. Arrays over ordinary memory stay real arrays;
 * their accesses are nobody else's business.
 *
 * A member that the engine has no step for is refused by name: nothing reaches shared bytes unlogged.
 */
import type { Machine } from "./machine.ts";
import { BIG_INT_64, BIG_UINT_64, INT_32, Op, elementTypes } from "./operations.ts";

/** A shared buffer's place in the arena. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** What a view of shared memory is. */
export interface ViewPlace {
  readonly type: number;
  readonly address: number;
  readonly length: number;
  readonly byteOffset: number;
  readonly buffer: object;
}

/** The engine's shared memory, for one worker. */
export interface SharedMemory {
  /** The globals of the compartment, by name. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** The buffer object for a place in the arena; each call makes a new object, as a received message would. */
  bufferAt(place: Place): object;
  viewAt(type: number, buffer: object, byteOffset: number, length: number): object;
  placeOf(value: unknown): Place | undefined;
  viewOf(value: unknown): ViewPlace | undefined;
}

/** Says that the submission used something that has no place under the engine; does not return. */
export type Refuse = (what: string) => never;

type Method = (...args: unknown[]) => unknown;
type AnyConstructor = new (...args: never[]) => object;
type NativeArray = { readonly length: number; [index: number]: unknown };
type NativeArrayConstructor = new (...args: unknown[]) => NativeArray;

const { apply, construct, defineProperty, ownKeys } = Reflect;
const getDescriptor = Reflect.getOwnPropertyDescriptor;

/** Builds the shared memory of one worker on its machine. */
export function createSharedMemory(machine: Machine, refuse: Refuse): SharedMemory {
  const internal = Symbol("a place, not a length");
  let placeOf = (_value: unknown): Place | undefined => undefined;
  let targetOf = (_value: unknown): ViewPlace | undefined => undefined;
  let placeOfTarget = (_value: object): ViewPlace => {
    throw new TypeError("not a view");
  };

  class SharedBuffer {
    #offset: number;
    #length: number;
    static {
      placeOf = (value) =>
        typeof value === "object" && value !== null && #offset in value
          ? { offset: value.#offset, length: value.#length }
          : undefined;
    }
    constructor(length: unknown, options?: unknown) {
      if (length === internal) {
        const place = options as Place;
        this.#offset = place.offset;
        this.#length = place.length;
        return;
      }
      const bytes = toIndex(length, "Invalid array buffer length");
      if (options !== undefined && (options as { maxByteLength?: unknown }).maxByteLength !== undefined) {
        refuse("a growable SharedArrayBuffer");
      }
      this.#offset = machine.allocate(bytes);
      this.#length = bytes;
      if (this.#offset < 0) throw new RangeError("Array buffer allocation failed");
    }
    get byteLength(): number {
      return this.#length;
    }
    get growable(): boolean {
      return false;
    }
    get maxByteLength(): number {
      return this.#length;
    }
    grow(): never {
      return refuse("SharedArrayBuffer.prototype.grow");
    }
    slice(): never {
      return refuse("SharedArrayBuffer.prototype.slice");
    }
    static get [Symbol.species](): unknown {
      return SharedBuffer;
    }
  }
  name(SharedBuffer, "SharedArrayBuffer");
  tag(SharedBuffer.prototype, "SharedArrayBuffer");

  /** The object behind a view's Proxy; its prototype is the one of the student's (sub)class. */
  class ViewTarget {
    #place: ViewPlace;
    static {
      placeOfTarget = (value) => (value as ViewTarget).#place;
    }
    constructor(place: ViewPlace) {
      this.#place = place;
    }
  }

  class Identity {
    constructor(object: object) {
      // oxlint-disable-next-line no-constructor-return -- stamps a private field on the Proxy
      return object;
    }
  }
  /** Marks a Proxy as a view of ours, in a way that no trap sees and no other code can do. */
  class Stamp extends Identity {
    #place: ViewPlace;
    static {
      targetOf = (value) =>
        typeof value === "object" && value !== null && #place in value ? value.#place : undefined;
    }
    constructor(proxy: object, place: ViewPlace) {
      super(proxy);
      this.#place = place;
    }
  }

  const sizeOf: readonly number[] = elementTypes.map(({ bytes }) => bytes);
  const isBig = (type: number): boolean => type === BIG_INT_64 || type === BIG_UINT_64;
  const coerce = (type: number, value: unknown): number | bigint =>
    isBig(type) ? toBigInt(value) : toNumber(value);

  function write(place: ViewPlace, index: number, value: unknown): void {
    const converted = coerce(place.type, value);
    if (index < place.length) {
      machine.write(place.type, place.address + index * (sizeOf[place.type] as number), converted);
    }
  }

  function read(place: ViewPlace, index: number): number | bigint | undefined {
    return index < place.length
      ? machine.read(place.type, place.address + index * (sizeOf[place.type] as number))
      : undefined;
  }

  const handler: ProxyHandler<ViewTarget> = {
    get(target, key, receiver) {
      if (typeof key === "string") {
        const index = indexOf(key);
        if (index >= 0) return read(placeOfTarget(target), index);
        if (index === NUMERIC) return undefined;
      }
      return Reflect.get(target, key, receiver) as unknown;
    },
    set(target, key, value, receiver) {
      if (typeof key === "string") {
        const index = indexOf(key);
        if (index !== NOT_NUMERIC) {
          write(placeOfTarget(target), index === NUMERIC ? Infinity : index, value);
          return true;
        }
      }
      void receiver;
      return Reflect.set(target, key, value);
    },
    has(target, key) {
      const index = typeof key === "string" ? indexOf(key) : NOT_NUMERIC;
      return index === NOT_NUMERIC ? Reflect.has(target, key) : index >= 0 && index < placeOfTarget(target).length;
    },
    deleteProperty(target, key) {
      const index = typeof key === "string" ? indexOf(key) : NOT_NUMERIC;
      return index === NOT_NUMERIC
        ? Reflect.deleteProperty(target, key)
        : index === NUMERIC || index >= placeOfTarget(target).length;
    },
    defineProperty(target, key, descriptor) {
      const index = typeof key === "string" ? indexOf(key) : NOT_NUMERIC;
      if (index === NOT_NUMERIC) return Reflect.defineProperty(target, key, descriptor);
      const place = placeOfTarget(target);
      if (index === NUMERIC || index >= place.length || "get" in descriptor || "set" in descriptor) return false;
      if ("value" in descriptor) write(place, index, descriptor.value);
      return true;
    },
    getOwnPropertyDescriptor(target, key) {
      const index = typeof key === "string" ? indexOf(key) : NOT_NUMERIC;
      if (index === NOT_NUMERIC) return getDescriptor(target, key);
      const place = placeOfTarget(target);
      if (index === NUMERIC || index >= place.length) return undefined;
      return { value: read(place, index), writable: true, enumerable: true, configurable: true };
    },
    ownKeys(target) {
      const { length } = placeOfTarget(target);
      return [...Array.from({ length }, (_, i) => String(i)), ...ownKeys(target)];
    },
    preventExtensions() {
      throw new TypeError("Cannot freeze or seal a view of shared memory");
    },
    setPrototypeOf() {
      return false;
    },
  };

  function makeView(type: number, buffer: object, byteOffset: number, length: number, newTarget: AnyConstructor) {
    const { offset } = placeOf(buffer) as Place;
    const place: ViewPlace = { type, address: offset + byteOffset, length, byteOffset, buffer };
    const proxy = new Proxy(construct(ViewTarget, [place], newTarget) as ViewTarget, handler);
    // oxlint-disable-next-line no-new -- the constructor stamps its argument
    new Stamp(proxy, place);
    return proxy;
  }

  function viewArguments(type: number, place: Place, args: readonly unknown[]): [number, number] {
    const size = sizeOf[type] as number;
    const typeName = elementTypes[type]?.name;
    const byteOffset = args[1] === undefined ? 0 : toIndex(args[1], "Start offset is out of bounds");
    if (byteOffset % size !== 0) {
      throw new RangeError(`start offset of ${typeName} should be a multiple of ${size}`);
    }
    if (args[2] === undefined) {
      if (place.length % size !== 0) {
        throw new RangeError(`byte length of ${typeName} should be a multiple of ${size}`);
      }
      if (byteOffset > place.length) throw new RangeError(`Start offset ${byteOffset} is outside the bounds of the buffer`);
      return [byteOffset, (place.length - byteOffset) / size];
    }
    const length = toIndex(args[2], "Invalid typed array length");
    if (byteOffset + length * size > place.length) throw new RangeError(`Invalid typed array length: ${length}`);
    return [byteOffset, length];
  }

  const nativeAbstract = Object.getPrototypeOf(Int32Array) as { readonly prototype: object } & Record<string, unknown>;
  const nativePrototype = nativeAbstract.prototype;

  /** `%TypedArray%`: only there to be inherited from. */
  const TypedArray = function TypedArray() {
    throw new TypeError("Abstract class TypedArray not directly constructable");
  } as unknown as { prototype: object };
  for (const key of ["from", "of"]) {
    defineProperty(TypedArray, key, { value: nativeAbstract[key], writable: true, configurable: true });
  }
  defineProperty(TypedArray, Symbol.species, { get(this: unknown) { return this; }, configurable: true });
  const prototype = TypedArray.prototype;

  const constructors = new Map<number, AnyConstructor>();

  /** A real, unshared array of the type, whose class is the compartment's. */
  const local = (type: number, argument: unknown): NativeArray =>
    new (constructors.get(type) as unknown as NativeArrayConstructor)(argument);

  const snapshot = (place: ViewPlace): NativeArray => {
    const copy = local(place.type, place.length);
    for (let i = 0; i < place.length; i++) copy[i] = read(place, i);
    return copy;
  };

  const array = Array.prototype as unknown as Record<PropertyKey, Method>;
  const onSnapshot = (key: PropertyKey): SharedMethod => (place, _self, args) =>
    apply((nativePrototype as Record<PropertyKey, Method>)[key] as Method, snapshot(place), args);
  const generic = (key: PropertyKey): SharedMethod => (_place, self, args) =>
    apply(array[key] as Method, self, args);

  /** How each member of `%TypedArray%.prototype` reads or writes a shared view. */
  const members: Record<PropertyKey, SharedMethod> = {
    buffer: (place) => place.buffer,
    byteLength: (place) => place.length * (sizeOf[place.type] as number),
    byteOffset: (place) => place.byteOffset,
    length: (place) => place.length,
    [Symbol.toStringTag]: (place) => elementTypes[place.type]?.name,
    set(place, _self, [source, offset]) {
      const start = toInteger(offset);
      if (start < 0) throw new RangeError("offset is out of bounds");
      const items = Object(source) as NativeArray;
      const length = Math.max(0, Math.trunc(Number(items.length)) || 0);
      if (start + length > place.length) throw new RangeError("offset is out of bounds");
      const from = targetOf(items);
      const values = from === undefined ? items : snapshot(from);
      for (let i = 0; i < length; i++) write(place, start + i, values[i]);
      return undefined;
    },
    subarray(place, self, [begin, end]) {
      const from = relative(begin, place.length, 0);
      const to = Math.max(from, relative(end, place.length, place.length));
      const byteOffset = place.byteOffset + from * (sizeOf[place.type] as number);
      const species = speciesOf(self, constructors.get(place.type) as AnyConstructor);
      return new species(place.buffer as never, byteOffset as never, (to - from) as never);
    },
    slice(place, _self, [begin, end]) {
      const from = relative(begin, place.length, 0);
      const to = Math.max(from, relative(end, place.length, place.length));
      const copy = local(place.type, to - from);
      for (let i = from; i < to; i++) copy[i - from] = read(place, i);
      return copy;
    },
    sort(place, self, args) {
      const sorted = snapshot(place);
      apply((nativePrototype as Record<PropertyKey, Method>)["sort"] as Method, sorted, args);
      for (let i = 0; i < place.length; i++) write(place, i, sorted[i]);
      return self;
    },
    map(place, self, [callback, thisArgument]) {
      const result = local(place.type, place.length);
      for (let i = 0; i < place.length; i++) {
        result[i] = apply(callback as Method, thisArgument, [read(place, i), i, self]);
      }
      return result;
    },
    filter(place, self, [callback, thisArgument]) {
      const kept: unknown[] = [];
      for (let i = 0; i < place.length; i++) {
        const value = read(place, i);
        if (apply(callback as Method, thisArgument, [value, i, self])) kept.push(value);
      }
      return local(place.type, kept);
    },
    fill(place, self, [value, begin, end]) {
      const converted = coerce(place.type, value);
      const to = relative(end, place.length, place.length);
      for (let i = relative(begin, place.length, 0); i < to; i++) write(place, i, converted);
      return self;
    },
    copyWithin(place, self, [target, begin, end]) {
      const to = relative(target, place.length, 0);
      const from = relative(begin, place.length, 0);
      const count = Math.min(relative(end, place.length, place.length) - from, place.length - to);
      const backwards = from < to;
      for (let i = 0; i < count; i++) {
        const at = backwards ? count - 1 - i : i;
        write(place, to + at, read(place, from + at));
      }
      return self;
    },
  };
  // A map, because names such as toLocaleString cannot be assigned to an object once the realm is frozen.
  const shared = new Map<PropertyKey, SharedMethod>();
  for (const key of ownKeys(members)) shared.set(key, members[key] as SharedMethod);
  for (const key of [
    "at", "entries", "every", "find", "findIndex", "findLast", "findLastIndex", "forEach", "includes", "indexOf",
    "join", "keys", "lastIndexOf", "reduce", "reduceRight", "reverse", "some", "toString", "values", Symbol.iterator,
  ]) {
    shared.set(key, generic(key));
  }
  for (const key of ["toLocaleString", "toReversed", "toSorted", "with"]) shared.set(key, onSnapshot(key));

  const adopted = new Map<object, object>();
  /** Some native members make arrays of the realm's own class; the compartment sees only its own. */
  const adopt = (result: unknown): unknown => {
    if (typeof result !== "object" || result === null) return result;
    const ours = adopted.get(Object.getPrototypeOf(result) as object);
    if (ours !== undefined) Object.setPrototypeOf(result, ours);
    return result;
  };

  /** A member that serves real arrays by the native one and shared views by ours, or refuses them. */
  const dispatch = (key: PropertyKey, native: Method): Method => {
    const ours = shared.get(key);
    const member = {
      method(this: unknown, ...args: unknown[]): unknown {
        const place = targetOf(this);
        if (place === undefined) return adopt(apply(native, this, args));
        if (ours === undefined) return refuse(`${elementTypes[place.type]?.name}.prototype.${String(key)} on shared memory`);
        return ours(place, this as object, args);
      },
    }.method;
    name(member, native.name);
    return member;
  };
  for (const key of ownKeys(nativePrototype)) {
    const descriptor = getDescriptor(nativePrototype, key) as PropertyDescriptor;
    if (key === "constructor") continue;
    if (typeof descriptor.get === "function") {
      defineProperty(prototype, key, { ...descriptor, get: dispatch(key, descriptor.get as Method) });
    } else if (typeof descriptor.value === "function") {
      defineProperty(prototype, key, { ...descriptor, value: dispatch(key, descriptor.value as Method) });
    }
  }
  defineProperty(prototype, Symbol.iterator, {
    value: (prototype as { values: unknown }).values,
    writable: true,
    configurable: true,
  });
  defineProperty(prototype, "constructor", { value: TypedArray, writable: true, configurable: true });

  for (const [type, { name: typeName, bytes }] of elementTypes.entries()) {
    const native = (globalThis as unknown as Record<string, NativeArrayConstructor | undefined>)[typeName];
    if (native === undefined) continue;
    const constructor = function (...args: unknown[]): object {
      if (new.target === undefined) throw new TypeError(`Constructor ${typeName} requires 'new'`);
      const place = placeOf(args[0]);
      if (place === undefined) return construct(native, args, new.target) as object;
      const [byteOffset, length] = viewArguments(type, place, args);
      return makeView(type, args[0] as object, byteOffset, length, new.target as unknown as AnyConstructor);
    } as unknown as AnyConstructor & { prototype: object };
    name(constructor, typeName);
    Object.setPrototypeOf(constructor, TypedArray);
    Object.setPrototypeOf(constructor.prototype, prototype);
    for (const owner of [constructor, constructor.prototype]) {
      defineProperty(owner, "BYTES_PER_ELEMENT", { value: bytes });
    }
    constructors.set(type, constructor);
    adopted.set((native as unknown as { prototype: object }).prototype, constructor.prototype);
  }

  const views = createDataView({ machine, placeOf, refuse });
  const globals: Record<string, unknown> = {
    SharedArrayBuffer: SharedBuffer,
    DataView: views,
    Atomics: createAtomics({ machine, targetOf, refuse }),
  };
  for (const [type, constructor] of constructors) globals[(elementTypes[type] as { name: string }).name] = constructor;

  return {
    globals,
    bufferAt: (place) => construct(SharedBuffer, [internal, place]) as object,
    viewAt: (type, buffer, byteOffset, length) =>
      makeView(type, buffer, byteOffset, length, constructors.get(type) as AnyConstructor),
    placeOf,
    viewOf: targetOf,
  };
}

type SharedMethod = (place: ViewPlace, self: object, args: readonly unknown[]) => unknown;

function createDataView({ machine, placeOf, refuse }: {
  machine: Machine;
  placeOf: (value: unknown) => Place | undefined;
  refuse: Refuse;
}): unknown {
  const Native = DataView;
  const native = Native.prototype as unknown as Record<PropertyKey, Method>;
  let fieldsOf = (_value: unknown): { address: number; length: number; byteOffset: number; buffer: object } | undefined =>
    undefined;
  class SharedDataView {
    #fields: { address: number; length: number; byteOffset: number; buffer: object };
    static {
      fieldsOf = (value) =>
        typeof value === "object" && value !== null && #fields in value ? value.#fields : undefined;
    }
    constructor(buffer: object, place: Place, byteOffset: number, length: number) {
      this.#fields = { address: place.offset + byteOffset, length, byteOffset, buffer };
    }
  }
  const constructor = function (...args: unknown[]): object {
    if (new.target === undefined) throw new TypeError("Constructor DataView requires 'new'");
    const place = placeOf(args[0]);
    if (place === undefined) return construct(Native, args as never, new.target) as object;
    const byteOffset = toIndex(args[1], "Start offset is out of bounds");
    const length = args[2] === undefined ? place.length - byteOffset : toIndex(args[2], "Invalid DataView length");
    if (byteOffset > place.length || byteOffset + length > place.length) {
      throw new RangeError(`Start offset ${byteOffset} is outside the bounds of the buffer`);
    }
    return construct(SharedDataView, [args[0], place, byteOffset, length], new.target) as object;
  } as unknown as { prototype: object };
  name(constructor, "DataView");

  /** Raw bytes travel as the unsigned type of the same size; the scratch view reinterprets them. */
  const raw: Record<number, { type: number; read: string; write: string }> = {
    1: { type: 1, read: "getUint8", write: "setUint8" },
    2: { type: 4, read: "getUint16", write: "setUint16" },
    4: { type: 6, read: "getUint32", write: "setUint32" },
    8: { type: BIG_UINT_64, read: "getBigUint64", write: "setBigUint64" },
  };
  const scratch = new Native(new ArrayBuffer(8)) as unknown as Record<string, Method>;
  const at = (fields: { length: number; address: number }, offset: unknown, bytes: number): number => {
    const index = toIndex(offset, "Offset is outside the bounds of the DataView");
    if (index + bytes > fields.length) throw new RangeError("Offset is outside the bounds of the DataView");
    return fields.address + index;
  };
  for (const key of ownKeys(native)) {
    const descriptor = getDescriptor(native, key) as PropertyDescriptor;
    if (typeof descriptor.get === "function") {
      const getter = descriptor.get as Method;
      defineProperty(constructor.prototype, key, {
        ...descriptor,
        get(this: unknown): unknown {
          const fields = fieldsOf(this);
          if (fields === undefined) return apply(getter, this, []) as unknown;
          return key === "buffer" ? fields.buffer : key === "byteLength" ? fields.length : fields.byteOffset;
        },
      });
      continue;
    }
    if (key === "constructor" || typeof key !== "string" || typeof descriptor.value !== "function") continue;
    const original = descriptor.value as Method;
    const bytes = Number(/\d+$/.exec(key)?.[0] ?? 0) / 8;
    const cell = raw[bytes];
    const member = {
      method(this: unknown, ...args: unknown[]): unknown {
        const fields = fieldsOf(this);
        if (fields === undefined) return apply(original, this, args) as unknown;
        if (cell === undefined) return refuse(`DataView.prototype.${key} on shared memory`);
        if (key.startsWith("get")) {
          const value = machine.read(cell.type, at(fields, args[0], bytes));
          apply(native[cell.write] as Method, scratch, [0, value, true]);
          return apply(original, scratch, [0, args[1]]) as unknown;
        }
        const address = at(fields, args[0], bytes);
        apply(original, scratch, [0, args[1], args[2]]);
        machine.write(cell.type, address, apply(native[cell.read] as Method, scratch, [0, true]) as number);
        return undefined;
      },
    }.method;
    name(member, key);
    defineProperty(constructor.prototype, key, { ...descriptor, value: member });
  }
  tag(constructor.prototype, "DataView");
  return constructor;
}

function createAtomics({ machine, targetOf, refuse }: {
  machine: Machine;
  targetOf: (value: unknown) => ViewPlace | undefined;
  refuse: Refuse;
}): object {
  const native = Atomics as unknown as Record<string, Method>;
  const scratch = elementTypes.map(({ name: typeName }) => {
    const constructor = (globalThis as unknown as Record<string, NativeArrayConstructor | undefined>)[typeName];
    return constructor === undefined ? ({} as NativeArray) : new constructor(1);
  });
  const notInteger = new Set(["Uint8ClampedArray", "Float16Array", "Float32Array", "Float64Array"]);
  const atomicTypes = elementTypes.map(({ name: typeName }) => !notInteger.has(typeName));

  function address(place: ViewPlace, index: unknown): number {
    if (!atomicTypes[place.type]) throw new TypeError("[object Array] is not an integer typed array.");
    const at = toIndex(index, "Invalid atomic access index");
    if (at >= place.length) throw new RangeError("Invalid atomic access index");
    return place.address + at * (elementTypes[place.type] as { bytes: number }).bytes;
  }

  const operand = (type: number, value: unknown): number | bigint =>
    type === BIG_INT_64 || type === BIG_UINT_64 ? toBigInt(value) : toInteger(value);

  /** The value as the element type would hold it. */
  function wrapped(type: number, value: unknown): number | bigint {
    const converted = operand(type, value);
    if (type === INT_32 && typeof converted === "number") return converted | 0;
    const cell = scratch[type] as NativeArray;
    cell[0] = converted;
    return cell[0] as number | bigint;
  }

  const update = (op: number, key: string) =>
    function (view: unknown, index: unknown, value: unknown): unknown {
      const place = targetOf(view);
      if (place === undefined) return (native[key] as Method)(view, index, value);
      const at = address(place, index);
      return machine.update(op, place.type, at, wrapped(place.type, value));
    };

  const atomics = {
    load(view: unknown, index: unknown): unknown {
      const place = targetOf(view);
      if (place === undefined) return (native["load"] as Method)(view, index);
      return machine.load(place.type, address(place, index));
    },
    store(view: unknown, index: unknown, value: unknown): unknown {
      const place = targetOf(view);
      if (place === undefined) return (native["store"] as Method)(view, index, value);
      const at = address(place, index);
      const converted = operand(place.type, value);
      machine.store(place.type, at, converted);
      return converted;
    },
    add: update(Op.add, "add"),
    sub: update(Op.sub, "sub"),
    and: update(Op.and, "and"),
    or: update(Op.or, "or"),
    xor: update(Op.xor, "xor"),
    exchange: update(Op.exchange, "exchange"),
    compareExchange(view: unknown, index: unknown, expected: unknown, replacement: unknown): unknown {
      const place = targetOf(view);
      if (place === undefined) return (native["compareExchange"] as Method)(view, index, expected, replacement);
      const at = address(place, index);
      const from = wrapped(place.type, expected);
      return machine.compareExchange(place.type, at, from, wrapped(place.type, replacement));
    },
    wait(view: unknown, index: unknown, expected: unknown, timeout?: unknown): unknown {
      const place = waitable(view);
      const at = address(place, index);
      const value = wrapped(place.type, expected);
      const limit = timeout === undefined ? Infinity : toNumber(timeout);
      return machine.wait(place.type, at, value, Number.isNaN(limit) ? Infinity : Math.max(0, limit));
    },
    notify(view: unknown, index: unknown, count?: unknown): unknown {
      const place = targetOf(view);
      if (place === undefined) return (native["notify"] as Method)(view, index, count);
      if (place.type !== INT_32 && place.type !== BIG_INT_64) throw new TypeError("[object Array] is not an int32 or BigInt64 typed array.");
      const at = address(place, index);
      return machine.notify(at, count === undefined ? Infinity : Math.max(0, toInteger(count)));
    },
    waitAsync(): never {
      return refuse("Atomics.waitAsync");
    },
    isLockFree: (size: unknown): unknown => (native["isLockFree"] as Method)(size),
    /** A hint to the processor; here it means nothing. */
    pause(): void {},
  };
  tag(atomics, "Atomics");
  return atomics;

  function waitable(view: unknown): ViewPlace {
    const place = targetOf(view);
    if (place === undefined || (place.type !== INT_32 && place.type !== BIG_INT_64)) {
      throw new TypeError("[object Array] is not a shared typed array.");
    }
    return place;
  }
}

const NOT_NUMERIC = -1;
const NUMERIC = -2;

/** A property key's element index; {@link NUMERIC} for numbers that index nothing, such as "-0" and "1.5". */
function indexOf(key: string): number {
  const first = key.charCodeAt(0);
  if (first >= 48 && first <= 57) {
    if (key.length === 1) return first - 48;
    const number = Number(key);
    if (String(number) !== key) return NOT_NUMERIC;
    return Number.isSafeInteger(number) ? number : NUMERIC;
  }
  if (first !== 45 && first !== 73 && first !== 78) return NOT_NUMERIC;
  return key === "-0" || String(Number(key)) === key ? NUMERIC : NOT_NUMERIC;
}

function toNumber(value: unknown): number {
  if (typeof value === "bigint" || typeof value === "symbol") {
    throw new TypeError(`Cannot convert a ${typeof value} to a number`);
  }
  return Number(value);
}

function toBigInt(value: unknown): bigint {
  if (typeof value === "number") throw new TypeError(`Cannot convert ${value} to a BigInt`);
  return BigInt(value as bigint);
}

function toInteger(value: unknown): number {
  const number = toNumber(value);
  return Number.isNaN(number) ? 0 : Math.trunc(number) + 0;
}

function toIndex(value: unknown, message: string): number {
  const integer = toInteger(value);
  if (integer < 0 || integer > Number.MAX_SAFE_INTEGER) throw new RangeError(message);
  return integer;
}

/** A relative index as `slice` and `fill` take it. */
function relative(value: unknown, length: number, absent: number): number {
  if (value === undefined) return absent;
  const integer = toInteger(value);
  return integer < 0 ? Math.max(0, length + integer) : Math.min(integer, length);
}

function speciesOf(self: object, fallback: AnyConstructor): AnyConstructor {
  const constructor = (self as { constructor?: unknown }).constructor;
  if (constructor === undefined) return fallback;
  const species = (constructor as { [Symbol.species]?: unknown })[Symbol.species];
  return typeof species === "function" ? (species as AnyConstructor) : fallback;
}

function name(target: object, value: string): void {
  defineProperty(target, "name", { value, configurable: true });
}

function tag(target: object, value: string): void {
  defineProperty(target, Symbol.toStringTag, { value, configurable: true });
}
