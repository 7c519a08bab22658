/**
 * The host of engine A: a process with one worker, in which the submission runs. This thread takes the grader's
 * commands, and gives up on a submission that never lets go of the worker.
 */
import { createReadStream, writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { endNow } from "../end-with-grader.ts";
import type { HostCommand, HostFrame } from "../evidence.ts";
import { createLineReader, decodeFrame, encodeFrame } from "../frames.ts";
import { Beat, type TaskWorkerNote, type TaskWorkerStart, type TasksStart } from "./protocol.ts";

/** CPU seconds without a finished execution after which the submission is taken to run for ever. */
const CPU_LIMIT = 3;
/** Bytes by which memory grew during an endless loop, from which on that is the reason to be told. */
const GROWTH_LIMIT = 64 * 1_024 * 1_024;
/** Seconds of the clock after which the host gives up on a worker that uses no CPU either. */
const WALL_LIMIT = 60;
/** Milliseconds between two looks. */
const LOOK = 200;
/** Heap of the worker, in MiB. */
const HEAP = 256;

let input = "";
for await (const chunk of createReadStream("", { fd: 0, encoding: "utf8" })) input += String(chunk);
const start = JSON.parse(input) as TasksStart;
const beat = new Int32Array(new SharedArrayBuffer(8));
const workerStart: TaskWorkerStart = { ...start, beat: beat.buffer };
const worker = new Worker(start.workerFile, {
  workerData: workerStart,
  env: {},
  execArgv: [],
  stdin: false,
  resourceLimits: { maxOldGenerationSizeMb: HEAP, maxYoungGenerationSizeMb: 64, stackSizeMb: 4 },
});

let scenario = "";
/** Undefined while the worker has nothing to do. */
let watch: (() => StuckReason | undefined) | undefined;

type StuckReason = Extract<HostFrame, { kind: "stuck" }>["reason"];

function createWatch(): () => StuckReason | undefined {
  let turns = beat[Beat.turns];
  let cpu = process.cpuUsage();
  let since = performance.now();
  let memory = process.memoryUsage.rss();
  return () => {
    if (beat[Beat.turns] !== turns) {
      turns = beat[Beat.turns];
      cpu = process.cpuUsage();
      since = performance.now();
      memory = process.memoryUsage.rss();
      return undefined;
    }
    const used = process.cpuUsage(cpu);
    if ((used.user + used.system) / 1e6 >= (start.cpuSeconds ?? CPU_LIMIT))
      return process.memoryUsage.rss() - memory > GROWTH_LIMIT ? "memory" : "no-progress";
    return performance.now() - since < WALL_LIMIT * 1e3 ? undefined : "asleep";
  };
}

function giveUp(reason: StuckReason, detail: string): never {
  const frame: HostFrame = { kind: "stuck", scenario, thread: 0, reason, detail };
  writeSync(3, encodeFrame(frame));
  process.exit(1);
}

worker.on("message", ({ kind }: TaskWorkerNote) => {
  watch = kind === "busy" ? createWatch() : undefined;
});
worker.on("error", (error: Error & { code?: string }) => {
  giveUp(
    error.code === "ERR_WORKER_OUT_OF_MEMORY" ? "memory" : "worker-died",
    error.code ?? error.name,
  );
});
worker.on("exit", () => giveUp("worker-died", "exit"));
setInterval(() => {
  const reason = watch?.();
  if (reason !== undefined) giveUp(reason, "");
}, LOOK);

const readLine = createLineReader((line) => {
  const command = decodeFrame(line) as HostCommand;
  if (command.kind === "quit") process.exit(0);
  if (command.kind === "stop") {
    Atomics.store(beat, Beat.stop, 1);
    return;
  }
  Atomics.store(beat, Beat.stop, 0);
  if ("scenario" in command) ({ scenario } = command);
  worker.postMessage(command);
});
createReadStream("", { fd: 4, encoding: "utf8" })
  .on("data", (chunk) => {
    readLine(String(chunk));
  })
  // The grader is gone: so is the host.
  .on("close", endNow)
  .on("error", endNow);
