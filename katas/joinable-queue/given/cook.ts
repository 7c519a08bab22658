/** A cook: puts its dishes into the queue, then waits until nothing that was put is unfinished. */
import { parentPort, workerData } from "node:worker_threads";
import { JoinableQueue } from "../src/index.ts";

const { queue, first, dishes } = workerData as {
  /** The handle of the queue. */
  readonly queue: unknown;
  /** The number of this cook's first dish; the others follow. */
  readonly first: number;
  readonly dishes: number;
};
const mine = JoinableQueue.attach(queue);
for (let dish = first; dish < first + dishes; dish++) mine.put(dish);
parentPort?.postMessage("all put");
mine.join();
