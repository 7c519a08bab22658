/**
 * Who holds which lock. The kit's `Mutex` says so itself; a hand-made lock is recognised only where
 * its cell goes from 0 to another number by `compareExchange` or `exchange`, and is 0 again when it
 * is given back.
 */
import type { RecordedOperation } from "../../runtime/evidence.ts";
import { type Access, type TraceReading, isMutexStep } from "./reading.ts";

/** A lock that is held, and the step that took it. */
export interface Holding {
  readonly thread: number;
  readonly cell: number;
  readonly taken: Access;
}

/** Who holds the lock at `cell` before the step with index `before`; at the end unless given. */
export function holderOf(
  reading: TraceReading,
  cell: number,
  before = reading.accesses.length,
): Holding | undefined {
  let holding: Holding | undefined;
  for (const access of reading.accesses) {
    if (access.at >= before) break;
    if (access.cell !== cell) continue;
    if (isLockTaken(access)) holding = { thread: access.thread, cell, taken: access };
    else if (access.op === "unlock") holding = undefined;
    else if (access.changes) {
      if (isZero(access.after)) holding = undefined;
      else if (isZero(access.before)) {
        holding = takes(access) ? { thread: access.thread, cell, taken: access } : undefined;
      } else if (!takes(access)) holding = undefined;
    }
  }
  return holding;
}

/**
 * The locks that `thread` holds right before the step with index `before`, hand-made ones only if
 * `handMade`.
 */
export function heldBy(reading: TraceReading, thread: number, before: number): readonly Holding[] {
  const cells = new Set(
    reading.accesses
      .filter((access) => access.thread === thread && access.at < before && isAcquisition(access))
      .map(({ cell }) => cell),
  );
  return [...cells].flatMap((cell) => {
    const holding = holderOf(reading, cell, before);
    return holding?.thread === thread && isGivenBack(reading, holding) ? [holding] : [];
  });
}

/**
 * For a hand-made lock: its holder gave it back later in the same operation, as one does with a
 * lock.
 */
function isGivenBack(reading: TraceReading, { thread, cell, taken }: Holding): boolean {
  if (isMutexStep(taken)) return true;
  return reading.accesses.some(
    (access) =>
      access.at > taken.at &&
      access.thread === thread &&
      access.cell === cell &&
      access.operation === taken.operation &&
      access.changes &&
      isZero(access.after),
  );
}

/**
 * Whether `thread` has tried to take the lock at `cell` after it was taken by its holder, and
 * failed.
 */
export function triedToTake(
  reading: TraceReading,
  thread: number,
  { cell, taken }: Holding,
): boolean {
  return reading.accesses.some(
    (access) =>
      access.at > taken.at &&
      access.thread === thread &&
      access.cell === cell &&
      isVainAttempt(access),
  );
}

function isVainAttempt({ op, before, writes, step }: Access): boolean {
  if (op === "tryLock") return step.extra === 0;
  if (op === "compareExchange") return !writes && !isZero(before);
  return op === "exchange" && !isZero(before);
}

function isAcquisition(access: Access): boolean {
  return isLockTaken(access) || (takes(access) && isZero(access.before) && !isZero(access.after));
}

function isLockTaken({ op, step }: Access): boolean {
  return op === "lock" || (op === "tryLock" && step.extra === 1);
}

function takes({ op, writes }: Access): boolean {
  return writes && (op === "compareExchange" || op === "exchange");
}

function isZero(value: number | string): boolean {
  return Number(value) === 0;
}

/** Whether a thread is still in the operation, or in none at all. */
export function isOver(operation: RecordedOperation | undefined): boolean {
  return operation !== undefined && operation.outcome.kind !== "pending";
}
