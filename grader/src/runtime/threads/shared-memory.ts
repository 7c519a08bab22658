/**
 * The shared memory that a submission sees: `SharedArrayBuffer`, the typed arrays, `DataView` and `Atomics`, whose
 * every access of shared bytes is a step of the machine. Arrays over ordinary memory stay real arrays; their
 * accesses are nobody else's business.
 *
 * A member that the engine has no step for is refused by name: nothing reaches shared bytes unlogged. The members
 * are taken from the realm as it is when this module is loaded, so it must be loaded before lockdown.
 */
import type { Machine } from "./machine.ts";
import { createAtomics } from "./memory/atomics.ts";
import { type Place, createBuffers } from "./memory/buffer.ts";
import { type DataViewPlace, createDataViews } from "./memory/data-view.ts";
import type { Refuse } from "./memory/refusal.ts";
import { createTextCoders } from "./memory/text.ts";
import { createTypedArrays } from "./memory/typed-arrays.ts";
import { type ViewPlace, createViews } from "./memory/view.ts";

export type { DataViewPlace, Place, Refuse, ViewPlace };

/** What the shared memory needs of the machine. */
export type MemoryMachine = Pick<
  Machine,
  | "read"
  | "write"
  | "load"
  | "store"
  | "update"
  | "compareExchange"
  | "wait"
  | "notify"
  | "allocate"
>;

/** The engine's shared memory, for one worker. */
export interface SharedMemory {
  /** The globals of the compartment, by name. */
  readonly globals: Readonly<Record<string, unknown>>;
  /** The buffer object for a place in the arena; each call makes a new object, as a received message would. */
  bufferAt(place: Place): object;
  /** A typed array over one of our buffers; `length` is in elements. */
  viewAt(type: number, buffer: object, byteOffset: number, length: number): object;
  /** A `DataView` over one of our buffers. */
  dataViewAt(buffer: object, byteOffset: number, length: number): object;
  /** The place of a shared buffer; undefined for any other value, as below. */
  placeOf(value: unknown): Place | undefined;
  viewOf(value: unknown): ViewPlace | undefined;
  dataViewOf(value: unknown): DataViewPlace | undefined;
  /** Whether a value is a typed array or `DataView` of shared memory: what `ArrayBuffer.isView` should say. */
  isView(value: unknown): boolean;
}

/** Builds the shared memory of one worker on its machine. */
export function createSharedMemory(machine: MemoryMachine, refuse: Refuse): SharedMemory {
  const cells = machine;
  const buffers = createBuffers(machine, refuse);
  const views = createViews(cells);
  const dataViews = createDataViews({ cells, buffers, refuse });
  const isView = (value: unknown): boolean =>
    views.of(value) !== undefined || dataViews.placeOf(value) !== undefined;
  const isShared = (value: unknown): boolean =>
    isView(value) || buffers.placeOf(value) !== undefined;
  const { constructors, viewAt, adopt } = createTypedArrays({ buffers, views, refuse, isShared });

  return {
    globals: {
      SharedArrayBuffer: buffers.constructor,
      ...constructors,
      DataView: dataViews.constructor,
      Atomics: createAtomics({ cells, views, refuse, isShared }),
      ...createTextCoders({ cells, buffers, views, dataViews, adopt }),
    },
    bufferAt: (place) => buffers.at(place),
    viewAt,
    dataViewAt: (buffer, byteOffset, length) => dataViews.at(buffer, byteOffset, length),
    placeOf: (value) => buffers.placeOf(value),
    viewOf: (value) => views.of(value),
    dataViewOf: (value) => dataViews.placeOf(value),
    isView,
  };
}
