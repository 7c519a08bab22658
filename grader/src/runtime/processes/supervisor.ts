/**
 * Watches a parent process and its children from a thread of its own, because the parent's main thread may block or
 * never yield. Where nothing happens although somebody was asked for something, it says who.
 */
import { readFileSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { endWithGrader } from "../end-with-grader.ts";
import { createEvidenceWriter } from "../program/evidence-writer.ts";
import { endGroup } from "./end-group.ts";
import { PROCESS_LIMIT, type ProcessLimits, type ProcessesEnd, Word } from "./protocol.ts";
import { type Usage, usageOf } from "./usage.ts";

/** What the supervisor is started with. */
export interface SupervisorStart {
  readonly table: SharedArrayBuffer;
  readonly scenario: string;
  readonly limits: ProcessLimits;
}

const { table: buffer, scenario, limits } = workerData as SupervisorStart;
const table = new Int32Array(buffer);
const evidence = createEvidenceWriter(table);
const baseline = process.memoryUsage.rss();

/** Milliseconds between two looks, and looks that the main thread has to say itself what it knows. */
const LOOK = 50;
const PATIENCE = 20;
/** Memory of a child before it does anything, in MiB. */
const CHILD_MIB = 96;
/** Milliseconds of CPU time between two looks that are as good as none. */
const QUIET = 3;
/** Looks after which the grader hears that all is watched. */
const REPORT = 200;

endWithGrader();

let events = Atomics.load(table, Word.events);
/** CPU milliseconds of each process when the last event happened, and at the last look. */
let since = new Map<number, number>();
let before = 0;
let quiet = 0;
let looks = 0;
let found: { readonly end: ProcessesEnd; readonly actor: number; readonly at: number } | undefined;

function pids(): readonly number[] {
  return Array.from({ length: PROCESS_LIMIT }, (_, i) => Atomics.load(table, Word.pids + i)).filter(
    (pid) => pid !== 0,
  );
}

/** The number of the child `pid`; 0 = this process. */
function numberOf(pid: number): number {
  const at = pid === 0 ? -1 : pids().indexOf(pid);
  return at === -1 ? 0 : Atomics.load(table, Word.numbers + at);
}

/** The pid of a process with too much memory; 0 = this one. */
function tooMuch(usages: ReadonlyMap<number, Usage>): number | undefined {
  if (process.memoryUsage.rss() - baseline > limits.memoryMiB * 2 ** 20) return 0;
  for (const [pid, { rss }] of usages)
    if (rss > (limits.memoryMiB + CHILD_MIB) * 2 ** 20) return pid;
  return undefined;
}

function look(): void {
  if (++looks % REPORT === 0) evidence.trySend({ kind: "progress", scenario, schedules: 0 });
  if (found !== undefined) {
    if (looks - found.at > PATIENCE) tell();
    return;
  }
  const usages = new Map(
    pids().flatMap((pid) => {
      const usage = usageOf(pid);
      return usage === undefined ? [] : [[pid, usage] as const];
    }),
  );
  const excess = tooMuch(usages);
  if (excess !== undefined) return find("memory", numberOf(excess));
  const { user, system } = process.cpuUsage();
  const cpu = new Map([
    [0, (user + system) / 1e3],
    ...[...usages].map(([pid, { cpu }]) => [pid, cpu] as const),
  ]);
  const now = Atomics.load(table, Word.events);
  if (now !== events) {
    events = now;
    since = cpu;
    quiet = 0;
    before = sum(cpu);
    return;
  }
  const all = sum(cpu);
  const isStill = all - before < QUIET && !isStarved(usages);
  before = all;
  quiet = isStill ? quiet + 1 : 0;
  const used = [...cpu].reduce(
    (total, [pid, ms]) => total + Math.max(0, ms - (since.get(pid) ?? 0)),
    0,
  );
  if (used > limits.cpuSeconds * 1e3) return find("no-progress");
  if (quiet * LOOK > limits.asleepSeconds * 1e3) find("asleep");
}

/** Lets the main thread say it, and waits a little whether it does. */
function find(end: ProcessesEnd, actor = Atomics.load(table, Word.awaited)): void {
  found = { end, actor, at: looks };
  parentPort?.postMessage(found);
  if (found.actor === 0) tell();
}

function tell(): void {
  if (found === undefined) return;
  const { end, actor } = found;
  const frame = { scenario, end, actor, order: "", rows: [], waiters: [] } as const;
  if (evidence.trySend({ kind: "process-end", ...frame })) endGroup();
}

function sum(values: ReadonlyMap<number, number>): number {
  return [...values.values()].reduce((total, value) => total + value, 0);
}

/** Whether somebody wants to run and may not: the machine is busy, nobody is asleep for ever. */
function isStarved(usages: ReadonlyMap<number, Usage>): boolean {
  return isMainRunning() || [...usages.values()].some(({ isRunning }) => isRunning);
}

function isMainRunning(): boolean {
  try {
    const stat = readFileSync(`/proc/self/task/${process.pid}/stat`, "utf8");
    return /^\) [RD] /.test(stat.slice(stat.lastIndexOf(")")));
  } catch {
    return false;
  }
}

setInterval(look, LOOK);
