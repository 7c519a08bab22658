/** One thread of the seed's program, on the given racy version: run by test/facts.test.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { Account, changeBalance } from "./racy.ts";

const { handle, gate, n, times } = workerData as {
  readonly handle: unknown;
  /** Word 0: how many threads are there; word 1: they may start. */
  readonly gate: SharedArrayBuffer;
  readonly n: number;
  readonly times: number;
};
const words = new Int32Array(gate);
Atomics.add(words, 0, 1);
Atomics.notify(words, 0);
Atomics.wait(words, 1, 0);
changeBalance(Account.attach(handle), n, times);
parentPort?.postMessage("done");
