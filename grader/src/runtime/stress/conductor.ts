/**
 * Conducts a stress scenario from a thread that no submission runs on: has the runs done by workers, and perhaps the
 * main thread, in parallel and at native speed; says what each run returned, or why there will be no more. The grader
 * judges.
 */
import { type MessagePort, Worker, workerData } from "node:worker_threads";
import { endNow, endWithGrader } from "../end-with-grader.ts";
import { writeEvidence } from "../write-evidence.ts";
import type { StressHostStart } from "./host.ts";
import { THREAD_HEAP } from "./limits.ts";
import type { ParticipantStart, StressAnswer, StressRequest } from "./participant.ts";
import { LOOKS, keepVigil } from "./vigil.ts";

/** What the conductor is started with. */
export interface ConductorStart {
  readonly start: StressHostStart;
  readonly gate: SharedArrayBuffer;
  /** To the main thread. */
  readonly main: MessagePort;
}

/** A thread that takes part, as the conductor sees it. */
interface Participant {
  readonly answers: StressAnswer[];
  /** Called when there is something new. */
  wake: () => void;
  ask(request: StressRequest): void;
}

class Ended extends Error {}

/** Seconds after which the grader hears that the runs are still watched. */
const REPORT_SECONDS = 10;

const { start, gate, main: toMain } = workerData as ConductorStart;
const { scenario } = start;
const gateWords = new Int32Array(gate);
let died: string | undefined;
const isLost = (): boolean => died !== undefined;

endWithGrader();

function participantOf(port: MessagePort | Worker): Participant {
  const participant: Participant = {
    answers: [],
    wake: () => undefined,
    ask(request) {
      port.postMessage(request, []);
    },
  };
  port.on("message", (answer: StressAnswer) => {
    participant.answers.push(answer);
    participant.wake();
  });
  return participant;
}

function startWorker(): Participant {
  const data: ParticipantStart = { code: start.code, scenarios: start.scenarioFile, gate };
  const thread = new Worker(start.workerFile, {
    workerData: data,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: THREAD_HEAP },
  });
  const participant = participantOf(thread);
  const lose = (reason: string): void => {
    died ??= reason;
    participant.wake();
  };
  thread.on("error", (error: Error & { code?: string }) => {
    lose(error.code ?? error.name);
  });
  thread.on("exit", () => {
    lose("exit");
  });
  return participant;
}

const main = participantOf(toMain);
/** Who does the bodies, in their order. */
const players = Array.from({ length: start.workers }, (_, index) =>
  start.main && index === 0 ? main : startWorker(),
);

/** The next answer of a thread; gives up when nobody works, or too long. */
async function answer(participant: Participant): Promise<StressAnswer> {
  const vigil = keepVigil(start);
  for (let looks = 1; ; looks++) {
    const message = participant.answers.shift();
    if (message !== undefined) {
      if (message.error === undefined) return message;
      const run = Atomics.load(gateWords, 0);
      writeEvidence({ kind: "stress-failed", scenario, run, error: message.error });
      throw new Ended();
    }
    if (died !== undefined) giveUp("worker-died", died);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, 1_000 / LOOKS);
      participant.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    const found = vigil.look();
    if (found !== undefined && participant.answers.length === 0) giveUp(found, "");
    if (looks % (LOOKS * REPORT_SECONDS) === 0)
      writeEvidence({ kind: "progress", scenario, schedules: Atomics.load(gateWords, 0) });
  }
}

function giveUp(reason: "asleep" | "no-progress" | "worker-died", detail: string): never {
  writeEvidence({ kind: "stuck", scenario, thread: -1, reason, detail });
  throw new Ended();
}

async function run(number: number): Promise<void> {
  main.ask({ kind: "setup", scenario });
  const { value: handle } = await answer(main);
  for (const [index, player] of players.entries()) {
    const threadId = start.main ? index : index + 1;
    const { workers } = start;
    player.ask({ kind: "body", scenario, handle, index, workers, run: number, threadId });
  }
  const everybodyIsThere = (): boolean => Atomics.load(gateWords, 1) >= number * start.workers;
  const somebodyAnswered = (): boolean => players.some(({ answers }) => answers.length > 0);
  const began = process.cpuUsage();
  while (!everybodyIsThere() && !isLost() && !somebodyAnswered()) {
    await new Promise((resolve) => setImmediate(resolve));
    const { user, system } = process.cpuUsage(began);
    if ((user + system) / 1e6 > start.cpuSeconds) giveUp("no-progress", "");
  }
  Atomics.store(gateWords, 0, number);
  Atomics.notify(gateWords, 0);
  const results: unknown[] = [];
  for (const player of players) results.push((await answer(player)).value);
  main.ask({ kind: "finally", scenario, handle });
  const { value: final } = await answer(main);
  writeEvidence({ kind: "stress-run", scenario, run: number, results, final });
}

try {
  for (const participant of new Set([main, ...players])) await answer(participant);
  for (let number = 1; number <= start.runs; number++) await run(number);
  writeEvidence({ kind: "stress-done", scenario, runs: start.runs });
} catch (error) {
  if (!(error instanceof Ended))
    writeEvidence({
      kind: "broken",
      message: error instanceof Error ? error.message : String(error),
    });
}
endNow();
