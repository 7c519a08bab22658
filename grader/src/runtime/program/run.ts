import type { ProgramScenario } from "../../scenario/index.ts";
import type { ModuleBundle, SourcePosition, SubmissionBundle } from "../bundle.ts";
import type { HostFiles } from "../host-files.ts";
import type { BundleFrame, HostFrame, ProgramEnd } from "../evidence.ts";
import { HostEnded, startProcess } from "../launch.ts";
import type { Sandbox } from "../sandbox.ts";
import type { ProgramLimits, ProgramStart } from "./protocol.ts";

/** What a program scenario showed. */
export interface ProgramEvidence {
  /** What each finished run resolved to. */
  readonly results: readonly unknown[];
  /** How it ended; when the process did not say, whether it ended at all. */
  readonly end: ProgramEnd | "host-died" | "silent";
  /** The worker modules of which a worker had not ended. */
  readonly left: readonly string[];
  /** What was thrown and not caught, with its place in the student's files. */
  readonly error?: ProgramError;
  readonly detail?: string;
}

/** An error that nobody caught. */
export interface ProgramError {
  readonly code: string;
  readonly message: string;
  readonly position?: SourcePosition;
}

/** Where programs are stopped unless it is said otherwise. */
export const PROGRAM_LIMITS: ProgramLimits = {
  asleepSeconds: 10,
  cpuSeconds: 20,
  leftoverSeconds: 2,
  leftoverCpuSeconds: 5,
  memoryMiB: 256,
};

/** Memory of the whole process, in bytes, in which the supervisor has seen nothing wrong: 64 workers are that dear. */
const MEMORY_LIMIT = 2 * 1_024 * 1_024 * 1_024;

/** Runs a program scenario in a process of its own. */
export async function runProgram(options: {
  readonly scenario: Pick<ProgramScenario<unknown>, "id" | "runs">;
  readonly own: HostFiles;
  readonly bundle: SubmissionBundle;
  readonly sandbox?: Sandbox | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<ProgramLimits>;
}): Promise<ProgramEvidence> {
  const { scenario, own, bundle, sandbox, signal, limits } = options;
  const files = await own.program();
  const start: ProgramStart = {
    code: bundle.code,
    workers: [...bundle.workers].map(([entry, { code }]) => ({ entry, code })),
    workerFile: files.programWorker,
    supervisorFile: files.programSupervisor,
    scenarioFile: own.scenarios,
    scenario: scenario.id,
    runs: scenario.runs,
    limits: { ...PROGRAM_LIMITS, ...limits },
  };
  const host = startProcess({
    file: files.programHost,
    start,
    sandbox,
    signal,
    memoryLimit: MEMORY_LIMIT,
  });
  const results: unknown[] = [];
  try {
    for (;;) {
      const frame = await host.receive();
      if (frame.kind === "program-run") results.push(frame.result);
      else if (frame.kind === "program-end") return ended(bundle, frame, results);
    }
  } catch (error) {
    if (!(error instanceof HostEnded) || error.reason === "aborted") throw error;
    const { reason } = error;
    const end = reason === "memory" || reason === "silent" ? reason : "host-died";
    return { results, end, left: [], detail: error.message };
  } finally {
    await host.kill();
  }
}

function ended(
  bundle: SubmissionBundle,
  { end, left, error, module }: Extract<HostFrame, { kind: "program-end" }>,
  results: readonly unknown[],
): ProgramEvidence {
  if (error === undefined) return { results, end, left };
  const { code, message, frames } = error;
  const thrower = module === undefined ? bundle : bundle.workers.get(module);
  const position = thrower === undefined ? undefined : innermost(thrower, frames);
  return {
    results,
    end,
    left,
    error: { code, message, ...(position === undefined ? {} : { position }) },
  };
}

function innermost(
  { locate }: ModuleBundle,
  frames: readonly BundleFrame[],
): SourcePosition | undefined {
  return frames.map(({ line, column }) => locate(line, column)).find((at) => at !== undefined);
}
