/**
 * Set-up file: ends the process if a test does not let go of its thread.
 *
 * The facts of a kata call the student's code right here, and vitest cannot stop a loop that never
 * ends. A second thread can: it ends this process when the event loop has not turned for a while,
 * and vitest reports the file as failed. The suite calls no student code and needs no watchdog.
 */
import process from "node:process";
import { Worker } from "node:worker_threads";
import { expect, inject } from "vitest";
import "./options.ts";

/** What the second thread does: `beats` must change within the patience. */
const WATCH = `
  const { workerData: { beats, patience } } = require("node:worker_threads");
  let seen = -1;
  setInterval(() => {
    const now = Atomics.load(beats, 0);
    if (now === seen) process.kill(process.pid, "SIGKILL");
    seen = now;
  }, patience);
`;

const { folder, patience } = inject("kata");
if (expect.getState().testPath?.startsWith(folder) === true) {
  const beats = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
  setInterval(() => Atomics.add(beats, 0, 1), patience / 10).unref();
  new Worker(WATCH, { eval: true, workerData: { beats, patience }, env: process.env }).unref();
}
