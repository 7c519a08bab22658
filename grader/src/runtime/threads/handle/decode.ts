/** Makes a value that has travelled: what a receiving thread gets, new objects each time. */
import { elementOf } from "../memory/elements.ts";
import type { SharedMemory } from "../shared-memory.ts";
import type { HandleTree } from "./tree.ts";

/** Makes the value of a tree. */
export function decodeHandle(memory: SharedMemory, tree: HandleTree): unknown {
  return decode(memory, tree, []);
}

const errors = new Map(
  [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError].map((type) => [
    type.name,
    type,
  ]),
);

/** `made` holds the objects so far, in order of appearance. */
function decode(memory: SharedMemory, tree: HandleTree, made: unknown[]): unknown {
  const again = (part: HandleTree): unknown => decode(memory, part, made);
  const keep = <T>(value: T): T => {
    made.push(value);
    return value;
  };
  switch (tree.kind) {
    case "plain":
      return tree.value;
    case "bigint":
      return BigInt(tree.value);
    case "hole":
      return undefined;
    case "ref":
      return made[tree.to];
    case "boxed":
      return keep(Object(again(tree.value)));
    case "date":
      return keep(new Date(tree.value));
    case "regexp":
      return keep(new RegExp(tree.source, tree.flags));
    case "error":
      return keep(new (errors.get(tree.name) ?? Error)(tree.message));
    case "buffer":
      return keep(memory.bufferAt(tree));
    case "bytes":
      return keep(new Uint8Array(tree.bytes).buffer);
    case "view":
    case "dataview": {
      const slot = made.push(undefined) - 1;
      const view = decodeView(memory, tree, again(tree.buffer) as object);
      made[slot] = view;
      return view;
    }
    case "array": {
      const items = keep<unknown[]>([]);
      items.length = tree.items.length;
      for (const [i, item] of tree.items.entries())
        if (item.kind !== "hole") items[i] = again(item);
      for (const [key, item] of tree.entries ?? []) put(items, key, again(item));
      return items;
    }
    case "object": {
      const object = keep({});
      for (const [key, item] of tree.entries) put(object, key, again(item));
      return object;
    }
    case "map": {
      const map = keep(new Map<unknown, unknown>());
      for (const [key, item] of tree.entries) map.set(again(key), again(item));
      return map;
    }
    case "set": {
      const set = keep(new Set<unknown>());
      for (const item of tree.items) set.add(again(item));
      return set;
    }
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

/** Sets a property of any name, `__proto__` too. */
function put(object: object, key: string, value: unknown): void {
  Reflect.defineProperty(object, key, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
