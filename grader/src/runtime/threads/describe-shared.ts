/** How shared memory reads where a submission prints it: by what is in it, and without a step. */
import { elementOf } from "./memory/elements.ts";
import type { SharedMemory } from "./shared-memory.ts";

/** Elements that are shown. */
const SHOWN = 20;

type Native = new (buffer: SharedArrayBuffer, offset: number, length: number) => ArrayLike<unknown>;

/** Makes the describer of one worker: undefined for what is not shared memory. */
export function createDescriber(
  arena: SharedArrayBuffer,
  memory: Pick<SharedMemory, "viewOf" | "dataViewOf" | "placeOf">,
): (value: object) => string | undefined {
  const natives = globalThis as unknown as Readonly<Record<string, Native | undefined>>;
  return (value) => {
    const view = memory.viewOf(value);
    if (view !== undefined) {
      const { name } = elementOf(view.type);
      const constructor = natives[name];
      const shown = Math.min(view.length, SHOWN);
      const items =
        constructor === undefined ? [] : Array.from(new constructor(arena, view.address, shown));
      const rest = view.length > shown ? ", …" : "";
      return `${name} [ ${items.map(String).join(", ")}${rest} ]`;
    }
    if (memory.dataViewOf(value) !== undefined) return "[DataView]";
    const place = memory.placeOf(value);
    return place === undefined ? undefined : `SharedArrayBuffer(${place.length})`;
  };
}
