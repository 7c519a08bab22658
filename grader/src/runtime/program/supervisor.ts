/**
 * Watches a program from a thread of its own, because the program's main thread may block or never yield. Where no
 * thread does anything any more, or all that they do leads nowhere, it says so and ends the process.
 */
import { workerData } from "node:worker_threads";
import { endNow, endWithGrader } from "../end-with-grader.ts";
import type { ProgramEnd } from "../evidence.ts";
import { LOOKS, keepVigil } from "../stress/vigil.ts";
import { createEvidenceWriter } from "./evidence-writer.ts";
import { Phase, type ProgramLimits, Word } from "./protocol.ts";

/** Seconds after which the grader hears that the program is still watched. */
const REPORT_SECONDS = 10;

/** What the supervisor is started with. */
export interface SupervisorStart {
  readonly table: SharedArrayBuffer;
  readonly scenario: string;
  /** The worker modules, in the order of their words in the table. */
  readonly entries: readonly string[];
  readonly limits: ProgramLimits;
}

/** Looks at the memory for each look at the threads: it can be gone faster than anything else. */
const MEMORY_LOOKS = 5;
/** Memory that each worker needs before it does anything, in MiB. */
const WORKER_MIB = 24;

const { table: buffer, scenario, entries, limits } = workerData as SupervisorStart;
const table = new Int32Array(buffer);
const evidence = createEvidenceWriter(table);
const baseline = process.memoryUsage.rss();

endWithGrader();

const aliveOf = (entry: number): number => Atomics.load(table, Word.alive + entry);

/** Ends the process unless the main thread is about to say something: then the next look will do. */
function end(kind: ProgramEnd): void {
  const left = entries.filter((_, i) => aliveOf(i) > 0);
  if (evidence.trySend({ kind: "program-end", scenario, end: kind, left })) endNow();
}

const vigils = {
  [Phase.running]: keepVigil(limits),
  [Phase.draining]: keepVigil({
    asleepSeconds: limits.leftoverSeconds,
    cpuSeconds: limits.leftoverCpuSeconds,
  }),
} as const;
let phase: number = Phase.running;
let run = 0;
let looks = 0;

function look(): void {
  // The most there ever were: what has ended does not give its memory back at once.
  const own = baseline + Atomics.load(table, Word.most) * WORKER_MIB * 2 ** 20;
  if (process.memoryUsage.rss() - own > limits.memoryMiB * 2 ** 20) return end("memory");
  if (++looks % MEMORY_LOOKS !== 0) return;
  if (looks % (MEMORY_LOOKS * LOOKS * REPORT_SECONDS) === 0)
    evidence.trySend({ kind: "progress", scenario, schedules: run });
  const now = Atomics.load(table, Word.phase);
  const vigil = vigils[now as keyof typeof vigils];
  if (now !== phase || run !== Atomics.load(table, Word.run)) vigil.restart();
  phase = now;
  run = Atomics.load(table, Word.run);
  const found = vigil.look();
  if (found !== undefined) end(now === Phase.draining ? "leak" : found);
}

setInterval(look, 1_000 / LOOKS / MEMORY_LOOKS);
