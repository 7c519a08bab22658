/** A Node of the future, whose shared memory has more members: what becomes of them is posted. */
import { parentPort } from "node:worker_threads";
import { directMachine } from "./_direct-machine.ts";

const members = {
  future: () => "native",
  get futureGetter() {
    return "native";
  },
  getFuture8: () => "native",
};
const prototype = Object.getPrototypeOf(Int8Array.prototype) as object;
const { futureGetter, future, getFuture8 } = Object.getOwnPropertyDescriptors(members);
for (const owner of [SharedArrayBuffer.prototype, prototype, DataView.prototype]) {
  Object.defineProperty(owner, "futureGetter", futureGetter);
}
for (const owner of [
  SharedArrayBuffer,
  SharedArrayBuffer.prototype,
  prototype,
  Uint8Array.prototype,
  Uint8Array,
  Atomics,
]) {
  Object.defineProperty(owner, "future", future);
}
const data8: object = DataView.prototype;
Object.defineProperty(data8, "getFuture8", getFuture8);

const { createSharedMemory } = await import("../../../src/runtime/threads/shared-memory.ts");
const { globals } = createSharedMemory(directMachine(), (what) => {
  throw new Error(`refused: ${what}`);
});
type Future = Record<"future" | "getFuture8", (...args: unknown[]) => unknown> & {
  readonly futureGetter: unknown;
};
const world = globals as unknown as Readonly<
  Record<
    "SharedArrayBuffer" | "Uint8Array" | "DataView" | "Atomics",
    Future & (new (...args: unknown[]) => Future)
  >
>;
const buffer = new world.SharedArrayBuffer(8);
const view = new world.Uint8Array(buffer);
const array = new world.Uint8Array(8);
const data = new world.DataView(buffer);
const wordView = new (globals["Int32Array"] as typeof world.Uint8Array)(buffer);

const attempts: Readonly<Record<string, () => unknown>> = {
  "SharedArrayBuffer.future": () => world.SharedArrayBuffer.future(),
  "SharedArrayBuffer.prototype.future": () => buffer.future(),
  "SharedArrayBuffer.prototype.futureGetter": () => buffer.futureGetter,
  "TypedArray.prototype.future on a view": () => wordView.future(),
  "TypedArray.prototype.future on an array": () =>
    new (globals["Int32Array"] as typeof world.Uint8Array)(1).future(),
  "TypedArray.prototype.futureGetter on a view": () => view.futureGetter,
  "Uint8Array.prototype.future on a view": () => view.future(),
  "Uint8Array.future of a view": () => world.Uint8Array.future(view),
  "Uint8Array.future of an array": () => world.Uint8Array.future(array),
  "DataView.prototype.getFuture8 on a view": () => data.getFuture8(0),
  "DataView.prototype.futureGetter on a view": () => data.futureGetter,
  "Atomics.future on a view": () => world.Atomics.future(view),
  "Atomics.future on an array": () => world.Atomics.future(array),
};
parentPort?.postMessage(
  Object.fromEntries(
    Object.entries(attempts).map(([name, attempt]) => {
      try {
        return [name, attempt()];
      } catch (error) {
        return [name, (error as Error).message];
      }
    }),
  ),
);
