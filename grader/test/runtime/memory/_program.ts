import fc from "fast-check";
import { type TypeName, type World, typeNames } from "./_worlds.ts";

/** An argument, described: what it is in each world is made there. */
export type Argument =
  | { readonly kind: "plain"; readonly value: unknown }
  | { readonly kind: "symbol" | "object" | "converts" | "fails to convert" }
  | { readonly kind: "view"; readonly index: number }
  | { readonly kind: "local"; readonly type: TypeName; readonly items: readonly number[] }
  | { readonly kind: "array" | "iterable" | "array-like"; readonly items: readonly Argument[] }
  | { readonly kind: "callback"; readonly name: keyof typeof callbacks }
  | { readonly kind: "buffer" };

/** One thing that a program does. */
export type Action =
  | {
      readonly does: "call";
      readonly view: number;
      readonly member: string;
      readonly args: readonly Argument[];
    }
  | { readonly does: "atomic"; readonly member: string; readonly args: readonly Argument[] }
  | { readonly does: "data"; readonly member: string; readonly args: readonly Argument[] }
  | { readonly does: "construct"; readonly type: TypeName; readonly args: readonly Argument[] }
  | {
      readonly does: "static";
      readonly type: TypeName;
      readonly member: string;
      readonly args: readonly Argument[];
    }
  | {
      readonly does: "get" | "has" | "delete" | "describe";
      readonly view: number;
      readonly key: string;
    }
  | {
      readonly does: "set" | "define" | "set on heir";
      readonly view: number;
      readonly key: string;
      readonly value: Argument;
    }
  | { readonly does: keyof typeof looks; readonly view: number };

/** A program: views of one element type over one buffer of 32 bytes, and what is done with them. */
export interface Program {
  readonly type: TypeName;
  readonly actions: readonly Action[];
}

type AnyArray = Record<PropertyKey, unknown> & ArrayLike<unknown> & Iterable<unknown>;

const callbacks = {
  "is odd index": (_value: unknown, index: number) => index % 2 === 1,
  "is above one": (value: unknown) => Number(value) > 1,
  doubles: (value: unknown) => (typeof value === "bigint" ? value * 2n : Number(value) * 2),
  "throws at two": (_value: unknown, index: number) => {
    if (index === 2) throw new EvalError("at two");
    return true;
  },
  "changes the next": (value: unknown, index: number, array: unknown) => {
    (array as unknown[])[index + 1] = value;
    return value;
  },
  adds: (sum: unknown, value: unknown) =>
    typeof sum === "bigint" && typeof value === "bigint"
      ? sum + value
      : Number(sum) + Number(value),
  "has receiver": function (this: unknown) {
    return this !== undefined;
  },
  descending: (a: unknown, b: unknown) => Number(b) - Number(a),
  "compares badly": () => Number.NaN,
} as const;

const looks = {
  keys: (array: AnyArray) => Object.keys(array),
  "own keys": (array: AnyArray) => Reflect.ownKeys(array),
  entries: (array: AnyArray) => Object.entries(array).map(([key, value]) => [key, String(value)]),
  spread: (array: AnyArray) => [...array],
  "spread into object": (array: AnyArray) => Object.keys(Object.assign({}, array)),
  destructure: (array: AnyArray) => {
    const [first, , third = "none", ...rest] = array;
    return [first, third, rest];
  },
  "for in": (array: AnyArray) => {
    const keys: string[] = [];
    for (const key in array) keys.push(key);
    return keys;
  },
  json: (array: AnyArray) =>
    JSON.stringify(array, (_key, value: unknown) =>
      typeof value === "bigint" ? `${value}n` : value,
    ),
  "array from": (array: AnyArray) => Array.from(array, String),
  tag: (array: AnyArray) => Object.prototype.toString.call(array),
  text: (array: AnyArray) => Reflect.apply(array["toString"] as () => unknown, array, []),
  "is array": (array: AnyArray) => Array.isArray(array),
  extensible: (array: AnyArray) => Object.isExtensible(array),
  frozen: (array: AnyArray) => Object.isFrozen(array),
  "no more properties": (array: AnyArray) => Object.preventExtensions(array),
  class: (array: AnyArray) => (array.constructor as { readonly name: string }).name,
  "iterator name": (array: AnyArray) => (array[Symbol.iterator] as { readonly name: string }).name,
} as const;

/** What a program gave at each action, as plain data that is equal in both worlds. */
export function runProgram(world: World, { type, actions }: Program): readonly unknown[] {
  const buffer = new world.SharedArrayBuffer(32);
  const { BYTES_PER_ELEMENT: size } = world[type];
  const views: AnyArray[] = [
    new world[type](buffer),
    new world[type](buffer, 8),
    new world[type](buffer, size, 16 / size),
    new world[type](buffer, 32),
  ] as unknown as AnyArray[];
  const data = new world.DataView(buffer, 3, 24);
  const bytes = new world.Uint8Array(buffer);
  const [first] = views as [AnyArray];
  for (let i = 0; i < first.length; i++) {
    (first as { [index: number]: unknown })[i] = type.startsWith("Big") ? BigInt(i * 3) : i * 3;
  }
  const make = (argument: Argument): unknown => {
    switch (argument.kind) {
      case "plain":
        return argument.value;
      case "symbol":
        return Symbol.iterator;
      case "object":
        return {};
      case "converts":
        return { valueOf: () => 2, toString: () => "2" };
      case "fails to convert":
        return {
          valueOf() {
            throw new EvalError("no value");
          },
        };
      case "view":
        return views[argument.index % views.length];
      case "local":
        return new world[argument.type](
          argument.items.map((item) =>
            argument.type.startsWith("Big") ? (BigInt(item) as unknown as number) : item,
          ),
        );
      case "array":
        return argument.items.map(make);
      case "iterable":
        return new Set(argument.items.map(make));
      case "array-like":
        return Object.assign({ length: argument.items.length }, argument.items.map(make));
      case "callback":
        return callbacks[argument.name];
      case "buffer":
        return buffer;
    }
  };
  const show = (value: unknown): unknown => {
    if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
    if (typeof value === "bigint") return `${value}n`;
    if (typeof value === "symbol") return String(value);
    if (typeof value === "function") return `function ${value.name}`;
    if (typeof value !== "object" || value === null) return value;
    if (value === buffer) return "the buffer";
    if (value === data) return "the data view";
    const known = views.indexOf(value as AnyArray);
    if (known !== -1) return `view ${known}`;
    const tag = (value as { readonly [Symbol.toStringTag]?: string })[Symbol.toStringTag];
    if (typeof tag === "string" && tag in world && tag.endsWith("Array")) {
      const array = value as unknown as Int32Array<SharedArrayBuffer>;
      const isOwn =
        array instanceof world[tag as TypeName] && array.constructor === world[tag as TypeName];
      return {
        tag,
        isOwn,
        at: array.byteOffset,
        shared: array.buffer === buffer,
        items: [...array].map(show),
      };
    }
    if (typeof tag === "string" && tag.endsWith("Iterator"))
      return { tag, items: [...(value as Iterable<unknown>)].map(show) };
    if (Array.isArray(value)) return value.map(show);
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, show(item)]));
  };
  const perform = (action: Action): unknown => {
    switch (action.does) {
      case "call": {
        const view = views[action.view % views.length] as AnyArray;
        const member = view[action.member];
        const result =
          typeof member === "function"
            ? (Reflect.apply(member, view, action.args.map(make)) as unknown)
            : member;
        if (action.member === "subarray") views.push(result as AnyArray);
        return result;
      }
      case "atomic": {
        const { Atomics } = world as unknown as {
          Atomics: Record<string, (...args: unknown[]) => unknown>;
        };
        return Atomics[action.member]?.(...action.args.map(make));
      }
      case "data":
        if (type.startsWith("Float") && !type.startsWith(action.member.slice(3))) return undefined;
        return (data as unknown as Record<string, (...args: unknown[]) => unknown>)[
          action.member
        ]?.(...action.args.map(make));
      case "construct": {
        const made = new world[action.type](...(action.args.map(make) as [number]));
        return made;
      }
      case "static": {
        const constructor = world[action.type] as unknown as Record<
          string,
          (...args: unknown[]) => unknown
        >;
        return constructor[action.member]?.(...action.args.map(make));
      }
      case "get":
        return views[action.view % views.length]?.[action.key];
      case "has":
        return action.key in (views[action.view % views.length] as AnyArray);
      case "delete":
        return Reflect.deleteProperty(views[action.view % views.length] as AnyArray, action.key);
      case "describe":
        return Object.getOwnPropertyDescriptor(views[action.view % views.length], action.key);
      case "set":
        (views[action.view % views.length] as AnyArray)[action.key] = make(action.value);
        return undefined;
      case "set on heir": {
        const heir = Object.create(views[action.view % views.length] as AnyArray) as AnyArray;
        heir[action.key] = make(action.value);
        return Object.keys(heir);
      }
      case "define":
        return Reflect.defineProperty(
          views[action.view % views.length] as AnyArray,
          action.key,
          make(action.value) as PropertyDescriptor,
        );
      default:
        return looks[action.does](views[action.view % views.length] as AnyArray);
    }
  };
  return actions.map((action) => {
    let result: unknown;
    try {
      result = show(perform(action));
    } catch (error) {
      result = { threw: (error as Error).constructor.name };
    }
    // Which of its many forms a NaN takes when it is moved is nobody's promise.
    const memory = type.startsWith("Float") ? first : bytes;
    return { result, memory: [...memory].join(" ") };
  });
}

const numbers = [
  0,
  1,
  2,
  3,
  4,
  7,
  8,
  31,
  32,
  -1,
  -2,
  -8,
  0.5,
  -0.5,
  1.9,
  -0,
  255,
  256,
  32768,
  2 ** 31,
  2 ** 32 + 5,
  1e20,
  -1e20,
  Number.NaN,
  Infinity,
  -Infinity,
];
const keys = [
  "0",
  "1",
  "2",
  "3",
  "15",
  "-0",
  "-1",
  "1.5",
  "NaN",
  "Infinity",
  "-Infinity",
  "1e3",
  "1e21",
  "4294967295",
  "9007199254740993",
  "00",
  "+1",
  " 1",
  "0x1",
  "",
  "length",
  "buffer",
  "own",
  "constructor",
  "Nope",
  "Imaginary",
];

const plain = fc
  .oneof(
    { weight: 6, arbitrary: fc.constantFrom<unknown>(...numbers) },
    {
      weight: 3,
      arbitrary: fc.constantFrom<unknown>(0n, 1n, 2n, 5n, -1n, 2n ** 63n, 2n ** 64n + 3n),
    },
    { weight: 1, arbitrary: fc.constantFrom<unknown>(undefined, null, true, "3", "x", "", "2n") },
  )
  .map((value): Argument => ({ kind: "plain", value }));

const argument: fc.Arbitrary<Argument> = fc.oneof(
  { weight: 12, arbitrary: plain },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Argument>(
      { kind: "symbol" },
      { kind: "object" },
      { kind: "converts" },
      { kind: "fails to convert" },
      { kind: "buffer" },
    ),
  },
  { weight: 2, arbitrary: fc.nat(5).map((index): Argument => ({ kind: "view", index })) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant("local" as const),
      type: fc.constantFrom(...typeNames),
      items: fc.array(fc.integer({ min: -9, max: 9 }), { maxLength: 4 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constantFrom("array" as const, "iterable" as const, "array-like" as const),
      items: fc.array(plain, { maxLength: 4 }),
    }),
  },
  {
    weight: 4,
    arbitrary: fc
      .constantFrom(...(Object.keys(callbacks) as (keyof typeof callbacks)[]))
      .map((name): Argument => ({ kind: "callback", name })),
  },
);

const args = fc.array(argument, { maxLength: 4 });
const prototype = Object.getPrototypeOf(Int8Array.prototype) as object;
const members = Reflect.ownKeys(prototype).filter(
  (key): key is string => typeof key === "string" && key !== "constructor",
);
const atomics = [
  "add",
  "and",
  "compareExchange",
  "exchange",
  "load",
  "or",
  "store",
  "sub",
  "xor",
  "notify",
  "isLockFree",
];
const accessors = Object.getOwnPropertyNames(DataView.prototype).filter((key) =>
  /^[gs]et/.test(key),
);
const view = fc.nat(5);

const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc.record({
      does: fc.constant("call" as const),
      view,
      member: fc.constantFrom(...members),
      args,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("atomic" as const),
      member: fc.constantFrom(...atomics),
      args: fc
        .tuple(
          fc.oneof(
            { weight: 5, arbitrary: view.map((index): Argument => ({ kind: "view", index })) },
            argument,
          ),
          argument,
          argument,
          argument,
        )
        .map((list): readonly Argument[] => list),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant("data" as const),
      member: fc.constantFrom(...accessors),
      args,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("construct" as const),
      type: fc.constantFrom(...typeNames),
      args: args.filter(
        ([size]) =>
          size?.kind !== "plain" || Math.abs(Number(size.value)) < 100 || size.value === Infinity,
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("static" as const),
      type: fc.constantFrom(...typeNames),
      member: fc.constantFrom("from", "of"),
      args,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom("get" as const, "has" as const, "delete" as const, "describe" as const),
      view,
      key: fc.constantFrom(...keys),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constantFrom("set" as const, "set on heir" as const),
      view,
      key: fc.constantFrom(...keys),
      value: argument,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      does: fc.constant("define" as const),
      view,
      key: fc.constantFrom(...keys),
      value: fc
        .constantFrom<unknown>(
          { value: 5 },
          { value: 5n },
          { value: 5, writable: false },
          { value: 5, enumerable: false },
          { value: 5, configurable: false },
          { value: 5, writable: true, enumerable: true, configurable: true },
          { get: () => 1 },
          {},
        )
        .map((value): Argument => ({ kind: "plain", value })),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      does: fc.constantFrom(...(Object.keys(looks) as (keyof typeof looks)[])),
      view,
    }),
  },
);

/** What V8 does otherwise than ECMA-262 on some Node that we support; it is left out there. */
const quirks = {
  /** An heir of an array gets a TypeError where it assigns to an index that the array has not. */
  heirs: !followsSpecification(() => {
    (Object.create(new Int8Array(1)) as Record<string, unknown>)["1.5"] = 0n;
  }),
  /** `fill` without a start takes the whole array, whatever its end. */
  fill: !followsSpecification(() => {
    if (new Int8Array([1]).fill(0, undefined, 0)[0] !== 1) throw new Error("filled");
  }),
  /** `with` converts the value before the index. */
  with: !followsSpecification(() => {
    const log: number[] = [];
    const value = (id: number): number => ({ valueOf: () => log.push(id) }) as unknown as number;
    new Int8Array(9).with(value(1), value(2));
    if (log[0] !== 1) throw new Error("in the wrong order");
  }),
};

function followsSpecification(run: () => void): boolean {
  try {
    run();
    return true;
  } catch {
    return false;
  }
}

function isComparable(one: Action): boolean {
  if (one.does === "set on heir") return !quirks.heirs;
  if (one.does !== "call") return true;
  return !(quirks.with && one.member === "with") && !(quirks.fill && one.member === "fill");
}

/** Any program. */
export const program: fc.Arbitrary<Program> = fc.record({
  type: fc.constantFrom(...typeNames),
  actions: fc.array(action.filter(isComparable), { minLength: 1, maxLength: 12 }),
});
