/**
 * A view of shared memory: a Proxy that behaves as a typed array does (ECMA-262 §10.4.5), where every read and
 * write of an element is a step of the machine.
 */
import type { Machine } from "../machine.ts";
import { NOT_NUMERIC, elementIndex } from "./conversions.ts";
import { elementOf, toElement } from "./elements.ts";
import { prototypeFor } from "./mirror.ts";

/** What a view of shared memory is. */
export interface ViewPlace {
  readonly type: number;
  readonly address: number;
  /** In elements. */
  readonly length: number;
  readonly byteOffset: number;
  readonly buffer: object;
}

/** What the views need of the machine. */
export type Cells = Pick<Machine, "read" | "write">;

const { getOwnPropertyDescriptor, defineProperty, deleteProperty, get, has, ownKeys, set } =
  Reflect;

/** What a view's Proxy stands before: it has the prototype, and the properties that are no elements. */
type Target = object;

/** A view, as the engine sees it: the handler of its own Proxy. */
export class View implements ViewPlace, ProxyHandler<Target> {
  readonly type: number;
  readonly address: number;
  readonly length: number;
  readonly byteOffset: number;
  readonly buffer: object;
  readonly bytes: number;
  readonly big: boolean;
  /** What the submission holds. */
  readonly proxy: object;
  readonly #cells: Cells;

  constructor(cells: Cells, place: ViewPlace, target: Target) {
    const { bytes, big } = elementOf(place.type);
    this.type = place.type;
    this.address = place.address;
    this.length = place.length;
    this.byteOffset = place.byteOffset;
    this.buffer = place.buffer;
    this.bytes = bytes;
    this.big = big;
    this.#cells = cells;
    this.proxy = new Proxy(target, this);
  }

  /** Reads an element that exists. */
  read(index: number): number | bigint {
    return this.#cells.read(this.type, this.address + index * this.bytes);
  }

  /** Converts as an assignment does, then writes the element if it exists. */
  write(index: number, value: unknown): void {
    const converted = toElement(this.big, value);
    if (index >= 0 && index < this.length) {
      this.#cells.write(this.type, this.address + index * this.bytes, converted);
    }
  }

  get(target: Target, key: string | symbol, receiver: unknown): unknown {
    const index = elementIndex(key);
    if (index >= 0 && index < this.length) return this.read(index);
    return index === NOT_NUMERIC ? (get(target, key, receiver) as unknown) : undefined;
  }

  set(target: Target, key: string | symbol, value: unknown, receiver: unknown): boolean {
    const index = elementIndex(key);
    if (index === NOT_NUMERIC) return set(target, key, value, receiver);
    if (receiver === this.proxy) {
      this.write(index, value);
      return true;
    }
    // An object that inherits from the view gets the property itself, where the view has such an element.
    return !this.#holds(index) || set({ [key]: undefined }, key, value, receiver);
  }

  has(target: Target, key: string | symbol): boolean {
    const index = elementIndex(key);
    return index === NOT_NUMERIC ? has(target, key) : this.#holds(index);
  }

  deleteProperty(target: Target, key: string | symbol): boolean {
    const index = elementIndex(key);
    return index === NOT_NUMERIC ? deleteProperty(target, key) : !this.#holds(index);
  }

  defineProperty(target: Target, key: string | symbol, descriptor: PropertyDescriptor): boolean {
    const index = elementIndex(key);
    if (index === NOT_NUMERIC) return defineProperty(target, key, descriptor);
    const { configurable = true, enumerable = true, writable = true } = descriptor;
    if (!this.#holds(index) || !configurable || !enumerable || !writable) return false;
    if ("get" in descriptor || "set" in descriptor) return false;
    if ("value" in descriptor) this.write(index, descriptor.value);
    return true;
  }

  /** Reads the element, as the specification does: listing the entries of a view is not free of accesses. */
  getOwnPropertyDescriptor(target: Target, key: string | symbol): PropertyDescriptor | undefined {
    const index = elementIndex(key);
    if (index === NOT_NUMERIC) return getOwnPropertyDescriptor(target, key);
    if (!this.#holds(index)) return undefined;
    return { value: this.read(index), writable: true, enumerable: true, configurable: true };
  }

  ownKeys(target: Target): (string | symbol)[] {
    const keys: (string | symbol)[] = Array.from({ length: this.length }, (_, i) => String(i));
    for (const key of ownKeys(target)) if (elementIndex(key) === NOT_NUMERIC) keys.push(key);
    return keys;
  }

  /** What stands before a Proxy must have every key that is shown for it, once it takes no new ones. */
  preventExtensions(target: Target): boolean {
    for (let i = 0; i < this.length; i++) {
      defineProperty(target, String(i), { writable: true, enumerable: true, configurable: true });
    }
    return Reflect.preventExtensions(target);
  }

  #holds(index: number): boolean {
    return index >= 0 && index < this.length;
  }
}

/** Returns the object that it is given, so that a derived class puts its private fields on that. */
class Given {
  constructor(object: object) {
    return object;
  }
}

/** Marks the Proxy of a view, in a way that no trap sees and nobody else can do. */
class Mark extends Given {
  readonly #view: View;
  constructor(view: View) {
    super(view.proxy);
    this.#view = view;
  }
  static viewOf(value: unknown): View | undefined {
    return typeof value === "object" && value !== null && #view in value ? value.#view : undefined;
  }
}

/** The views of one worker. */
export interface Views {
  /** Makes a view whose prototype is the one that `newTarget` asks for, or `fallback`. */
  make(place: ViewPlace, newTarget: object, fallback: object): object;
  /** The view behind a value; undefined for any other value. */
  of(value: unknown): View | undefined;
}

/** Makes the views of one worker. */
export function createViews(cells: Cells): Views {
  // Most accesses in a row are of one view.
  let last: unknown;
  let lastView: View | undefined;

  return {
    make(place, newTarget, fallback) {
      const target = Object.create(prototypeFor(newTarget, fallback)) as Target;
      const view = new View(cells, place, target);
      // oxlint-disable-next-line no-new -- it marks the view's Proxy
      new Mark(view);
      return view.proxy;
    },
    of(value) {
      if (value === last) return lastView;
      const view = Mark.viewOf(value);
      if (view !== undefined) {
        last = value;
        lastView = view;
      }
      return view;
    },
  };
}
