/** An eater: takes dishes for ever, and writes down each one that it has eaten. */
import { workerData } from "node:worker_threads";
import { JoinableQueue } from "../src/index.ts";

const { queue, plates } = workerData as {
  /** The handle of the queue. */
  readonly queue: unknown;
  /** 32-bit words: how many dishes are eaten, then their numbers. With room for all of them. */
  readonly plates: SharedArrayBuffer;
};
const mine = JoinableQueue.attach(queue);
const words = new Int32Array(plates);
const meal = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
for (;;) {
  const dish = mine.get();
  Atomics.wait(meal, 0, 0, 20); // eating takes its time
  Atomics.store(words, 1 + Atomics.add(words, 0, 1), dish);
  mine.taskDone();
}
