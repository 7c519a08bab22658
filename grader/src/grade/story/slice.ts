/** Which steps of a trace a story needs: those through which threads can have met. */
import { holderOf } from "./holders.ts";
import { type Access, type TraceReading, isMutexStep } from "./reading.ts";
import { lastAccess } from "./waiters.ts";

/**
 * How much is left out. `all` keeps every step on a cell that two threads use and one changes;
 * `brief` drops what only confirms (notifications that woke nobody, sleeps that did not happen,
 * answers of operations that met nobody); `bare` drops locking as well; `core` keeps what stands
 * next to a preemption, a race or a thread that stopped.
 */
export type SliceLevel = "all" | "brief" | "bare" | "core";

/** The levels, the most telling first. */
export const sliceLevels: readonly SliceLevel[] = ["all", "brief", "bare", "core"];

/**
 * The indexes of the steps to tell. Steps of the main thread are told only where the failure is in
 * them.
 */
export function sliceTrace(reading: TraceReading, level: SliceLevel): ReadonlySet<number> {
  const pinned = pinnedSteps(reading);
  const isStuck = reading.stopped.length > 0;
  const threads = new Map(reading.cells.map((_, cell) => [cell, threadsAt(reading, cell)]));
  const hot = new Set([...pinned].map((at) => reading.accesses[at]?.cell));
  const kept = new Set(pinned);
  for (const access of reading.accesses) {
    if (access.op === "arrive" || access.thread < 0) continue;
    const isShared = (threads.get(access.cell)?.size ?? 0) > 1;
    const isFar = level === "core" && pinned.size > 0 && !hot.has(access.cell);
    const isMet = isShared && !isFar && matters(access, level, isStuck);
    if (isMet || stopsOrGoesOn(access)) kept.add(access.at);
  }
  if (level === "all") for (const at of lastOfSilent(reading, kept)) kept.add(at);
  return kept;
}

/** The threads that use a cell, or none if nobody ever changes it. */
function threadsAt(reading: TraceReading, cell: number): ReadonlySet<number> {
  const used = reading.accesses.filter((access) => access.cell === cell && access.thread >= 0);
  const isChanged = used.some(
    (access) => access.changes || isMutexStep(access) || access.op === "notify",
  );
  return new Set(isChanged ? used.map(({ thread }) => thread) : []);
}

/** A thread falls asleep, or its sleep times out. */
function stopsOrGoesOn({ op, step }: Access): boolean {
  return op === "timeout" || (op === "wait" && step.extra === 1);
}

function matters({ op, step }: Access, level: SliceLevel, isStuck: boolean): boolean {
  const isIdle = (op === "wait" || op === "notify") && step.extra === 0;
  if (isIdle) return level === "all" && (isStuck || op === "wait");
  if (isMutexStep({ op })) return isStuck || level === "all" || level === "brief";
  return true;
}

/**
 * What no level leaves out: both sides of each preemption and of a race, and where threads stopped.
 */
function pinnedSteps(reading: TraceReading): ReadonlySet<number> {
  const { accesses, trace } = reading;
  const pinned = new Set<number>();
  const add = (access: Access | undefined): void => {
    if (access !== undefined && access.op !== "arrive") pinned.add(access.at);
  };
  for (const access of accesses) {
    if (!access.step.preempts) continue;
    const preempted = accesses[access.at - 1]?.thread;
    add(
      accesses.findLast(
        ({ at, thread, op }) => at < access.at && thread === preempted && op !== "arrive",
      ),
    );
    add(access);
  }
  const { race, crash } = trace;
  if (race !== undefined) {
    add(accesses.find(({ step }) => step.step === race.earlier));
    add(accesses.find(({ step }) => step.step === race.later));
  }
  if (crash !== undefined) add(lastAccess(reading, crash.thread));
  for (const { thread, state, address } of reading.stopped) {
    add(lastAccess(reading, thread));
    if (state === "locking") {
      add(
        holderOf(
          reading,
          reading.cells.findIndex((cell) => cell.address === address),
        )?.taken,
      );
    }
  }
  return pinned;
}

/** The last step of each operation that gave an answer and has no step in `kept`. */
function lastOfSilent(reading: TraceReading, kept: ReadonlySet<number>): readonly number[] {
  return reading.trace.operations.flatMap((operation) => {
    const { outcome, thread } = operation;
    const isSilent =
      outcome.kind === "pending" || (outcome.kind === "returned" && outcome.value === undefined);
    if (thread < 0 || isSilent) return [];
    const steps = reading.within(operation).filter(({ op }) => op !== "arrive");
    const last = steps.at(-1);
    return last === undefined || steps.some(({ at }) => kept.has(at)) ? [] : [last.at];
  });
}
