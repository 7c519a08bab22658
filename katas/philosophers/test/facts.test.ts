/** Plain facts about Node that the kata rests on. Your own code is never loaded here: scenarios run it. */
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { Worker } from "node:worker_threads";
import { expect, test } from "vitest";

const cell = (): Int32Array<SharedArrayBuffer> => new Int32Array(new SharedArrayBuffer(4));

test("wait does not fall asleep on a value that is not there", () => {
  expect(Atomics.wait(cell(), 0, 1)).toBe("not-equal");
});

test("notify wakes nobody who is not asleep yet, and nobody remembers it", () => {
  const state = cell();
  expect(Atomics.notify(state, 0)).toBe(0);
  expect(Atomics.wait(state, 0, 0, 0)).toBe("timed-out");
});

test("a thread that was woken is told so, and has got nothing else by that", async () => {
  const state = cell();
  const sleeper = new Worker(
    `const { parentPort, workerData } = require("node:worker_threads");
     parentPort.postMessage([Atomics.wait(workerData, 0, 0), Atomics.load(workerData, 0)]);`,
    { eval: true, workerData: state },
  );
  const told = once(sleeper, "message");
  while (Atomics.notify(state, 0, 1) === 0) await setImmediate();
  expect(await told).toEqual([["ok", 0]]);
});

test("a lock's memory arrives as another object for the same bytes", () => {
  const state = cell();
  const received = structuredClone(state);
  Atomics.store(state, 0, 7);
  expect(received).not.toBe(state);
  expect(Atomics.load(received, 0)).toBe(7);
});
