/**
 * The host of a stress scenario. This thread is the scenario's main thread: it does the set-up, reads what is left
 * after each run and, where the scenario says so, takes part in the runs. It may block, so the conductor, which starts
 * the workers, tells what happened and ends the process, is a thread of its own.
 */
import { MessageChannel, Worker } from "node:worker_threads";
import { readStart } from "../host-input.ts";
import type { ConductorStart } from "./conductor.ts";
import { takePart } from "./participant.ts";

/** What a stress host is started with. */
export interface StressHostStart {
  readonly code: string;
  readonly workerFile: string;
  readonly conductorFile: string;
  readonly scenarioFile: string;
  readonly scenario: string;
  readonly workers: number;
  /** Whether the first of the workers is this thread. */
  readonly main: boolean;
  readonly runs: number;
  /** Seconds without CPU use after which the workers are taken to be asleep for ever. */
  readonly asleepSeconds: number;
  /** CPU seconds of one run after which it is taken not to end. */
  readonly cpuSeconds: number;
}

const start = (await readStart()) as StressHostStart;
const { port1, port2 } = new MessageChannel();
const gate = new SharedArrayBuffer(2 * Int32Array.BYTES_PER_ELEMENT);
const workerData: ConductorStart = { start, gate, main: port2 };
const conductor = new Worker(start.conductorFile, {
  workerData,
  transferList: [port2],
  env: {},
  execArgv: [],
});
// Nobody is left who could say what happened.
conductor.on("error", () => process.kill(process.pid, "SIGKILL"));
await takePart(port1, { code: start.code, scenarios: start.scenarioFile, gate });
