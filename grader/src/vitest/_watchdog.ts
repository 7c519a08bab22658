/**
 * Set-up file: ends the process if a test does not let go of its thread.
 *
 * The facts of a kata call the student's code right here, and vitest cannot stop a loop that never
 * ends. A second thread can: when the event loop has not turned for a while it says which test is
 * to blame and ends this process, and vitest reports the file as failed. The suite calls no student
 * code and needs no watchdog.
 */
import { Worker } from "node:worker_threads";
import { beforeEach, expect, inject } from "vitest";
import "./options.ts";

/** What the second thread does: it wants to see `beats` change within the patience. */
const WATCH = `
  const { writeSync } = require("node:fs");
  const { parentPort, workerData: { beats, patience } } = require("node:worker_threads");
  let name = "a test";
  parentPort.on("message", (message) => { name = message; });
  let seen = -1;
  let looks = 0;
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    looks = now === seen ? looks + 1 : 0;
    seen = now;
    if (looks < 5) return;
    writeSync(2, name + ": it does not end, and was stopped after " + patience / 1000 + " s\\n");
    process.kill(process.pid, "SIGKILL");
  }, patience / 5);
`;

const { folder, patience } = inject("kata");
// oxlint-disable-next-line vitest/no-standalone-expect -- only this says which file is being set up
if (expect.getState().testPath?.startsWith(folder) === true) {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  setInterval(() => Atomics.add(beats, 0, 1), patience / 20).unref();
  const watchdog = new Worker(WATCH, { eval: true, workerData: { beats, patience } });
  watchdog.unref();
  beforeEach(({ task }) => watchdog.postMessage(task.name));
}
