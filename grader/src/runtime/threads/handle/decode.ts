/** Makes a value that has travelled: what a receiving thread gets, new objects each time. */
import { elementOf } from "../memory/elements.ts";
import type { SharedMemory } from "../shared-memory.ts";
import type { HandleTree } from "./tree.ts";

/** Makes the value of a tree. */
export function decodeHandle(memory: SharedMemory, tree: HandleTree): unknown {
  return new Decoder(memory).decode(tree);
}

const errors = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((type) => [
    type.name,
    type,
  ]),
);

class Decoder {
  readonly #memory: SharedMemory;
  /** The objects so far, in order of appearance. */
  readonly #made: unknown[] = [];

  constructor(memory: SharedMemory) {
    this.#memory = memory;
  }

  decode(tree: HandleTree): unknown {
    switch (tree.kind) {
      case "plain":
        return tree.value;
      case "bigint":
        return BigInt(tree.value);
      case "hole":
        return undefined;
      case "ref":
        return this.#made[tree.to];
      case "boxed":
        return this.#keep(Object(this.decode(tree.value)));
      case "date":
        return this.#keep(new Date(tree.value));
      case "regexp":
        return this.#keep(new RegExp(tree.source, tree.flags));
      case "error":
        return this.#keep(new (errors.get(tree.name) ?? Error)(tree.message));
      case "buffer":
        return this.#keep(this.#memory.bufferAt(tree));
      case "bytes":
        return this.#keep(new Uint8Array(tree.bytes).buffer);
      case "view":
      case "dataview": {
        const slot = this.#made.push(undefined) - 1;
        const view = decodeView(this.#memory, tree, this.decode(tree.buffer) as object);
        this.#made[slot] = view;
        return view;
      }
      case "array":
        return this.#array(tree);
      case "object": {
        const object = this.#keep({});
        for (const [key, item] of tree.entries) put(object, key, this.decode(item));
        return object;
      }
      case "map": {
        const map = this.#keep(new Map<unknown, unknown>());
        for (const [key, item] of tree.entries) map.set(this.decode(key), this.decode(item));
        return map;
      }
      case "set": {
        const set = this.#keep(new Set<unknown>());
        for (const item of tree.items) set.add(this.decode(item));
        return set;
      }
    }
  }

  #array({ items, entries = [] }: Extract<HandleTree, { kind: "array" }>): unknown[] {
    const array = this.#keep<unknown[]>([]);
    array.length = items.length;
    for (const [i, item] of items.entries()) {
      if (item.kind !== "hole") array[i] = this.decode(item);
    }
    for (const [key, item] of entries) put(array, key, this.decode(item));
    return array;
  }

  #keep<T>(value: T): T {
    this.#made.push(value);
    return value;
  }
}

function decodeView(
  memory: SharedMemory,
  tree: Extract<HandleTree, { kind: "view" | "dataview" }>,
  buffer: object,
): object {
  const { kind, byteOffset, length } = tree;
  if (memory.placeOf(buffer) !== undefined) {
    return kind === "view"
      ? memory.viewAt(tree.type, buffer, byteOffset, length)
      : memory.dataViewAt(buffer, byteOffset, length);
  }
  const constructor = memory.globals[kind === "view" ? elementOf(tree.type).name : "DataView"];
  return Reflect.construct(constructor as () => void, [buffer, byteOffset, length]) as object;
}

/** Sets a property of any name. */
function put(object: object, key: string, value: unknown): void {
  if (key in object) {
    const attributes = { writable: true, enumerable: true, configurable: true };
    Reflect.defineProperty(object, key, { value, ...attributes });
  } else (object as Record<string, unknown>)[key] = value;
}
