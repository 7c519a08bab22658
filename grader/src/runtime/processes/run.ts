/** The grader's side of a process scenario: starts its host, takes its evidence, and leaves nothing behind. */
import { randomUUID } from "node:crypto";
import type { ProcessOutcome, ProcessScenario } from "../../scenario/index.ts";
import type { SourcePosition, SubmissionBundle } from "../bundle.ts";
import type { HostFiles } from "../host-files.ts";
import type { HostFrame, ThrownError } from "../evidence.ts";
import { HostEnded, startProcess } from "../launch.ts";
import type { Sandbox } from "../sandbox.ts";
import { withImportCalls } from "./import-calls.ts";
import { endMarked } from "./marked.ts";
import {
  type Order,
  type ProcessLimits,
  type ProcessRow,
  type ProcessStart,
  type ProcessWaiter,
  type ProcessesEnd,
  RUN_ID,
  type Site,
} from "./protocol.ts";

/** One finished execution. */
export interface ProcessRun {
  readonly order: string;
  readonly outcome: ProcessOutcome;
  readonly rows: readonly ProcessRow[];
}

/** What stopped the executions, or that nothing did. */
export interface ProcessesStop {
  readonly end: ProcessesEnd | "host-died" | "silent" | "unwanted";
  readonly order: string;
  readonly rows: readonly ProcessRow[];
  readonly waiters: readonly ProcessWaiter[];
  readonly actor: number;
  readonly error?: { readonly code: string; readonly message: string; readonly site?: Site };
  readonly site?: Site;
  readonly detail?: string;
}

/** What a process scenario showed. */
export interface ProcessesEvidence {
  readonly runs: readonly ProcessRun[];
  readonly stop: ProcessesStop;
}

/** Where processes are stopped unless it is said otherwise. */
export const PROCESS_LIMITS: ProcessLimits = {
  asleepSeconds: 10,
  cpuSeconds: 3,
  memoryMiB: 256,
  processes: 256,
  events: 20_000,
  messages: 10_000,
};

/** Executions whose order is drawn, unless the scenario says otherwise. */
const SEEDS = 2;
/** Memory of the host, in bytes, in which its supervisor has seen nothing wrong. */
const MEMORY_LIMIT = 1_024 * 1_024 * 1_024;

/** The orders that a scenario is run in. */
export function ordersOf({ explore }: Pick<ProcessScenario<unknown>, "explore">): readonly Order[] {
  const { seeds = SEEDS, native = 0 } = explore ?? {};
  const drawn = Array.from({ length: seeds }, (_, i) => `seed-${i + 1}` as const);
  const clock = (explore?.overtakes ?? 0) > 0 ? (["clock-first"] as const) : [];
  const free = Array.from({ length: native }, (_, i) => `native-${i + 1}` as const);
  return native > 0 && explore?.seeds === undefined
    ? free
    : ["oldest-first", "exits-first", "newest-first", ...clock, ...drawn, ...free];
}

/** Runs a process scenario in a process tree of its own, until something stops it or `isWanted` says so. */
export async function runProcesses(options: {
  readonly scenario: Pick<ProcessScenario<unknown>, "id" | "explore">;
  readonly own: HostFiles;
  readonly bundle: SubmissionBundle;
  readonly isWanted?: (run: ProcessRun) => boolean;
  readonly orders?: readonly Order[];
  readonly sandbox?: Sandbox | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly limits?: Partial<ProcessLimits>;
  /** What its processes are marked with. */
  readonly runId?: string;
}): Promise<ProcessesEvidence> {
  const {
    scenario,
    own,
    bundle,
    isWanted = () => true,
    sandbox,
    signal,
    limits,
    runId = randomUUID(),
  } = options;
  const files = await own.processes();
  const start: ProcessStart = {
    code: bundle.code,
    modules: [...bundle.workers].map(([entry, { code, isGiven, parts }]) => ({
      entry,
      code: withImportCalls(code),
      isGiven,
      parts: [...parts].map(([path, part]) => ({ entry: path, code: withImportCalls(part.code) })),
    })),
    childFile: files.processChild,
    givenChildFile: files.processGivenChild,
    supervisorFile: files.processSupervisor,
    scenarioFile: own.scenarios,
    scenario: scenario.id,
    orders: options.orders ?? ordersOf(scenario),
    limits: { ...PROCESS_LIMITS, ...limits },
  };
  const host = startProcess({
    file: files.processHost,
    start,
    sandbox,
    signal,
    memoryLimit: MEMORY_LIMIT,
    env: { [RUN_ID]: runId },
  });
  const runs: ProcessRun[] = [];
  try {
    for (;;) {
      const frame = await host.receive();
      if (frame.kind === "process-run") {
        const { order, outcome, rows } = frame;
        const run = { order, outcome, rows };
        runs.push(run);
        if (!isWanted(run)) return { runs, stop: { ...nothing, order, rows, end: "unwanted" } };
      } else if (frame.kind === "broken") {
        return { runs, stop: { ...nothing, end: "host-died", detail: frame.message } };
      } else if (frame.kind === "process-end") return { runs, stop: stopOf(frame) };
    }
  } catch (error) {
    if (!(error instanceof HostEnded) || error.reason === "aborted") throw error;
    const { reason, message } = error;
    const end = reason === "memory" || reason === "silent" ? reason : "host-died";
    return { runs, stop: { ...nothing, end, detail: message } };
  } finally {
    await host.kill();
    endMarked(runId);
  }
}

const nothing = { order: "", rows: [], waiters: [], actor: 0 } as const;

function stopOf({
  end,
  order,
  rows,
  waiters,
  actor,
  error,
  site,
  detail,
}: Extract<HostFrame, { kind: "process-end" }>): ProcessesStop {
  return {
    end,
    order,
    rows,
    waiters,
    actor,
    ...(error === undefined ? {} : { error: errorOf(error) }),
    ...(site === undefined ? {} : { site }),
    ...(detail === undefined ? {} : { detail }),
  };
}

function errorOf({ code, message, frames }: ThrownError): NonNullable<ProcessesStop["error"]> {
  const [site] = frames;
  return { code, message, ...(site === undefined ? {} : { site }) };
}

/** Where a site is in the student's files. */
export function positionOf(
  bundle: SubmissionBundle,
  { entry, line, column }: Site,
): SourcePosition | undefined {
  if (entry === undefined) return bundle.locate(line, column);
  const part = [...bundle.workers.values()].find(({ parts }) => parts.has(entry))?.parts.get(entry);
  return (bundle.workers.get(entry) ?? part)?.locate(line, column);
}
