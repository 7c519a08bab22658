import { describe, expect, test } from "vitest";
import { type World, nativeWorld, ownWorld, typeNames } from "./_worlds.ts";

/** What code gives in our world and in the native one. */
function both<T>(run: (world: World) => T): readonly [ours: T, native: T] {
  return [run(ownWorld().world), run(nativeWorld)];
}

/** Expects that code gives the same in both worlds, and says what. */
function expectSame<T>(run: (world: World) => T): T {
  const [ours, native] = both(run);
  expect(ours).toEqual(native);
  return ours;
}

/** The name of the class of what a function throws. */
function thrownBy(run: () => unknown): string {
  try {
    run();
    return "nothing";
  } catch (error) {
    return (error as Error).constructor.name;
  }
}

describe("an array over ordinary memory", () => {
  test.each(typeNames)("of class %s is a real one, with the world's class", (type) => {
    const { world, machine } = ownWorld();
    const array = new world[type](8);
    expect(array).toBeInstanceOf(world[type]);
    expect(array.constructor).toBe(world[type]);
    expect(ArrayBuffer.isView(array)).toBe(true);
    expect(array.buffer).toBeInstanceOf(ArrayBuffer);
    for (const made of [
      array.slice(),
      array.subarray(1),
      array.map((value) => value),
      array.filter(() => true),
      array.toSorted(),
      array.toReversed(),
      array.with(0, array[1]!),
      world[type].from([]),
      world[type].of(),
    ]) {
      expect(made.constructor).toBe(world[type]);
      expect(Object.getPrototypeOf(made)).toBe(world[type].prototype);
    }
    expect(machine.steps).toEqual([]);
  });

  test("shares it with other arrays and data views", () => {
    expect(
      expectSame(({ Int32Array, Uint8Array, DataView }) => {
        const words = new Int32Array([1, 2, 3]);
        new Uint8Array(words.buffer)[4] = 9;
        new DataView(words.buffer).setInt32(8, 7, true);
        return [...words, ...words.subarray(1)];
      }),
    ).toEqual([1, 9, 7, 9, 7]);
  });

  test("resizes with its buffer", () => {
    expectSame(({ Uint8Array }) => {
      const buffer = new ArrayBuffer(2, { maxByteLength: 8 });
      const bytes = new Uint8Array(buffer);
      buffer.resize(5);
      return [bytes.length, bytes.byteLength];
    });
  });

  test("takes elements from shared memory, and refuses to mix types", () => {
    expectSame(({ Int32Array, Float64Array, BigInt64Array, SharedArrayBuffer }) => {
      const view = new Int32Array(new SharedArrayBuffer(12));
      view.set([1, 2, 3]);
      const array = new Float64Array(4);
      array.set(view, 1);
      return [
        [...array],
        [...new Int32Array(view)],
        thrownBy(() => new BigInt64Array(2).set(view)),
        thrownBy(() => new BigInt64Array(2).set(new Int32Array(new SharedArrayBuffer(0)))),
        thrownBy(() => new BigInt64Array(view as never)),
        thrownBy(() => new BigInt64Array(new Int32Array(new SharedArrayBuffer(0)) as never)),
        thrownBy(() => array.set(view, 2)),
      ];
    });
  });
});

describe("a subclass", () => {
  test("has its fields, accessors and private state on a view", () => {
    expect(
      expectSame(({ Int32Array, SharedArrayBuffer }) => {
        class Cells extends Int32Array<SharedArrayBuffer> {
          label = "cells";
          #secret = 5;
          constructor(length: number) {
            super(new SharedArrayBuffer(length * 4));
          }
          get total(): number {
            return this.reduce((a, b) => a + b, 0);
          }
          set first(value: number) {
            this[0] = value;
          }
          secret(): number {
            return this.#secret++ + this[1]!;
          }
        }
        const cells = new Cells(3);
        cells.first = 4;
        cells[1] = 2;
        return [
          cells.total,
          cells.secret(),
          cells.secret(),
          cells.label,
          Object.keys(cells),
          cells instanceof Int32Array,
          [...cells],
        ];
      }),
    ).toEqual([6, 7, 8, "cells", ["0", "1", "2", "label"], true, [4, 2, 0]]);
  });

  test("makes its own kind in slice, map and filter, also where that is shared", () => {
    expectSame(({ Int32Array, SharedArrayBuffer }) => {
      class Shared extends Int32Array<SharedArrayBuffer> {
        constructor(...args: unknown[]) {
          super(
            ...((typeof args[0] === "number" ? [new SharedArrayBuffer(args[0] * 4)] : args) as [
              SharedArrayBuffer,
            ]),
          );
        }
      }
      const cells = new Shared(4);
      cells.set([4, 3, 2, 1]);
      const results = [
        cells.slice(1),
        cells.map((value) => value * 2),
        cells.filter((value) => value > 1),
        cells.subarray(2),
        Shared.from([7, 8] as never),
        Shared.of(5),
        Shared.from({ length: 1, 0: 3 } as never, (value: number) => value + 1),
      ];
      return results.map((array) => [
        array instanceof Shared,
        array.buffer instanceof SharedArrayBuffer,
        ...array,
      ]);
    });
  });

  test("says which class slice and map make", () => {
    expectSame(({ Int32Array, Float64Array, BigInt64Array, SharedArrayBuffer }) => {
      const withSpecies = (species: unknown): Int32Array => {
        class Odd extends Int32Array {
          static get [Symbol.species](): never {
            return species as never;
          }
        }
        const odd = new Odd(new SharedArrayBuffer(8) as never);
        odd[0] = 3;
        return odd;
      };
      class Short extends Int32Array {
        constructor() {
          super(1);
        }
      }
      return [
        Array.from(withSpecies(Float64Array).map((value) => value / 2)),
        withSpecies(undefined).slice().constructor === Int32Array,
        withSpecies(null).subarray(1).constructor === Int32Array,
        ...[Array, BigInt64Array, Short, 5, {}, () => 1].map((species) =>
          thrownBy(() => withSpecies(species).slice()),
        ),
        thrownBy(() =>
          Object.defineProperty(withSpecies(null), "constructor", { value: 5 }).slice(),
        ),
      ];
    });
  });
});

describe("a view", () => {
  test("cannot be frozen, but takes no more properties when told", () => {
    expectSame(({ Int32Array, SharedArrayBuffer }) => {
      const view = new Int32Array(new SharedArrayBuffer(8)) as Int32Array & { extra?: number };
      const empty = new Int32Array(new SharedArrayBuffer(0));
      const frozen = thrownBy(() => Object.freeze(new Int32Array(new SharedArrayBuffer(8))));
      Object.preventExtensions(view);
      view[1] = 5;
      return [
        frozen,
        Object.isExtensible(view),
        thrownBy(() => (view.extra = 1)),
        [...view],
        Object.keys(view),
        1 in view,
        delete (view as { x?: 1 }).x,
        Object.isFrozen(Object.freeze(empty)),
      ];
    });
  });

  test("may get another prototype, and be one", () => {
    expectSame(({ Int32Array, SharedArrayBuffer }) => {
      const view = new Int32Array(new SharedArrayBuffer(8));
      const heir = Object.create(view) as Int32Array & { own?: number };
      view[0] = 3;
      heir.own = 1;
      heir[1] = 7;
      heir[5] = 9;
      Object.setPrototypeOf(view, Array.prototype);
      return [heir[0], Object.keys(heir), Object.getPrototypeOf(view) === Array.prototype];
    });
  });

  test("ignores what is put over its own length while it iterates", () => {
    expectSame(({ Int32Array, SharedArrayBuffer }) => {
      const view = new Int32Array(new SharedArrayBuffer(8));
      Object.defineProperty(view, "length", { value: 1 });
      return [
        [...view],
        [...view.entries()],
        view.at(1),
        view.join("-"),
        view.indexOf(0, 1),
        view.length,
      ];
    });
  });

  test("sees what others write while it iterates", () => {
    expect(
      expectSame(({ Int32Array, SharedArrayBuffer }) => {
        const view = new Int32Array(new SharedArrayBuffer(12));
        const seen: number[] = [];
        for (const value of view) {
          seen.push(value);
          view[2] = 9;
        }
        return seen;
      }),
    ).toEqual([0, 0, 9]);
  });

  test("converts before it looks whether there is such an element, and only once", () => {
    expectSame(({ Int32Array, SharedArrayBuffer }) => {
      const view = new Int32Array(new SharedArrayBuffer(8));
      const log: string[] = [];
      const value = (name: string): number =>
        ({ valueOf: () => (log.push(name), 1) }) as unknown as number;
      view[7] = value("out of range");
      view.fill(value("value"), value("start"), value("end"));
      view.with(value("index"), 0);
      view.with(0, value("new"));
      view.copyWithin(value("to"), value("from"));
      view.subarray(value("begin"), value("until"));
      (view as unknown as Record<string, number>)["-0"] = value("minus zero");
      return log;
    });
  });

  test("of 64-bit integers wraps, and takes no numbers", () => {
    expectSame(({ BigInt64Array, BigUint64Array, SharedArrayBuffer }) => {
      const buffer = new SharedArrayBuffer(16);
      const signed = new BigInt64Array(buffer);
      signed[0] = (2n ** 64n - 1n) as never;
      signed[1] = "12" as never;
      return [
        [...signed].map(String),
        [...new BigUint64Array(buffer)].map(String),
        thrownBy(() => (signed[0] = 1)),
        thrownBy(() => signed.fill(undefined as never)),
        thrownBy(() => (signed[0] = { valueOf: () => 1 } as never)),
      ];
    });
  });
});

describe("constructors", () => {
  test("check their arguments as the native ones do", () => {
    expectSame((world) => {
      const buffer = new world.SharedArrayBuffer(10);
      const make = (...args: unknown[]): string =>
        thrownBy(() => new world.Int32Array(...(args as [number])));
      const data = (...args: unknown[]): string =>
        thrownBy(() => new world.DataView(...(args as [ArrayBuffer])));
      return [
        make(buffer),
        make(buffer, 1),
        make(buffer, 8),
        make(buffer, 4, 1),
        make(buffer, 4, 2),
        make(buffer, 12, 0),
        make(buffer, -4),
        make(buffer, 0, -1),
        make(buffer, 0, 2.9),
        make(buffer, "4", "1"),
        make(buffer, Symbol.iterator),
        make(buffer, 4n),
        make(buffer, 0, 2 ** 53),
        make(buffer, Number.NaN, null),
        make(buffer, undefined, 0),
        data(buffer),
        data(buffer, 10),
        data(buffer, 11),
        data(buffer, -1),
        data(buffer, 5, 6),
        data(buffer, 5, 5),
        data(buffer, 1.5, "2"),
        data({}),
        data(),
        data(new world.Int32Array(1)),
        data(buffer, 0, Symbol.iterator),
        thrownBy(() => new world.SharedArrayBuffer(-1)),
        thrownBy(() => new world.SharedArrayBuffer(2 ** 53)),
        thrownBy(() => new world.SharedArrayBuffer(1n as never)),
        thrownBy(() => new world.SharedArrayBuffer("8" as never).byteLength),
        thrownBy(() => (world.SharedArrayBuffer as unknown as (n: number) => unknown)(8)),
        thrownBy(() => (world.Int32Array as unknown as (n: number) => unknown)(8)),
        thrownBy(() => (world.DataView as unknown as (n: unknown) => unknown)(buffer)),
        new world.SharedArrayBuffer(undefined as never).byteLength,
        new world.SharedArrayBuffer(8, null as never).byteLength,
        new world.SharedArrayBuffer(8, {}).growable,
        new world.SharedArrayBuffer(8).maxByteLength,
        Object.prototype.toString.call(buffer),
        Object.prototype.toString.call(new world.DataView(buffer)),
        Object.prototype.toString.call(world.Atomics),
        new world.DataView(buffer, 3).byteOffset,
      ];
    });
  });

  test("fail when the arena is full, and leave what was there", () => {
    const { world, machine } = ownWorld();
    const view = new world.Int32Array(new world.SharedArrayBuffer(8));
    view[0] = 5;
    for (const bytes of [2 ** 16, 2 ** 31 - 8, 2 ** 32 - 8, 2 ** 32, 2 ** 40, 2 ** 52]) {
      expect(() => new world.SharedArrayBuffer(bytes)).toThrow(RangeError);
    }
    const next = new world.Int32Array(new world.SharedArrayBuffer(8));
    next[0] = 6;
    expect([view[0], next[0], machine.memory[8]]).toEqual([5, 6, 6]);
  });
});

describe("Atomics", () => {
  test("converts and checks as the native one does", () => {
    expectSame((world) => {
      const results: unknown[] = [];
      for (const type of typeNames) {
        const view = new world[type](new world.SharedArrayBuffer(16)) as unknown as Int32Array;
        const values: readonly unknown[] = type.startsWith("Big")
          ? [3n, -1n, 2n ** 70n + 1n, "9", true, 1]
          : [3, -1, 2 ** 33 + 1, "9", 1.9, -0, Number.NaN, Infinity, 1n, Symbol.iterator];
        for (const name of ["store", "add", "sub", "and", "or", "xor", "exchange"] as const) {
          for (const value of values) {
            for (const index of [0, "1", 1.7, -1, 99, Number.NaN, undefined]) {
              const call = (): unknown =>
                world.Atomics[name](view, index as number, value as number);
              const failure = thrownBy(call);
              results.push(failure === "nothing" ? [call(), world.Atomics.load(view, 0)] : failure);
            }
          }
        }
        for (const value of values) {
          results.push(
            thrownBy(() =>
              world.Atomics.compareExchange(view, 0, value as number, value as number),
            ),
          );
          results.push(thrownBy(() => world.Atomics.notify(view, 0, value as number)));
        }
      }
      const notArrays = [
        undefined,
        null,
        5,
        {},
        [],
        new world.SharedArrayBuffer(8),
        new world.DataView(new world.SharedArrayBuffer(8)),
        new Proxy(new world.Int32Array(2), {}),
      ];
      for (const value of notArrays) {
        for (const name of ["load", "store", "add", "notify", "wait"] as const) {
          results.push(
            thrownBy(() =>
              (world.Atomics[name] as (...args: unknown[]) => unknown)(value, 0, 0, 0),
            ),
          );
        }
      }
      return results.map((result) => (Array.isArray(result) ? result.map(String) : result));
    });
  });

  test("works on arrays over ordinary memory, where nobody can wait", () => {
    expect(
      expectSame(({ Atomics, Int32Array, Float64Array }) => {
        const array = new Int32Array(2);
        return [
          Atomics.add(array, 0, 5),
          Atomics.compareExchange(array, 0, 5, 7),
          Atomics.load(array, 0),
          Atomics.notify(array, 0),
          thrownBy(() => Atomics.wait(array, 0, 0, 0)),
          thrownBy(() => Atomics.load(new Float64Array(1) as never, 0)),
        ];
      }),
    ).toEqual([0, 5, 7, 0, "TypeError", "TypeError"]);
  });

  test("waits only on shared 32-bit and 64-bit integers", () => {
    expectSame((world) =>
      typeNames.map((type) => {
        const view = new world[type](new world.SharedArrayBuffer(16)) as unknown as Int32Array;
        const value = (type.startsWith("Big") ? 1n : 1) as number;
        return [
          thrownBy(() => world.Atomics.wait(view, 0, value, 0)),
          thrownBy(() => world.Atomics.wait(view, 9, value, 0)),
          thrownBy(() => world.Atomics.wait(view, 0, value, 1n as never)),
          thrownBy(() => world.Atomics.notify(view, 0)),
        ];
      }),
    );
  });

  test.each([
    ["absent", undefined, Infinity],
    ["NaN", Number.NaN, Infinity],
    ["negative", -5, 0],
    ["minus infinity", -Infinity, 0],
    ["a fraction", 0.5, 0.5],
    ["a string", "7", 7],
    ["null", null, 0],
  ])("waits for as long as the time-out says when it is %s", (_what, given, expected) => {
    const waits: unknown[] = [];
    const { world, machine } = ownWorld();
    machine.wait = (...args) => (waits.push(args), "timed-out");
    world.Atomics.wait(
      new world.Int32Array(new world.SharedArrayBuffer(8)),
      1,
      2 ** 32 + 3,
      given as number,
    );
    expect(waits).toEqual([[5, 4, 3, expected]]);
  });

  test.each([
    ["absent", undefined, Infinity],
    ["NaN", Number.NaN, 0],
    ["negative", -5, 0],
    ["a fraction", 1.9, 1],
    ["infinity", Infinity, Infinity],
  ])("notifies as many as it is told when the count is %s", (_what, given, expected) => {
    const counts: unknown[] = [];
    const { world, machine } = ownWorld();
    machine.notify = (address, count) => (counts.push([address, count]), 0);
    world.Atomics.notify(new world.Int32Array(new world.SharedArrayBuffer(8)), 1, given);
    expect(counts).toEqual([[4, expected]]);
  });
});

test("text is encoded and decoded as natively", () => {
  expectSame(
    ({
      TextEncoder,
      TextDecoder,
      Uint8Array,
      Int32Array,
      Uint8ClampedArray,
      DataView,
      SharedArrayBuffer,
    }) => {
      const shared = new Uint8Array(new SharedArrayBuffer(8)) as never as Uint8Array;
      const encoder = new TextEncoder();
      const decoder = new TextDecoder();
      const into = [
        encoder.encodeInto("é€x😀", shared),
        [...shared],
        encoder.encodeInto("", shared),
      ];
      const decode = (value: unknown): string => decoder.decode(value as Uint8Array);
      return [
        ...into,
        [...encoder.encode("aé")],
        encoder.encode().length,
        encoder.encode("x").constructor === Uint8Array,
        encoder.encoding,
        decode(shared),
        decode(shared.subarray(2, 5)),
        decode(shared.buffer),
        decode(new DataView(shared.buffer, 0, 2)),
        decode(new Uint8Array([65])),
        decode(new ArrayBuffer(1)),
        decode(undefined),
        new TextDecoder("latin1", { ignoreBOM: true }).encoding,
        new TextDecoder("utf-8", { fatal: true }).fatal,
        new TextDecoder().ignoreBOM,
        decoder.decode(new Uint8Array([0xc3]), { stream: true }) +
          decoder.decode(new Uint8Array([0xa9])),
        thrownBy(() => encoder.encodeInto("x", new Int32Array(new SharedArrayBuffer(8)) as never)),
        thrownBy(() =>
          encoder.encodeInto("x", new Uint8ClampedArray(new SharedArrayBuffer(8)) as never),
        ),
        thrownBy(() => encoder.encodeInto(5 as never, shared)),
        thrownBy(() => encoder.encodeInto("x", {} as never)),
        thrownBy(() => encoder.encode(Symbol.iterator as never)),
        thrownBy(() => decode(5)),
        thrownBy(() => decode({})),
        thrownBy(() => new TextDecoder("utf-8", { fatal: true }).decode(new Uint8Array([255]))),
        thrownBy(() => (TextEncoder as unknown as () => void)()),
      ];
    },
  );
});

test("bytes are shown as hex and base64 where this Node can", () => {
  expectSame(({ Uint8Array, SharedArrayBuffer }) => {
    if (!("toHex" in Uint8Array.prototype)) return "not here";
    type Hex = Uint8Array & {
      toHex(): string;
      toBase64(options?: object): string;
      setFromHex(text: string): unknown;
    };
    const { fromHex, fromBase64 } = Uint8Array as unknown as Record<string, (text: string) => Hex>;
    const shared = new Uint8Array(new SharedArrayBuffer(3)) as unknown as Hex;
    shared.set([1, 255, 62]);
    const local = fromHex!("01ff3e");
    return [
      shared.toHex(),
      shared.toBase64({ alphabet: "base64url" }),
      local.toBase64(),
      [...fromBase64!("AQ==")],
      local.constructor === Uint8Array,
      local.setFromHex("00"),
    ];
  });
});
