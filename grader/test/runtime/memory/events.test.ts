import { describe, expect, test } from "vitest";
import { type TypeName, type World, ownWorld, stepsOf, typeNames } from "./_worlds.ts";

/** `read write write` as "1 read, 2 write", in order of first appearance. */
function summary(steps: readonly string[]): string {
  const counts = new Map<string, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  return [...counts].map(([step, count]) => `${count} ${step}`).join(", ");
}

/** The steps that `use` makes of a view of four Int32 elements, 1 to 4. */
function stepsOn(use: (view: Int32Array<SharedArrayBuffer>, world: World) => unknown): string {
  const own = ownWorld();
  const view = new own.world.Int32Array(new own.world.SharedArrayBuffer(16));
  for (let i = 0; i < 4; i++) view[i] = i + 1;
  return summary(stepsOf(own, () => use(view, own.world)));
}

describe("each element that a member touches is one step:", () => {
  test.each<[string, (view: Int32Array<SharedArrayBuffer>, world: World) => unknown]>([
    ["1 read", (view) => view[0]],
    ["1 write", (view) => (view[0] = 1)],
    ["1 read, 1 write", (view) => view[0]!++],
    ["", (view) => [view.length, view.byteLength, view.byteOffset, view.buffer, view.subarray(1)]],
    ["", (view) => [view[4], 5 in view, 0 in view, delete view[9], (view[9] = 1)]],
    ["1 read", (view) => view.at(-1)],
    ["", (view) => view.at(9)],
    ["3 write", (view) => view.fill(7, 1)],
    ["3 read, 3 write", (view) => view.copyWithin(1, 0)],
    ["2 read", (view) => view.slice(1, 3)],
    ["4 read, 4 write", (view) => view.reverse()],
    ["4 read, 4 write", (view) => view.sort()],
    ["4 read", (view) => view.toSorted()],
    ["4 read", (view) => view.toReversed()],
    ["3 read", (view) => view.with(0, 9)],
    ["4 read", (view) => view.map((value) => value)],
    ["4 read", (view) => view.filter((value) => value > 1)],
    ["4 read", (view) => view.reduce((sum, value) => sum + value)],
    ["4 read", (view) => view.reduceRight((sum, value) => sum + value, 0)],
    ["4 read", (view) => view.forEach(() => undefined)],
    ["2 read", (view) => view.find((value) => value === 2)],
    ["3 read", (view) => view.findLastIndex((value) => value === 2)],
    ["2 read", (view) => view.some((value) => value === 2)],
    ["1 read", (view) => view.every((value) => value === 2)],
    ["3 read", (view) => view.includes(3)],
    ["3 read", (view) => view.indexOf(3)],
    ["2 read", (view) => view.lastIndexOf(3)],
    ["4 read", (view) => view.join()],
    ["4 read", (view) => String(view)],
    ["4 read", (view) => view.toLocaleString()],
    ["4 read", (view) => [...view]],
    ["4 read", (view) => [...view.entries()]],
    ["", (view) => [...view.keys()]],
    ["2 read", ([first, second]) => [first, second]],
    ["4 read", (view) => Array.from(view)],
    ["4 read", (view) => Math.max(...view)],
    ["4 read", (view) => String.fromCharCode.apply(null, view as unknown as number[])],
    ["4 read", (view, world) => new world.Float64Array(view)],
    ["4 read", (view, world) => world.Int8Array.from(view)],
    ["4 read, 4 write", (view) => view.set(view)],
    ["2 write", (view) => view.set([5, 6], 1)],
    ["2 write", (view, world) => view.set(new world.Int16Array([5, 6]))],
    ["4 read", (view, world) => new world.Int16Array(4).set(view)],
    // By the specification, the descriptor of an element has its value.
    ["4 read", (view) => Object.keys(view)],
    ["8 read", (view) => Object.entries(view)],
    ["8 read", (view) => JSON.stringify(view)],
    ["1 read", (view) => Object.getOwnPropertyDescriptor(view, "0")],
    ["1 write", (view) => Object.defineProperty(view, "0", { value: 1 })],
    ["", (view) => Reflect.ownKeys(view)],
    ["1 load", (view, { Atomics }) => Atomics.load(view, 0)],
    ["1 store", (view, { Atomics }) => Atomics.store(view, 0, 1)],
    [
      "1 add, 1 sub, 1 and, 1 or, 1 xor, 1 exchange",
      (view, { Atomics }) => {
        Atomics.add(view, 0, 1);
        Atomics.sub(view, 0, 1);
        Atomics.and(view, 0, 1);
        Atomics.or(view, 0, 1);
        Atomics.xor(view, 0, 1);
        Atomics.exchange(view, 0, 1);
      },
    ],
    ["1 compareExchange", (view, { Atomics }) => Atomics.compareExchange(view, 0, 1, 2)],
    [
      "1 wait, 1 notify",
      (view, { Atomics }) => [Atomics.wait(view, 0, 9), Atomics.notify(view, 0)],
    ],
    ["", (_view, { Atomics }) => Atomics.isLockFree(4)],
    [
      "1 read, 1 write",
      ({ buffer }, { DataView }) => {
        const data = new DataView(buffer, 1);
        data.setFloat64(2, data.getUint16(0));
      },
    ],
    [
      "3 write",
      ({ buffer }, { TextEncoder, Uint8Array }) =>
        new TextEncoder().encodeInto("€", new Uint8Array(buffer) as never),
    ],
    ["4 read", (view, { TextDecoder }) => new TextDecoder().decode(view)],
    ["16 read", ({ buffer }, { TextDecoder }) => new TextDecoder().decode(buffer)],
  ])("%s", (steps, use) => {
    expect(stepsOn(use)).toBe(steps);
  });
});

test.each(typeNames)("a step on %s says its type and its address", (type: TypeName) => {
  const { world, machine } = ownWorld();
  void new world.SharedArrayBuffer(3);
  const { BYTES_PER_ELEMENT: bytes } = world[type];
  const view = new world[type](new world.SharedArrayBuffer(64), bytes);
  void view[2];
  expect(machine.steps).toEqual([{ op: "read", type, address: 8 + bytes * 3 }]);
});

test("a data view names the element type where it can, and raw bits elsewhere", () => {
  const { world, machine } = ownWorld();
  const data = new world.DataView(new world.SharedArrayBuffer(32));
  data.getFloat64(8, true);
  data.getFloat64(8, false);
  data.setFloat32(1, 5, true);
  data.setInt8(3, -1);
  expect(machine.steps.map(({ type, address }) => `${type} at ${address}`)).toEqual([
    "Float64Array at 8",
    "BigUint64Array at 8",
    "Uint32Array at 1",
    "Int8Array at 3",
  ]);
});

test("what fails takes no step", () => {
  const own = ownWorld();
  const { world } = own;
  const view = new world.Int32Array(new world.SharedArrayBuffer(16));
  const failing: readonly (() => unknown)[] = [
    () => view.set([1], 4),
    () => view.set([1], -1),
    () => view.with(4, 0),
    () => view.fill(1n as unknown as number),
    () => view.sort(5 as never),
    () => view.map(5 as never),
    () => view.reduce(undefined as never),
    () => view.set(new world.BigInt64Array(1)),
    () => new world.BigInt64Array(view as never),
    () => world.Atomics.load(view, 4),
    () => world.Atomics.store(view, 0, 1n as unknown as number),
    () => world.Atomics.add(new world.Float64Array(view.buffer) as never, 0, 1),
    () => new world.DataView(view.buffer).getInt32(13),
    () => new world.DataView(view.buffer).setInt32(0, 1n as unknown as number),
    () => (view[0] = Symbol("no") as unknown as number),
  ];
  for (const fail of failing) {
    expect(stepsOf(own, () => expect(fail).toThrow(Error))).toEqual([]);
  }
});
