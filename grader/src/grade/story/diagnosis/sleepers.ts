/** Threads that were woken and should not have gone on, or that nobody woke because another one was. */
import { type Access, type TraceReading, workerName } from "../reading.ts";
import { type LastSleep, lastSleepOf, wokenBy } from "../sleep.ts";
import { atPlace } from "../source.ts";
import { type Pattern, type Rule, who } from "./finding.ts";

/**
 * A thread saw a value and fell asleep because of it, was woken, found the same value again and changed the cell all
 * the same: it did not ask again whether it may go on.
 */
export const missingPredicateLoop: Rule = (reading) =>
  reading.accesses.flatMap((wait): Pattern[] => {
    if (wait.op !== "wait" || wait.step.extra !== 1 || wait.operation === undefined) return [];
    const own = reading.within(wait.operation);
    const later = own.filter(({ at }) => at > wait.at);
    const isWoken = later[0]?.op !== "timeout";
    const sleepsAgain = later.some(({ op, step }) => op === "wait" && step.extra === 1);
    if (!isWoken || sleepsAgain || wait.operation.outcome.kind === "pending") return [];
    for (const look of looksBefore(own, wait)) {
      const after = later.filter(({ cell }) => cell === look.cell);
      const act = after.find(({ writes }) => writes);
      if (act === undefined || !Object.is(act.before, look.before)) continue;
      const isOtherwise = after.some(
        ({ at, reads, before }) => at < act.at && reads && !Object.is(before, look.before),
      );
      if (isOtherwise || !isForeign(reading, look, act)) continue;
      const sentence =
        `${who(wait)} saw ${reading.nameOf(look.cell)} ${look.before}${atPlace(look.place)} and fell asleep` +
        `${atPlace(wait.place)}; woken, it went on (${act.op}${atPlace(act.place)}) although ` +
        `${reading.nameOf(look.cell)} was ${act.before} again: it has to look again each time that it wakes up`;
      return [{ bugClass: "missing-predicate-loop", sentence, operations: [wait.operation] }];
    }
    return [];
  });

/** The last look at each cell before the sleep, of cells that the thread has not changed itself. */
function looksBefore(own: readonly Access[], wait: Access): readonly Access[] {
  const before = own.filter(({ at }) => at < wait.at);
  const changed = new Set(before.filter(({ changes }) => changes).map(({ cell }) => cell));
  const looks = new Map<number, Access>();
  for (const access of before) {
    if (access.reads && !changed.has(access.cell)) looks.set(access.cell, access);
  }
  return [...looks.values()];
}

/** Others changed the cell in between, and the last of them changed it back. */
function isForeign(reading: TraceReading, look: Access, act: Access): boolean {
  const changes = reading.accesses.filter(
    ({ at, cell, changes: isChange }) =>
      at > look.at && at < act.at && cell === look.cell && isChange,
  );
  return changes.length > 1 && changes.every(({ thread }) => thread !== act.thread);
}

/** A wake-up for one went to a thread that could do nothing with it, or that passed none on; another sleeps on. */
export const tooFewWoken: Rule = (reading) =>
  sleepsOf(reading).flatMap((sleep): Pattern[] => {
    const { wait, thread, notifiedAfter, changedAfter } = sleep;
    const notify = notifiedAfter.at(-1);
    if (notify === undefined) return [];
    const [woken] = wokenBy(notify);
    if (woken === undefined) return [];
    const name = reading.nameOf(wait.cell);
    const start = `${who(notify)}'s notify${atPlace(notify.place)} woke only ${workerName(woken)}`;
    const end = `${workerName(thread)}, asleep on ${name} too${atPlace(wait.place)}, is woken by nobody`;
    if (wentBackToSleep(reading, woken, notify)) {
      const sentence = `${start}, which went back to sleep; ${end}`;
      return [
        { bugClass: "lost-wakeup", sentence, operations: [wait.operation, notify.operation] },
      ];
    }
    const change = changedAfter.findLast(({ at }) => at < notify.at);
    const isStill = changedAfter.every(({ at }) => at < notify.at);
    if (change === undefined || !isStill || Object.is(change.after, wait.before)) return [];
    const sentence = `${who(change)} changed ${name} to ${change.after}${atPlace(change.place)}, but ${start}; ${end}`;
    return [
      { bugClass: "missing-notify", sentence, operations: [wait.operation, notify.operation] },
    ];
  });

/** The thread slept on the same cell again after that, and changed nothing before. */
function wentBackToSleep(reading: TraceReading, thread: number, notify: Access): boolean {
  for (const access of reading.accesses) {
    if (access.at <= notify.at || access.thread !== thread) continue;
    if (access.op === "wait" && access.step.extra === 1 && access.cell === notify.cell) return true;
    if (access.changes) return false;
  }
  return false;
}

/** The sleeps that never ended. */
export function sleepsOf(reading: TraceReading): readonly LastSleep[] {
  return reading.stopped.flatMap((stopped) => lastSleepOf(reading, stopped) ?? []);
}
