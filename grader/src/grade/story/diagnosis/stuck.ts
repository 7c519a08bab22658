/**
 * Threads that wait for ever: for each other, for a lock that nobody gives back, for a wake-up that
 * never comes.
 */
import type { RecordedOperation, StoppedThread } from "../../../runtime/evidence.ts";
import { type Holding, holderOf, isOver, triedToTake } from "../holders.ts";
import { type TraceReading, isMutexStep, workerName } from "../reading.ts";
import { operationText } from "../rows.ts";
import { type LastSleep, lastSleepOf } from "../sleep.ts";
import { atPlace } from "../source.ts";
import { lastAccess, mutexName } from "../waiters.ts";
import { type Pattern, type Rule, who } from "./finding.ts";
import { sleepsOf } from "./sleepers.ts";
import { lostUpdatesOf } from "./stale.ts";

/** A thread that waits for a lock whose holder is known. */
interface Wait {
  readonly thread: number;
  readonly holding: Holding;
}

/** The waits for locks: the kit's, and hand-made ones that the thread has tried to take. */
function waitsOf(reading: TraceReading): readonly Wait[] {
  return reading.stopped.flatMap((stopped): readonly Wait[] => {
    const { thread, state } = stopped;
    const cell = cellWaitedFor(reading, stopped);
    const holding = cell === undefined ? undefined : holderOf(reading, cell);
    if (holding === undefined || state === "ready") return [];
    return state === "locking" || triedToTake(reading, thread, holding)
      ? [{ thread, holding }]
      : [];
  });
}

function cellWaitedFor(
  reading: TraceReading,
  { thread, state, address }: StoppedThread,
): number | undefined {
  if (state === "spinning") return lastAccess(reading, thread)?.cell;
  const cell = reading.cells.findIndex((item) => item.address === address);
  return cell === -1 ? undefined : cell;
}

/** Two or more threads, each of which waits for a lock that the next one holds. */
export const lockOrderCycle: Rule = (reading) => {
  const waits = waitsOf(reading);
  for (const start of waits) {
    const cycle = cycleFrom(start, waits);
    if (cycle.length < 2 || new Set(cycle.map(({ holding }) => holding.cell)).size < 2) continue;
    const parts = cycle.map(({ thread, holding }, i) => {
      const held = cycle.at(i - 1)?.holding;
      const own =
        held === undefined ? "" : `${lockName(reading, held)}${atPlace(held.taken.place)}`;
      return `${workerName(thread)} holds ${own} and waits for ${lockName(reading, holding)}`;
    });
    return [{ bugClass: "lock-order-cycle", sentence: parts.join("; "), operations: [] }];
  }
  return [];
};

function cycleFrom(start: Wait, waits: readonly Wait[]): readonly Wait[] {
  const path: Wait[] = [];
  for (let wait: Wait | undefined = start; wait !== undefined && !path.includes(wait);) {
    path.push(wait);
    const owner: number = wait.holding.thread;
    if (owner === start.thread) return path;
    wait = waits.find(({ thread }) => thread === owner);
  }
  return [];
}

/** `the Mutex`, `Mutex 2`, or `the lock state` where it is hand-made. */
export function lockName(reading: TraceReading, { cell, taken }: Holding): string {
  return isMutexStep(taken) ? mutexName(reading, cell) : `the lock "${reading.nameOf(cell)}"`;
}

/**
 * A thread waits for a lock that it took itself, and left locked or still needs; or that its holder
 * left locked.
 */
export const heldForEver: Rule = (reading) =>
  waitsOf(reading).flatMap(({ thread, holding }): Pattern[] => {
    const { taken, thread: owner } = holding;
    const lock = lockName(reading, holding);
    const { operation } = taken;
    const hasLeft = isOver(operation);
    if (owner === thread && (!hasLeft || hasAcquired(operation))) {
      const sentence = `${workerName(thread)} waits for ${lock}, which it holds itself${atPlace(taken.place)}: it cannot be locked twice`;
      return [{ bugClass: "self-deadlock", sentence, operations: [operation] }];
    }
    const isFinished = !reading.stopped.some((stopped) => stopped.thread === owner);
    const end = `${workerName(thread)} waits for it for ever`;
    if (hasLeft && operation?.outcome.kind === "threw") {
      const sentence = `${operationText(operation)} and left ${lock} locked${atPlace(taken.place)}: ${end}`;
      return [{ bugClass: "lock-leaked-on-error", sentence, operations: [operation] }];
    }
    if (
      hasLeft &&
      operation !== undefined &&
      (isFinished || owner === thread) &&
      !isAcquire(operation.name)
    ) {
      const sentence = `${who(taken)}'s ${operationText(operation)} and left ${lock} locked${atPlace(taken.place)}: ${end}`;
      return [{ bugClass: "lock-never-released", sentence, operations: [operation] }];
    }
    if (!isFinished) return [];
    const sentence = `${workerName(owner)} has ended and left ${lock} locked${atPlace(taken.place)}: ${end}`;
    return [{ bugClass: "lock-never-released", sentence, operations: [operation] }];
  });

/** Whether a lock was taken by an operation that is there to take it, and said that it did. */
function hasAcquired(operation: RecordedOperation | undefined): boolean {
  if (operation === undefined || !isAcquire(operation.name)) return false;
  const { outcome } = operation;
  return outcome.kind === "returned" && outcome.value !== false;
}

/** An operation whose very purpose is to leave with a lock taken. */
function isAcquire(name: string): boolean {
  return /^(?:(?:try)?(?:acquire|lock|enter|down|wait).*|p)$/i.test(name);
}

/** A thread sleeps while it holds a lock that another one waits for. No class says that. */
export const sleepsWithLock: Rule = (reading) =>
  waitsOf(reading).flatMap(({ thread, holding }): Pattern[] => {
    const sleeper = reading.stopped.find((stopped) => stopped.thread === holding.thread);
    if (sleeper === undefined || sleeper.state !== "asleep" || sleeper.thread === thread) return [];
    const sleep = lastSleepOf(reading, sleeper);
    if (sleep === undefined || sleep.wait.cell === holding.cell) return [];
    const lock = lockName(reading, holding);
    const sentence =
      `${workerName(sleeper.thread)} sleeps${atPlace(sleep.wait.place)} while it holds ${lock}` +
      `${atPlace(holding.taken.place)}, which ${workerName(thread)} waits for`;
    return [{ sentence, operations: [sleep.wait.operation, holding.taken.operation] }];
  });

/**
 * A thread fell asleep on what it had seen before another one changed it and notified: the wake-up
 * came too early. Or the other way round: another one notified first, and changed the cell only
 * when the thread was asleep.
 */
export const lostWakeup: Rule = (reading) =>
  sleepsOf(reading).flatMap((sleep): Pattern[] => {
    const { wait, notifiedBefore, notifiedAfter, changedAfter } = sleep;
    if (notifiedAfter.length > 0) return [];
    const name = reading.nameOf(wait.cell);
    for (const look of sleep.round) {
      if (!look.reads || look.writes) continue;
      const change = reading.accesses.findLast(
        ({ at, cell, changes }) => at > look.at && at < wait.at && cell === look.cell && changes,
      );
      if (change === undefined || change.thread === wait.thread) continue;
      const notify = notifiedBefore.find(
        ({ at, thread }) => at > change.at && thread === change.thread,
      );
      if (notify === undefined || looksAgain(sleep, look.cell, change.at)) continue;
      const sentence =
        `${who(change)} changed ${reading.nameOf(look.cell)} to ${change.after}${atPlace(change.place)} and notified ` +
        `${name}${atPlace(notify.place)} after ${who(wait)} had looked${atPlace(look.place)} and before it fell asleep` +
        `${atPlace(wait.place)}: nobody wakes it any more`;
      return [
        { bugClass: "lost-wakeup", sentence, operations: [wait.operation, change.operation] },
      ];
    }
    const late = changedAfter.at(-1);
    const early = notifiedBefore.at(-1);
    if (late === undefined || early === undefined || late.operation === undefined) return [];
    if (
      early.operation !== late.operation ||
      early.thread !== late.thread ||
      !isWorthWaking(reading, sleep)
    )
      return [];
    const sentence =
      `${who(late)} notified ${name}${atPlace(early.place)} before it changed it${atPlace(late.place)}, and ` +
      `${who(wait)} fell asleep between the two${atPlace(wait.place)}: nobody wakes it any more`;
    return [{ bugClass: "lost-wakeup", sentence, operations: [wait.operation, late.operation] }];
  });

/**
 * After the change the thread looked at the cell again, so it slept knowingly; unless it is the
 * cell it sleeps on, where a second look is no check but only says which value to sleep on.
 */
function looksAgain({ round, wait }: LastSleep, cell: number, since: number): boolean {
  if (cell === wait.cell)
    return round.some(
      (access) =>
        access.cell === cell && access.at > since && access.op !== "load" && access.op !== "read",
    );
  return round.some((access) => access.cell === cell && access.at > since && access.reads);
}

/**
 * The cell has another value than the one slept on, and not from a thread that only sleeps on it as
 * well.
 */
function isWorthWaking(reading: TraceReading, { wait, changedAfter }: LastSleep): boolean {
  const last = changedAfter.at(-1);
  if (last === undefined || Object.is(last.after, wait.before)) return false;
  return !sleepsOf(reading).some(
    (other) =>
      other.thread === last.thread &&
      other.wait.cell === wait.cell &&
      other.wait.operation === last.operation,
  );
}

/** An update was lost of the very cell that a thread sleeps on: what it waits for cannot come any more. */
export const lostWhileAsleep: Rule = (reading) =>
  sleepsOf(reading).flatMap(({ wait }) =>
    lostUpdatesOf(
      reading,
      reading.accesses.filter(({ cell }) => cell === wait.cell),
    ),
  );

/** A thread sleeps on a cell that was changed since, and nobody notified it after that. */
export const missingNotify: Rule = (reading) =>
  sleepsOf(reading).flatMap((sleep): Pattern[] => {
    const { wait, changedAfter, notifiedAfter } = sleep;
    const change = changedAfter.at(-1);
    if (change === undefined || !isWorthWaking(reading, sleep)) return [];
    if (notifiedAfter.some(({ at }) => at > change.at)) return [];
    const sentence =
      `${who(change)} changed ${reading.nameOf(wait.cell)} to ${change.after}${atPlace(change.place)} while ` +
      `${who(wait)} slept on it${atPlace(wait.place)}, and nobody called Atomics.notify after that`;
    return [
      { bugClass: "missing-notify", sentence, operations: [wait.operation, change.operation] },
    ];
  });

/** A thread looks at the same values again and again, and nobody is left to change them. */
export const spin: Rule = (reading) =>
  reading.stopped.flatMap(({ thread, state }): Pattern[] => {
    const last = lastAccess(reading, thread);
    if (state !== "spinning" || last === undefined) return [];
    const sentence =
      `${workerName(thread)} looks at ${reading.nameOf(last.cell)} again and again${atPlace(last.place)} and finds ` +
      `${last.before} each time: nobody is left to change it, and it never sleeps`;
    return [{ bugClass: "spin", sentence, operations: [last.operation] }];
  });
