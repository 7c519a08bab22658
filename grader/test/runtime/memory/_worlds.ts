import { type ElementName, elementTypes } from "../../../src/runtime/threads/operations.ts";
import {
  type SharedMemory,
  createSharedMemory,
} from "../../../src/runtime/threads/shared-memory.ts";
import { type DirectMachine, directMachine } from "./_direct-machine.ts";

/** The globals that a program on shared memory uses: the native ones, or ours. */
export type World = Readonly<Record<TypeName, typeof Int32Array>> & {
  readonly SharedArrayBuffer: typeof SharedArrayBuffer;
  readonly DataView: typeof DataView;
  readonly Atomics: typeof Atomics;
  readonly TextEncoder: typeof TextEncoder;
  readonly TextDecoder: typeof TextDecoder;
};

/** Names of the element types. */
export type TypeName = ElementName;

/** Every element type that this Node has. */
export const typeNames: readonly TypeName[] = elementTypes
  .map(({ name }) => name)
  .filter((name) => name in globalThis);

/** Native shared memory. */
export const nativeWorld = globalThis as unknown as World;

/** Thrown by our world for what the engine does not support. */
export class Refused extends Error {
  override readonly name = "Refused";
}

/** Our shared memory on a machine of its own. */
export interface OwnWorld {
  readonly world: World;
  readonly memory: SharedMemory;
  readonly machine: DirectMachine;
}

/** Makes our world. */
export function ownWorld(): OwnWorld {
  const machine = directMachine();
  const memory = createSharedMemory(machine, (what) => {
    throw new Refused(what);
  });
  return { world: memory.globals as unknown as World, memory, machine };
}

/** The operations that a piece of code makes of the machine, in order. */
export function stepsOf({ machine }: OwnWorld, run: () => unknown): string[] {
  const from = machine.steps.length;
  run();
  return machine.steps.slice(from).map(({ op }) => op);
}
