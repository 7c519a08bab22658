/**
 * The host of a stress scenario: a few workers run the submission in parallel at native speed, many times. It says
 * what each run returned; the grader judges. Started and spoken to like the host of threads.
 */
import { createReadStream, readFileSync, readdirSync, writeSync } from "node:fs";
import { Worker } from "node:worker_threads";
import type { HostFrame } from "../evidence.ts";
import { encodeFrame } from "../frames.ts";
import type { StressAnswer, StressRequest, StressStart } from "./worker.ts";

/** What a stress host is started with. */
export interface StressHostStart {
  readonly code: string;
  readonly workerFile: string;
  readonly scenarioFile: string;
  readonly scenario: string;
  readonly workers: number;
  readonly runs: number;
  /** Seconds without CPU use after which the workers are taken to be asleep for ever. */
  readonly asleepSeconds: number;
  /** CPU seconds of one run after which it is taken not to end. */
  readonly cpuSeconds: number;
}

let input = "";
for await (const chunk of createReadStream("", { fd: 0, encoding: "utf8" })) input += String(chunk);
const start = JSON.parse(input) as StressHostStart;
createReadStream("", { fd: 4, encoding: "utf8" })
  .on("data", () => undefined)
  .on("close", leave)
  .on("error", leave);

/** The grader is gone: so is the host, whatever its workers are in the middle of. */
function leave(): void {
  process.kill(process.pid, "SIGKILL");
}

const { scenario } = start;
const gate = new SharedArrayBuffer(8);
const gateWords = new Int32Array(gate);
let died: string | undefined;
const isLost = (): boolean => died !== undefined;

const send = (frame: HostFrame): void => {
  writeSync(3, encodeFrame(frame));
};

class Ended extends Error {}

const workers = Array.from({ length: start.workers }, (_, worker) => {
  const workerData: StressStart = { worker, code: start.code, scenarios: start.scenarioFile, gate };
  const thread = new Worker(start.workerFile, {
    workerData,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 192 },
  });
  const entry = { thread, answers: [] as StressAnswer[], wake: (): void => undefined };
  thread.on("message", (message: StressAnswer) => {
    entry.answers.push(message);
    entry.wake();
  });
  const lose = (reason: string): void => {
    died ??= reason;
    entry.wake();
  };
  thread.on("error", (error: Error & { code?: string }) => {
    lose(error.code ?? error.name);
  });
  thread.on("exit", () => {
    lose("exit");
  });
  return entry;
});

/** The next answer of a worker; gives up when nobody works, or too long. */
async function answer(index: number): Promise<StressAnswer> {
  const entry = workers[index] as (typeof workers)[number];
  let quiet = 0;
  const began = process.cpuUsage();
  let before = began;
  for (;;) {
    const message = entry.answers.shift();
    if (message !== undefined) {
      if (message.error === undefined) return message;
      send({
        kind: "stress-failed",
        scenario,
        run: gateWords[0] as number,
        error: { ...message.error, frames: [] },
      });
      throw new Ended();
    }
    if (died !== undefined) giveUp("worker-died", died);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 250);
      entry.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    const used = process.cpuUsage(before);
    before = process.cpuUsage();
    quiet = used.user + used.system < 10_000 && !isStarved() ? quiet + 1 : 0;
    if (quiet > start.asleepSeconds * 4) giveUp("asleep", "");
    const whole = process.cpuUsage(began);
    if ((whole.user + whole.system) / 1e6 > start.cpuSeconds) giveUp("no-progress", "");
  }
}

/** Whether a thread of this process wants to run and may not: the machine is busy, nobody is asleep for ever. */
function isStarved(): boolean {
  try {
    return readdirSync("/proc/self/task").some((task) => {
      const stat = readFileSync(`/proc/self/task/${task}/stat`, "utf8");
      return Number(task) !== process.pid && / R /.test(stat.slice(stat.lastIndexOf(")")));
    });
  } catch {
    return false;
  }
}

function giveUp(reason: "asleep" | "no-progress" | "worker-died", detail: string): never {
  send({ kind: "stuck", scenario, thread: -1, reason, detail });
  throw new Ended();
}

function ask(index: number, request: StressRequest): void {
  (workers[index] as (typeof workers)[number]).thread.postMessage(request);
}

async function run(number: number): Promise<void> {
  ask(0, { kind: "setup", scenario });
  const { value: handle } = await answer(0);
  for (let i = 0; i < start.workers; i++) {
    ask(i, { kind: "body", scenario, handle, workers: start.workers, run: number });
  }
  const everybodyIsThere = (): boolean => Atomics.load(gateWords, 1) >= number * start.workers;
  const somebodyAnswered = (): boolean => workers.some(({ answers }) => answers.length > 0);
  const began = process.cpuUsage();
  while (!everybodyIsThere() && !isLost() && !somebodyAnswered()) {
    await new Promise((resolve) => setImmediate(resolve));
    const { user, system } = process.cpuUsage(began);
    if ((user + system) / 1e6 > start.cpuSeconds) giveUp("no-progress", "");
  }
  Atomics.store(gateWords, 0, number);
  Atomics.notify(gateWords, 0);
  const results: unknown[] = [];
  for (let i = 0; i < start.workers; i++) results.push((await answer(i)).value);
  ask(0, { kind: "finally", scenario, handle });
  const { value: final } = await answer(0);
  send({ kind: "stress-run", scenario, run: number, results, final });
}

try {
  for (let i = 0; i < start.workers; i++) await answer(i);
  for (let number = 1; number <= start.runs; number++) await run(number);
  send({ kind: "stress-done", scenario, runs: start.runs });
  process.exit(0);
} catch (error) {
  if (!(error instanceof Ended))
    send({ kind: "broken", message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
