import { describe, expect, test } from "vitest";
import { NotCloneable, decodeHandle, encodeHandle } from "../../../src/runtime/threads/handle.ts";
import { Mutex } from "../../../src/kit/index.ts";
import { ownWorld } from "./_worlds.ts";

/** Sends a value to another thread with a memory of its own on the same arena; both ends are JSON. */
function send(value: unknown, own = ownWorld()): unknown {
  const tree = encodeHandle(own.memory, value);
  return decodeHandle(own.memory, structuredClone(tree));
}

/** Why a value cannot be sent, or "sent". */
function refusal(value: unknown): string {
  try {
    send(value);
    return "sent";
  } catch (error) {
    if (!(error instanceof NotCloneable)) throw error;
    return error.message;
  }
}

class Point {
  #hidden = 1;
  x = 2;
  get y(): number {
    return this.#hidden;
  }
}

describe("ordinary values travel as structuredClone sends them:", () => {
  test.each<[string, unknown]>([
    [
      "primitives",
      [0, -0, Number.NaN, Infinity, "text", "", true, null, undefined, 2n ** 80n, -5n],
    ],
    ["objects", { a: { b: [] }, undefined: undefined, "": 1, 7: 2 }],
    ["properties by name __proto__", JSON.parse('{"__proto__":{"x":1}}')],
    ["an object without prototype", Object.assign(Object.create(null), { a: 1 })],
    ["instances of classes", new Point()],
    [
      "getters, called once",
      {
        get once() {
          return { made: true };
        },
      },
    ],
    [
      "symbols as keys and inherited or hidden properties, which stay behind",
      Object.defineProperty(Object.create({ inherited: 1 }), "hidden", { value: 1 }),
    ],
    [
      "arrays with holes and names",
      Object.assign([1], { 2: { deep: [undefined] }, name: "n", "-1": 2 }),
    ],
    [
      "maps and sets",
      new Map<unknown, unknown>([
        [{ key: 1 }, new Set([1, [2]])],
        ["k", new Map()],
      ]),
    ],
    ["dates and regular expressions", [new Date(5), new Date(Number.NaN), /a\/b/giu]],
    ["boxed primitives", [Object(1), Object("s"), Object(false), Object(3n)]],
    [
      "errors, with their standard class only",
      [
        new RangeError("r"),
        new Error("e"),
        new (class Own extends TypeError {
          code = 1;
          override name = "Own";
        })("o"),
      ],
    ],
  ])("%s", (_what, value) => {
    expect(send(value)).toEqual(structuredClone(value));
  });

  test("an object that appears twice, or in itself, stays one", () => {
    const shared = { n: 1 };
    const value: Record<string, unknown> = {
      a: shared,
      b: [shared],
      map: new Map([[shared, shared]]),
    };
    value["self"] = value;
    const sent = send(value) as {
      a: object;
      b: object[];
      self: unknown;
      map: Map<unknown, unknown>;
    };
    expect(sent.b[0]).toBe(sent.a);
    expect(sent.self).toBe(sent);
    expect(sent.map.get(sent.a)).toBe(sent.a);
    expect(sent.a).not.toBe(shared);
  });

  test("two arrays over one buffer stay over one", () => {
    const bytes = new Uint8Array(8);
    const [a, b] = send([bytes, new Int16Array(bytes.buffer, 2)]) as [Uint8Array, Int16Array];
    b[0] = 0x0101;
    expect([a[2], a[3], a.buffer === b.buffer]).toEqual([1, 1, true]);
  });

  test("ordinary memory is copied", () => {
    const { world } = ownWorld();
    const own = [
      new world.Int16Array([4, 5]).subarray(1),
      new world.Uint8Array(3),
      new BigInt64Array([7n]),
    ];
    const sent = send([...own, new Uint8Array([1, 2]).buffer]) as [...Int8Array[], ArrayBuffer];
    const items = sent.map((part) =>
      part instanceof ArrayBuffer
        ? part.byteLength
        : [part.constructor.name, part.byteOffset, ...part],
    );
    expect(items).toEqual([
      ["Int16Array", 2, 5],
      ["Uint8Array", 0, 0, 0, 0],
      ["BigInt64Array", 0, 7n],
      2,
    ]);
  });

  test("a data view over ordinary memory is one over a copy", () => {
    const data = new DataView(new Uint8Array([1, 2, 3, 4]).buffer, 1, 2);
    const sent = send(data) as DataView;
    expect([sent.byteOffset, sent.byteLength, sent.getUint16(0)]).toEqual([1, 2, 0x0203]);
    sent.setInt8(0, 9);
    expect(data.getInt8(0)).toBe(2);
  });

  test.each<[string, unknown]>([
    ["a function", () => 1],
    ["a class", Point],
    ["a symbol", Symbol("s")],
    ["a Promise", Promise.resolve()],
    ["a WeakMap", new WeakMap()],
    ["a WeakSet", new WeakSet()],
    ["a generator", (function* () {})()],
    ["an iterator", [1].values()],
    ["an iterator of a map", new Map().keys()],
    [
      "arguments",
      (function (..._args: unknown[]) {
        return arguments;
      })(1),
    ],
    ["a Symbol object", Object(Symbol("s"))],
    ["a Proxy", new Proxy({}, {})],
    ["a Proxy of a function", new Proxy(() => 1, {})],
  ])("%s cannot travel", (_what, value) => {
    expect(() => structuredClone(value)).toThrow("could not be cloned");
    expect(refusal({ deep: [value] })).toMatch(
      /^handle\.deep\[0\] is an? .+, which postMessage cannot carry$/,
    );
  });
});

describe("shared memory", () => {
  test("arrives as new objects over the same place", () => {
    const own = ownWorld();
    const { world } = own;
    void new world.SharedArrayBuffer(16);
    const view = new world.Int32Array(new world.SharedArrayBuffer(16), 4, 2);
    const handle = {
      view,
      buffer: view.buffer,
      data: new world.DataView(view.buffer, 8),
      again: view,
    };
    const sent = send(handle, own) as typeof handle;
    expect(sent.view).toBeInstanceOf(world.Int32Array);
    expect([
      sent.view.buffer === sent.buffer,
      sent.data.buffer === sent.buffer,
      sent.again === sent.view,
    ]).toEqual([true, true, true]);
    expect([sent.view === view, sent.buffer === view.buffer]).toEqual([false, false]);
    expect([
      sent.view.byteOffset,
      sent.view.length,
      sent.data.byteOffset,
      sent.data.byteLength,
    ]).toEqual([4, 2, 8, 8]);
    sent.view[1] = 77;
    expect([view[1], sent.data.getInt32(0, true)]).toEqual([77, 77]);
  });

  test("of a subclass loses it, as a message does", () => {
    const own = ownWorld();
    class Cells extends own.world.Int32Array {}
    const sent = send(new Cells(new own.world.SharedArrayBuffer(8) as never), own) as Int32Array;
    expect(sent.constructor).toBe(own.world.Int32Array);
  });

  test("is described by places alone", () => {
    const own = ownWorld();
    const view = new own.world.Uint8Array(new own.world.SharedArrayBuffer(8), 2);
    expect(encodeHandle(own.memory, { view })).toEqual({
      kind: "object",
      entries: [
        [
          "view",
          {
            kind: "view",
            type: 1,
            byteOffset: 2,
            length: 6,
            buffer: { kind: "buffer", offset: 0, length: 8 },
          },
        ],
      ],
    });
    expect(own.machine.steps).toEqual([]);
  });

  test("of the native kind is no memory of ours", () => {
    expect(refusal(Mutex.create().handle)).toMatch(
      /^handle is shared memory that is not the engine's/,
    );
  });
});

describe("a hostile value", () => {
  const nested = (levels: number): unknown => (levels === 0 ? 0 : { in: nested(levels - 1) });

  test("is bounded in depth and in size", () => {
    expect(refusal(nested(32))).toBe("sent");
    expect(refusal(nested(40))).toMatch(/^handle[.in]+ is nested more than 32 levels deep$/);
    expect(refusal("x".repeat(70_000))).toBe("handle makes the handle larger than 64 KiB");
    expect(refusal({ ["k".repeat(70_000)]: 1 })).toBe("handle makes the handle larger than 64 KiB");
    expect(refusal(Object.assign([], { length: 4_000_000_000 }))).toBe(
      "handle makes the handle larger than 64 KiB",
    );
    expect(refusal(new ArrayBuffer(1 << 20))).toBe("handle makes the handle larger than 64 KiB");
    expect(refusal(new Set(Array.from({ length: 9_000 }, (_, i) => i)))).toContain(
      "larger than 64 KiB",
    );
    expect(refusal(2n ** 400_000n)).toContain("larger than 64 KiB");
  });

  test("that never ends is stopped", () => {
    const endless = (): object => ({
      get next() {
        return endless();
      },
    });
    expect(refusal(endless())).toContain("levels deep");
    const wide = (): object => ({
      get more() {
        return Array.from({ length: 30 }, wide);
      },
    });
    expect(refusal(wide())).toMatch(/levels deep$|64 KiB$/);
  });

  test("that lies about itself is not believed", () => {
    const fakeMap = Object.create(Map.prototype) as object;
    const fakeArray = Object.create(Array.prototype) as object;
    const liar = new Map([["a", 1]]);
    liar.forEach = () => undefined;
    Object.defineProperty(liar, Symbol.iterator, {
      value: () => {
        throw new EvalError("called");
      },
    });
    const date = new Date(7);
    date.getTime = () => {
      throw new EvalError("called");
    };
    Object.setPrototypeOf(date, null);
    expect(send([fakeMap, fakeArray, liar])).toEqual([{}, {}, new Map([["a", 1]])]);
    expect((send(date) as Date).getTime()).toBe(7);
    expect(
      refusal(
        Object.defineProperty({}, "toJSON", {
          value: () => {
            throw new EvalError("called");
          },
        }),
      ),
    ).toBe("sent");
    expect(refusal(JSON.parse('{"toString":1,"constructor":2,"then":3}'))).toBe("sent");
  });

  test("whose traps are bombs is refused without touching one", () => {
    const bomb = new Proxy(
      {},
      new Proxy(
        {},
        {
          get: () => {
            throw new EvalError("touched");
          },
        },
      ),
    );
    expect(refusal([bomb])).toBe("handle[0] is a Proxy, which postMessage cannot carry");
    expect(refusal(new Proxy([], {}))).toBe("handle is a Proxy, which postMessage cannot carry");
  });

  test("whose getter throws, throws that", () => {
    expect(() =>
      send({
        get bad() {
          throw new EvalError("mine");
        },
      }),
    ).toThrow(EvalError);
  });

  test("that changes while it is read sends what was there", () => {
    const changing: Record<string, unknown> = {
      get first() {
        delete changing["second"];
        changing["third"] = 3;
        return 1;
      },
      second: 2,
    };
    expect(send(changing)).toStrictEqual({ first: 1 });
  });
});
