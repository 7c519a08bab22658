/** `SharedArrayBuffer`: a place in the arena that all workers share. */
import type { Machine } from "../machine.ts";
import { toIndex } from "./conversions.ts";
import { constructLike, imitate, mirror, snapshotOf } from "./mirror.ts";
import { type Refuse, memberName } from "./refusal.ts";

/** A shared buffer's place in the arena, in bytes. */
export interface Place {
  readonly offset: number;
  readonly length: number;
}

/** The shared buffers of one worker. */
export interface Buffers {
  /** The submission's `SharedArrayBuffer`. */
  readonly constructor: object;
  /** A new object for a place in the arena. */
  at(place: Place): object;
  /** The place of one of our buffers; undefined for any other value. */
  placeOf(value: unknown): Place | undefined;
}

/** Larger than any arena, and small enough for the arithmetic of 32-bit words. */
const MOST_BYTES = 0x4000_0000;

const statics = snapshotOf(SharedArrayBuffer);
const members = snapshotOf(SharedArrayBuffer.prototype);

/** Where a buffer's private place is kept. */
class Stamp {
  readonly #place: Place;
  constructor(place: Place) {
    this.#place = place;
  }
  static placeOf(value: unknown): Place | undefined {
    return typeof value === "object" && value !== null && #place in value
      ? value.#place
      : undefined;
  }
}

/** Makes the shared buffers of one worker. */
export function createBuffers(machine: Pick<Machine, "allocate">, refuse: Refuse): Buffers {
  const { placeOf } = Stamp;
  const create = (place: Place, newTarget: object): object =>
    constructLike(Stamp, [place], newTarget, constructor.prototype);

  const constructor = function (length: unknown, options?: unknown): object {
    if (new.target === undefined)
      throw new TypeError("Constructor SharedArrayBuffer requires 'new'");
    const bytes = toIndex(length, "Array buffer allocation failed");
    if (isGrowable(options)) refuse("a growable SharedArrayBuffer");
    const offset = bytes > MOST_BYTES ? -1 : machine.allocate(bytes);
    if (offset < 0) throw new RangeError("Array buffer allocation failed");
    return create({ offset, length: bytes }, new.target);
  } as unknown as { readonly prototype: object };

  imitate(constructor, SharedArrayBuffer);
  mirror(statics, constructor, ({ key, call }) =>
    // The getter of `Symbol.species` answers its receiver, whatever that is.
    key === Symbol.species ? call : () => refuse(memberName("SharedArrayBuffer", key)),
  );
  Reflect.defineProperty(constructor, "prototype", { writable: false });

  const fields = new Map<PropertyKey, (place: Place) => unknown>([
    ["byteLength", (place) => place.length],
    ["maxByteLength", (place) => place.length],
    ["growable", () => false],
  ]);
  mirror(members, constructor.prototype, ({ key }) => {
    const field = fields.get(key);
    const name = memberName("SharedArrayBuffer.prototype", key);
    return {
      member(this: unknown): unknown {
        const place = placeOf(this);
        if (place === undefined) throw new TypeError(`${name} called on incompatible receiver`);
        return field === undefined ? refuse(name) : field(place);
      },
    }.member;
  });

  return { constructor, at: (place) => create(place, constructor), placeOf };
}

function isGrowable(options: unknown): boolean {
  if ((typeof options !== "object" && typeof options !== "function") || options === null)
    return false;
  return (options as { maxByteLength?: unknown }).maxByteLength !== undefined;
}
