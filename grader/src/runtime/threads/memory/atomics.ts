/** `Atomics`: each operation on a view of shared memory is one step; on any other array it is the native one. */
import type { Machine } from "../machine.ts";
import { BIG_INT_64, INT_32, Op } from "../operations.ts";
import { toBigInt, toIndex, toIntegerOrInfinity, toNumber } from "./conversions.ts";
import { type NativeArray, elements, nativeArray } from "./elements.ts";
import { type Method, mirror, snapshotOf } from "./mirror.ts";
import { type Refuse, memberName } from "./refusal.ts";
import type { View, Views } from "./view.ts";

/** What `Atomics` needs of the machine. */
export type AtomicCells = Pick<
  Machine,
  "load" | "store" | "update" | "compareExchange" | "wait" | "notify"
>;

/** What `Atomics` is made from. */
export interface AtomicsParts {
  readonly cells: AtomicCells;
  readonly views: Views;
  readonly refuse: Refuse;
  /** Whether a value is one of our buffers or views. */
  readonly isShared: (value: unknown) => boolean;
}

const natives = snapshotOf(Atomics);
const notInteger = new Set(["Uint8ClampedArray", "Float16Array", "Float32Array", "Float64Array"]);
const isInteger: readonly boolean[] = elements.map(({ name }) => !notInteger.has(name));

/** Makes the submission's `Atomics`. */
export function createAtomics({ cells, views, refuse, isShared }: AtomicsParts): object {
  /** One cell of each type, to convert values as its elements do. */
  const scratch = elements.map(({ type, native }) =>
    native === undefined || !isInteger[type] ? undefined : nativeArray(type, 1),
  );

  /** The value as an element of the view holds it. */
  function wrapped(view: View, value: unknown): number | bigint {
    if (view.type === INT_32) return typeof value === "number" ? value | 0 : toNumber(value) | 0;
    const cell = scratch[view.type] as NativeArray;
    cell[0] = integerOf(view, value);
    return cell[0];
  }

  const update =
    (op: number): Operation =>
    (native) =>
    (array, index, value) => {
      const view = views.of(array);
      if (view === undefined) return native(array, index, value);
      const address = addressOf(view, index);
      return cells.update(op, view.type, address, wrapped(view, value));
    };

  const operations: Readonly<Record<string, Operation>> = {
    load: (native) => (array, index) => {
      const view = views.of(array);
      if (view === undefined) return native(array, index);
      return cells.load(view.type, addressOf(view, index));
    },
    store: (native) => (array, index, value) => {
      const view = views.of(array);
      if (view === undefined) return native(array, index, value);
      const address = addressOf(view, index);
      const converted = integerOf(view, value);
      cells.store(view.type, address, converted);
      return converted;
    },
    add: update(Op.add),
    sub: update(Op.sub),
    and: update(Op.and),
    or: update(Op.or),
    xor: update(Op.xor),
    exchange: update(Op.exchange),
    compareExchange: (native) => (array, index, expected, replacement) => {
      const view = views.of(array);
      if (view === undefined) return native(array, index, expected, replacement);
      const address = addressOf(view, index);
      const wanted = wrapped(view, expected);
      return cells.compareExchange(view.type, address, wanted, wrapped(view, replacement));
    },
    wait: (native) => (array, index, expected, timeout) => {
      const view = views.of(array);
      if (view === undefined) return native(array, index, expected, timeout);
      const address = waitableAddressOf(view, index);
      const value = wrapped(view, expected);
      const limit = toNumber(timeout);
      const atMost = Number.isNaN(limit) ? Infinity : Math.max(0, limit);
      return cells.wait(view.type, address, value, atMost);
    },
    notify: (native) => (array, index, count) => {
      const view = views.of(array);
      if (view === undefined) return native(array, index, count);
      const address = waitableAddressOf(view, index);
      const atMost = count === undefined ? Infinity : Math.max(0, toIntegerOrInfinity(count));
      return cells.notify(address, atMost);
    },
    isLockFree: (native) => native,
    pause: (native) => native,
    // It would make a promise, and no schedule decides when that is settled.
    waitAsync: () => () => refuse("Atomics.waitAsync"),
  };
  const known = new Map<PropertyKey, Operation>(Object.entries(operations));

  const atomics = {};
  mirror(natives, atomics, ({ key, call: native }) => {
    const operation = known.get(key);
    if (operation !== undefined) return operation(native);
    return (...args) => {
      if (args.some(isShared)) refuse(`${memberName("Atomics", key)} on shared memory`);
      return Reflect.apply(native, undefined, args);
    };
  });
  return atomics;
}

/** Makes an operation that falls back on the native one for arrays over ordinary memory. */
type Operation = (native: Method) => (...args: unknown[]) => unknown;

/** The address of an element that an operation names; throws as `ValidateAtomicAccess` does. */
function addressOf(view: View, index: unknown): number {
  if (!isInteger[view.type]) throw new TypeError("[object Array] is not an integer typed array.");
  const at = typeof index === "number" && index === (index | 0) ? index : toIndex(index, NO_ACCESS);
  if (at < 0 || at >= view.length) throw new RangeError(NO_ACCESS);
  return view.address + at * view.bytes;
}

/** The same for `wait` and `notify`, which know two types only. */
function waitableAddressOf(view: View, index: unknown): number {
  if (view.type !== INT_32 && view.type !== BIG_INT_64) {
    throw new TypeError("[object Array] is not an int32 or BigInt64 typed array.");
  }
  return addressOf(view, index);
}

const NO_ACCESS = "Invalid atomic access index";

/** The operand of an operation: a BigInt, or a Number without a fraction. */
function integerOf(view: View, value: unknown): number | bigint {
  return view.big ? toBigInt(value) : toIntegerOrInfinity(value);
}
