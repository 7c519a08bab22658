/** Locks and gates that a scenario lends to a submission, with each lock operation as one step. */
import type { SharedGate, SharedLock, SharedTools } from "../../scenario/index.ts";
import type { Machine } from "./machine.ts";
import { INT_32 } from "./operations.ts";
import type { SharedMemory } from "./shared-memory.ts";

/** Bytes of a lock's or gate's shared memory. */
const BYTES = 4;
const CLOSED = 0;
const OPEN = 1;

/** What the collaborators of one worker are made from. */
export interface CollaboratorParts {
  readonly machine: Pick<
    Machine,
    "allocate" | "lock" | "unlock" | "holds" | "load" | "store" | "wait" | "notify"
  >;
  readonly memory: Pick<SharedMemory, "bufferAt" | "placeOf">;
  readonly KataError: new (code: string, message?: string) => Error;
}

/** Makes the locks and gates of one worker. Their errors are the kit's. */
export function createCollaborators({
  machine,
  memory,
  KataError,
}: CollaboratorParts): SharedTools {
  const create = (key: "sharedLock" | "sharedGate", name: string): unknown => {
    const offset = machine.allocate(BYTES);
    if (offset < 0) throw new RangeError("Array buffer allocation failed");
    return { [key]: memory.bufferAt({ offset, length: BYTES }), name };
  };
  const addressOf = (handle: unknown, key: "sharedLock" | "sharedGate"): number => {
    const place = memory.placeOf((handle as Partial<Record<typeof key, unknown>> | null)?.[key]);
    if (place === undefined) throw new TypeError(`not a handle of a ${key}`);
    return place.offset;
  };
  return {
    createLock: (name = "lock") => create("sharedLock", name),
    createGate: (name = "gate") => create("sharedGate", name),
    lock(handle): SharedLock {
      const address = addressOf(handle, "sharedLock");
      return Object.freeze({
        acquire({ timeout = Infinity }: { readonly timeout?: number } = {}) {
          if (!(timeout >= 0)) throw new RangeError("timeout must be at least 0");
          return machine.lock(address, timeout, true);
        },
        release() {
          if (!machine.holds(address)) {
            const isFree = machine.load(INT_32, address) === 0;
            throw new KataError(isFree ? "NOT_LOCKED" : "NOT_OWNER");
          }
          machine.unlock(address);
        },
        get locked() {
          return machine.load(INT_32, address) !== 0;
        },
      });
    },
    gate(handle): SharedGate {
      const address = addressOf(handle, "sharedGate");
      return Object.freeze({
        pass() {
          while (machine.load(INT_32, address) === CLOSED)
            machine.wait(INT_32, address, CLOSED, Infinity);
        },
        open() {
          machine.store(INT_32, address, OPEN);
          machine.notify(address, Infinity);
        },
      });
    },
  };
}
