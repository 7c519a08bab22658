/** `Atomics`: each operation on a view of shared memory is one step; on any other array it is the native one. */
import type { Machine } from "../machine.ts";
import { BIG_INT_64, INT_32, Op } from "../operations.ts";
import { toBigInt, toIndex, toIntegerOrInfinity, toNumber } from "./conversions.ts";
import { type NativeArray, elementOf, elements, isBig, nativeArray } from "./elements.ts";
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

  /** The value as an element of the type holds it. */
  function wrapped(type: number, value: unknown): number | bigint {
    if (type === INT_32) {
      return typeof value === "number" ? value | 0 : toNumber(value) | 0;
    }
    const cell = scratch[type] as NativeArray;
    cell[0] = integerOf(type, value);
    return cell[0];
  }

  const update = (op: number): AtomicMember =>
    (view, [, index, value]) => {
      const address = addressOf(view, index);
      return cells.update(op, view.type, address, wrapped(view.type, value));
    };

  const members: Readonly<Record<string, AtomicMember>> = {
    load: (view, [, index]) => cells.load(view.type, addressOf(view, index)),
    store(view, [, index, value]) {
      const address = addressOf(view, index);
      const converted = integerOf(view.type, value);
      cells.store(view.type, address, converted);
      return converted;
    },
    add: update(Op.add),
    sub: update(Op.sub),
    and: update(Op.and),
    or: update(Op.or),
    xor: update(Op.xor),
    exchange: update(Op.exchange),
    compareExchange(view, [, index, expected, replacement]) {
      const { type } = view;
      const address = addressOf(view, index);
      const wanted = wrapped(type, expected);
      return cells.compareExchange(type, address, wanted, wrapped(type, replacement));
    },
    wait(view, [, index, expected, timeout]) {
      const address = waitableAddressOf(view, index);
      const value = wrapped(view.type, expected);
      const limit = toNumber(timeout);
      return cells.wait(view.type, address, value, limit !== limit ? Infinity : Math.max(0, limit));
    },
    notify(view, [, index, count]) {
      const address = waitableAddressOf(view, index);
      const most = count === undefined ? Infinity : Math.max(0, toIntegerOrInfinity(count));
      return cells.notify(address, most);
    },
  };
  const known = new Map(Object.entries(members));

  const atomics = {};
  mirror(natives, atomics, ({ key, call: native }) => {
    const ours = typeof key === "string" ? known.get(key) : undefined;
    const name = memberName("Atomics", key);
    return {
      member(this: unknown, ...args: unknown[]): unknown {
        const view = views.of(args[0]);
        if (view !== undefined && ours !== undefined) return ours(view, args);
        if (key === "waitAsync" || args.some(isShared)) refuse(name);
        return Reflect.apply(native, this, args);
      },
    }.member;
  });
  return atomics;
}
