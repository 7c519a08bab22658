/**
 * Lost updates and checks that were out of date: a thread acts on what it read before another one
 * changed it.
 */
import type { RecordedOperation } from "../../../runtime/evidence.ts";
import { heldBy } from "../holders.ts";
import { type Access, type TraceReading, isReadModifyWrite } from "../reading.ts";
import { atPlace, placeText } from "../source.ts";
import {
  type DiagnosisFacts,
  type Pattern,
  type Rule,
  asNumber,
  foreignChanges,
  previousOnCell,
  who,
} from "./finding.ts";
import {
  type Meeting,
  computedFrom,
  decidesBetween,
  isKept,
  meetingOf,
} from "./source-evidence.ts";

/**
 * A read, another thread's change, then a blind write of a value that was computed from the read:
 * the change is lost. Nothing is lost where the write finds the value that was read.
 */
export const lostUpdate: Rule = (reading) => lostUpdatesOf(reading, reading.accesses);

/** The updates that are lost by one of these writes. */
export function lostUpdatesOf(
  reading: TraceReading,
  writes: readonly Access[],
): readonly Pattern[] {
  return writes.flatMap((write): Pattern[] => {
    if (!isBlindWrite(write) || write.operation === undefined) return [];
    const read = sourceOf(reading, write);
    if (read === undefined) return [];
    const changes = foreignChanges(reading, read, write);
    const [first, change] = [changes[0], changes.at(-1)];
    if (first === undefined || change === undefined || isUndone(changes)) return [];
    const sentence =
      `${told(changes)} ${reading.nameOf(write.cell)} from ${first.before} to ${change.after}` +
      `${changes.length === 1 ? atPlace(change.place) : ""} between ` +
      `${stepsOf(write, meetingOf(read, write, reading))}, so ` +
      `${who(write)}'s write put back a stale value: it had read ${read.before} and wrote ${write.after}` +
      locksBetween(reading, write, change);
    return [{ bugClass: "lost-update", sentence, operations: [write.operation, change.operation] }];
  });
}

/**
 * The look at the cell that the written value was computed from: the last access of the operation
 * before the write, or an earlier one whose value the source keeps in a variable until then.
 */
function sourceOf(reading: TraceReading, write: Access): Access | undefined {
  const last = previousOnCell(reading, write);
  if (last !== undefined && isLook(last) && computedFrom(last, write, reading)) return last;
  return reading
    .within(write.operation as RecordedOperation)
    .findLast(
      (look) =>
        look.at < write.at &&
        look.cell === write.cell &&
        isLook(look) &&
        isKept(look, write, reading),
    );
}

/** The changes of other threads add up to nothing: whatever is written, none of them is lost. */
function isUndone(changes: readonly Access[]): boolean {
  const sum = changes.reduce(
    (total, { before, after }) => total + Number(after) - Number(before),
    0,
  );
  return sum === 0;
}

/** `worker B changed`, `worker B and worker C changed`. */
function told(changes: readonly Access[]): string {
  return `${[...new Set(changes.map(who))].join(" and ")} changed`;
}

function isBlindWrite({ op }: Access): boolean {
  return op === "write" || op === "store" || op === "exchange";
}

function isLook({ reads, writes }: Access): boolean {
  return reads && !writes;
}

function stepsOf(write: Access, { first, second }: Meeting): string {
  const worker = who(write);
  if (first !== undefined && second !== undefined && placeText(first) === placeText(second)) {
    return `${worker}'s read and its write (both ${placeText(first)})`;
  }
  return `${worker}'s read${atPlace(first)} and its write${atPlace(second)}`;
}

/** Says so when both threads held a lock, but not the same one. */
function locksBetween(reading: TraceReading, mine: Access, theirs: Access): string {
  const own = heldBy(reading, mine.thread, mine.at);
  const other = heldBy(reading, theirs.thread, theirs.at);
  if (own.length === 0 || other.length === 0) return "";
  if (own.some(({ cell }) => other.some((holding) => holding.cell === cell))) return "";
  return "; each of them held a lock, but not the same one";
}

/**
 * A check of a cell, another thread's change of it, then an act on the old check: an arithmetic
 * step or a write that does not look at the cell again. The check must be in the source, and the
 * act must not be taken back.
 */
export const checkThenAct: Rule = (reading, facts) =>
  reading.accesses.flatMap((act): Pattern[] => {
    if (act.operation === undefined || !isAct(act, reading)) return [];
    const check = checkOf(reading, act);
    if (check === undefined || Object.is(check.before, act.before)) return [];
    const changes = foreignChanges(reading, check, act);
    const change = changes.at(-1);
    const meeting = meetingOf(check, act, reading);
    if (change === undefined || !decidesBetween(meeting, reading.lookup)) return [];
    if (!act.changes && !isHarm(act, change, reading, facts)) return [];
    const name = reading.nameOf(act.cell);
    const detail = shortfall(act, name, facts);
    const sentence =
      `${who(act)} checked ${name} when it was ${check.before}${atPlace(meeting.first)}, but ${told(changes)} ` +
      `it to ${change.after}${atPlace(change.place)} before ${who(act)} acted on that` +
      `${atPlace(meeting.second)}${detail === undefined ? "" : `, so it went down to ${act.after}`}` +
      locksBetween(reading, act, change);
    const operations = [act.operation, change.operation];
    return [
      { bugClass: "check-then-act", ...(detail && { bugDetail: detail }), sentence, operations },
    ];
  });

function isAct(access: Access, reading: TraceReading): boolean {
  const { op, changes, writes } = access;
  if (op === "write" || op === "store") return writes;
  if (!changes || !isReadModifyWrite(op) || op === "compareExchange" || op === "exchange")
    return false;
  return !isTakenBack(access, reading);
}

/**
 * A later step of the same operation changes the cell again: the act was tentative, and its answer
 * was looked at.
 */
function isTakenBack(act: Access, reading: TraceReading): boolean {
  return reading.accesses.some(
    ({ at, cell, thread, operation, changes }) =>
      at > act.at &&
      cell === act.cell &&
      thread === act.thread &&
      operation === act.operation &&
      changes,
  );
}

/**
 * The look that an act relies on: the last one, but not a read that only serves to compute the new
 * value.
 */
function checkOf(reading: TraceReading, act: Access): Access | undefined {
  const last = previousOnCell(reading, act);
  if (last === undefined || !isLook(last) || last.op === "wait") return undefined;
  if (isReadModifyWrite(act.op) || !Object.is(last.before, act.before)) return last;
  if (!isSameLine(last, act) || !computedFrom(last, act, reading)) return undefined;
  const earlier = previousOnCell(reading, last);
  return earlier !== undefined && isLook(earlier) && !isSameLine(earlier, act)
    ? earlier
    : undefined;
}

function isSameLine(a: Access, b: Access): boolean {
  return (
    a.access !== undefined && a.access.file === b.access?.file && a.access.line === b.access.line
  );
}

/**
 * Two threads stored the same value after the same check. That does harm only if the value is a
 * claim: both take it back later, as one does with a lock, or the oracle says that one of the
 * operations is wrong.
 */
function isHarm(
  act: Access,
  change: Access,
  reading: TraceReading,
  facts: DiagnosisFacts,
): boolean {
  const failing = facts.failingOperation?.id;
  if (failing !== undefined && [act, change].some(({ operation }) => operation?.id === failing))
    return true;
  return [act, change].every((claim) =>
    reading.accesses.some(
      ({ at, thread, cell, operation, after, writes }) =>
        at > claim.at &&
        thread === claim.thread &&
        cell === claim.cell &&
        operation === claim.operation &&
        writes &&
        Object.is(after, change.before),
    ),
  );
}

/** The word for a cell that was taken below zero, or nothing. */
function shortfall(
  act: Access,
  name: string,
  { contract, expected }: DiagnosisFacts,
): string | undefined {
  const [before, after] = [asNumber(act.before), asNumber(act.after)];
  if (before === undefined || after === undefined || before < 0 || after >= 0) return undefined;
  const isMoney = /balance|account|money|fund|withdraw/i.test(`${name} ${contract} ${expected}`);
  return isMoney ? "overdraft" : "below zero";
}
