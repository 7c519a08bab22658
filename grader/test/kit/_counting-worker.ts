import { parentPort, workerData } from "node:worker_threads";
import { Mutex } from "../../src/kit/index.ts";

/** Adds to a plain cell under a mutex, in two steps that another thread could come between. */
const { handle, memory, rounds } = workerData as {
  readonly handle: unknown;
  readonly memory: SharedArrayBuffer;
  readonly rounds: number;
};

const cell = new Int32Array(memory);
for (let round = 0; round < rounds; round++) {
  // A fresh attach every time: what holds the mutex is the shared memory, not the object.
  Mutex.attach(handle).withLock(() => {
    const before = cell[0] ?? 0;
    cell[0] = before + 1;
  });
}
parentPort?.postMessage("done");
