import type { StressScenario } from "../../scenario/index.ts";
import type { HostFiles } from "../host-files.ts";
import type { HostFrame, ThrownError } from "../evidence.ts";
import { HostEnded, startProcess } from "../launch.ts";
import type { Sandbox } from "../sandbox.ts";
import type { StressHostStart } from "./host.ts";
import { THREAD_HEAP } from "./limits.ts";

/** One parallel run, as plain data. */
export interface StressRun {
  readonly run: number;
  readonly results: readonly unknown[];
  readonly final: unknown;
}

/** What a stress scenario showed. */
export interface StressEvidence {
  readonly runs: readonly StressRun[];
  /** How it ended: all runs done, or which kind of end the next run met. */
  readonly end: "done" | "threw" | "asleep" | "no-progress" | "worker-died" | "host-died";
  readonly error?: ThrownError;
  readonly detail?: string;
}

/** Runs a stress scenario in a process of its own. */
export async function runStress(options: {
  readonly scenario: StressScenario<unknown>;
  readonly own: HostFiles;
  readonly code: string;
  readonly sandbox?: Sandbox | undefined;
  readonly signal?: AbortSignal | undefined;
  /** As in {@link StressHostStart}; 10 and 60 unless given. */
  readonly asleepSeconds?: number;
  readonly cpuSeconds?: number;
}): Promise<StressEvidence> {
  const { scenario, own, code, sandbox, signal, asleepSeconds = 10, cpuSeconds = 60 } = options;
  const start: StressHostStart = {
    code,
    workerFile: own.stressWorker,
    conductorFile: own.stressConductor,
    scenarioFile: own.scenarios,
    scenario: scenario.id,
    workers: scenario.workers,
    main: scenario.main ?? false,
    runs: scenario.runs,
    asleepSeconds,
    cpuSeconds,
  };
  const host = startProcess({ file: own.stressHost, start, sandbox, signal, heap: THREAD_HEAP });
  const runs: StressRun[] = [];
  try {
    for (;;) {
      const frame = await host.receive();
      if (frame.kind === "stress-run")
        runs.push({ run: frame.run, results: frame.results, final: frame.final });
      else if (frame.kind === "stress-done") return { runs, end: "done" };
      else if (frame.kind === "stress-failed") return { runs, end: "threw", error: frame.error };
      else if (frame.kind === "stuck")
        return { runs, end: endOf(frame.reason), detail: frame.detail };
      else if (frame.kind === "broken") return { runs, end: "host-died", detail: frame.message };
    }
  } catch (error) {
    if (!(error instanceof HostEnded) || error.reason === "aborted") throw error;
    // Which of the two limits is met first is chance.
    if (error.reason === "memory")
      return { runs, end: "worker-died", detail: "ERR_WORKER_OUT_OF_MEMORY" };
    return { runs, end: "host-died", detail: error.message };
  } finally {
    await host.kill();
  }
}

/** A stress host stops no thread, so no submission can catch it, and tells a lack of memory as a worker's end. */
function endOf(reason: Extract<HostFrame, { kind: "stuck" }>["reason"]): StressEvidence["end"] {
  return reason === "caught" || reason === "memory" ? "no-progress" : reason;
}
