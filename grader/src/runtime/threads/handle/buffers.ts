import type { BufferPlace } from "../../evidence.ts";
import type { HandleTree } from "./tree.ts";

/** The shared buffers in a handle, those of locks and gates that a scenario lends with their names. */
export function buffersOf(tree: HandleTree): readonly BufferPlace[] {
  switch (tree.kind) {
    case "buffer":
      return [{ offset: tree.offset, length: tree.length }];
    case "view":
    case "dataview":
      return buffersOf(tree.buffer);
    case "array":
      return [...tree.items, ...(tree.entries ?? []).map(([, value]) => value)].flatMap(buffersOf);
    case "set":
      return tree.items.flatMap(buffersOf);
    case "object":
      return lent(tree.entries) ?? tree.entries.flatMap(([, value]) => buffersOf(value));
    case "map":
      return tree.entries.flatMap(([key, value]) => [...buffersOf(key), ...buffersOf(value)]);
    default:
      return [];
  }
}

type Entries = readonly (readonly [string, HandleTree])[];

function lent(entries: Entries): readonly BufferPlace[] | undefined {
  const [first, second] = entries;
  const isLent = first?.[0] === "sharedLock" || first?.[0] === "sharedGate";
  if (!isLent || first[1].kind !== "buffer" || second?.[1].kind !== "plain") return undefined;
  const { offset, length } = first[1];
  return [{ offset, length, name: String(second[1].value) }];
}
