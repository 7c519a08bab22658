/**
 * The host of engine A: a process with one worker, in which the submission runs. This thread takes the grader's
 * commands, and gives up on a submission that never lets go of the worker.
 */
import { Worker } from "node:worker_threads";
import type { HostFrame } from "../evidence.ts";
import { createCpuWatch } from "../cpu-watch.ts";
import { readStart, takeCommands } from "../host-input.ts";
import { writeEvidence } from "../write-evidence.ts";
import { Beat, type TaskWorkerNote, type TaskWorkerStart, type TasksStart } from "./protocol.ts";

/** Milliseconds between two looks. */
const LOOK = 200;
/** Heap of the worker, in MiB. */
const HEAP = 256;

const start = (await readStart()) as TasksStart;
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

function giveUp(reason: StuckReason, detail: string): never {
  const frame: HostFrame = { kind: "stuck", scenario, thread: 0, reason, detail };
  writeEvidence(frame);
  process.exit(1);
}

worker.on("message", ({ kind }: TaskWorkerNote) => {
  watch = kind === "busy" ? createCpuWatch(() => beat[Beat.turns], start.cpuSeconds) : undefined;
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

takeCommands((command) => {
  if (command.kind === "quit") process.exit(0);
  if (command.kind === "stop") {
    Atomics.store(beat, Beat.stop, 1);
    return;
  }
  Atomics.store(beat, Beat.stop, 0);
  if ("scenario" in command) ({ scenario } = command);
  worker.postMessage(command);
});
