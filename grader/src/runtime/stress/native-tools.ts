/** The locks and gates that a scenario lends to a submission, at native speed. */
import { KataError } from "../../kit/index.ts";
import type { SharedGate, SharedLock, SharedTools } from "../../scenario/index.ts";

const FREE = 0;
const CLOSED = 0;
const OPEN = 1;
/** Word 0 of a lock is its owner, word 1 counts releases: who waits sleeps on that. */
const OWNER = 0;
const RELEASES = 1;

/** Makes the tools of the thread `threadId` (0 = main). */
export function createNativeTools(threadId: number): SharedTools {
  const me = threadId + 1;
  const cellsOf = (handle: unknown): Int32Array =>
    new Int32Array((handle as { readonly cells: SharedArrayBuffer }).cells);
  const create = (name: string): unknown => ({ cells: new SharedArrayBuffer(8), name });
  return {
    createLock: (name = "lock") => create(name),
    createGate: (name = "gate") => create(name),
    lock(handle): SharedLock {
      const cells = cellsOf(handle);
      return Object.freeze({
        acquire({ timeout = Infinity }: { readonly timeout?: number } = {}) {
          if (!(timeout >= 0)) throw new RangeError("timeout must be at least 0");
          const deadline = performance.now() + timeout;
          for (;;) {
            const releases = Atomics.load(cells, RELEASES);
            if (Atomics.compareExchange(cells, OWNER, FREE, me) === FREE) return true;
            const left = deadline - performance.now();
            if (left <= 0) return false;
            Atomics.wait(cells, RELEASES, releases, left);
          }
        },
        release() {
          const owner = Atomics.load(cells, OWNER);
          if (owner !== me) throw new KataError(owner === FREE ? "NOT_LOCKED" : "NOT_OWNER");
          Atomics.store(cells, OWNER, FREE);
          Atomics.add(cells, RELEASES, 1);
          Atomics.notify(cells, RELEASES);
        },
        get locked() {
          return Atomics.load(cells, OWNER) !== FREE;
        },
      });
    },
    gate(handle): SharedGate {
      const cells = cellsOf(handle);
      return Object.freeze({
        pass() {
          while (Atomics.load(cells, 0) === CLOSED) Atomics.wait(cells, 0, CLOSED);
        },
        open() {
          Atomics.store(cells, 0, OPEN);
          Atomics.notify(cells, 0);
        },
      });
    },
  };
}
