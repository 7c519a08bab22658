/** Lost updates and checks that were out of date: a thread acts on what it read before another one changed it. */
import { type Access, isReadModifyWrite } from "../reading.ts";
import { atPlace, placeText } from "../source.ts";
import { type DiagnosisFacts, type Pattern, type Rule, asNumber, lastForeignChange, previousOnCell, who } from "./finding.ts";
import { heldBy } from "../holders.ts";
import type { TraceReading } from "../reading.ts";
import { computedFrom, decidesBetween } from "./source-evidence.ts";

/**
 * A read, another thread's change, then a blind write of a value that was computed from the read: the change is lost.
 * Nothing is lost where the write finds the value that was read, or writes what is there.
 */
export const lostUpdate: Rule = (reading, { locate, sourceOf }) => {
  const lookup = { locate, ...(sourceOf === undefined ? {} : { sourceOf }) };
  return reading.accesses.flatMap((write): Pattern[] => {
    if (!isBlindWrite(write) || write.operation === undefined) return [];
    const read = previousOnCell(reading, write);
    if (read === undefined || read.writes || !read.reads || Object.is(read.before, write.before)) return [];
    const change = lastForeignChange(reading, read, write);
    if (change === undefined || !computedFrom(read, write, lookup)) return [];
    const name = reading.nameOf(write.cell);
    const sentence =
      `${who(change)} changed ${name} from ${change.before} to ${change.after} ${betweenSteps(read, write)}, so ` +
      `${who(write)}'s write put back a stale value: ${write.after} instead of what ${write.before} would have given` +
      locksBetween(reading, write, change);
    return [{ bugClass: "lost-update", sentence, operations: [write.operation, change.operation] }];
  });
};

function isBlindWrite({ op, step }: Access): boolean {
  return op === "write" || op === "store" || (op === "exchange" && step.extra === 0);
}

function betweenSteps(read: Access, write: Access): string {
  const [from, to] = [read.place, write.place];
  if (from !== undefined && to !== undefined && placeText(from) === placeText(to)) {
    return `between ${who(write)}'s read and its write (both ${placeText(from)})`;
  }
  return `between ${who(write)}'s read${atPlace(from)} and its write${atPlace(to)}`;
}

/** Says so when both threads held a Mutex, but not the same one. */
function locksBetween(reading: TraceReading, write: Access, change: Access): string {
  const mine = heldBy(reading, write.thread, write.at);
  const theirs = heldBy(reading, change.thread, change.at);
  if (mine.length === 0 || theirs.length === 0) return "";
  if (mine.some(({ cell }) => theirs.some((other) => other.cell === cell))) return "";
  return "; each of them held a lock, but not the same one";
}

/**
 * A check of a cell, another thread's change of it, then an act on the old check: an arithmetic step or a write that
 * does not look at the cell again. The check must be in the source, and the act must not be taken back.
 */
export const checkThenAct: Rule = (reading, facts) =>
  reading.accesses.flatMap((act): Pattern[] => {
    if (!isAct(act) || act.operation === undefined || isTakenBack(reading, act)) return [];
    const check = checkOf(reading, act, facts);
    if (check === undefined || Object.is(check.before, act.before)) return [];
    const change = lastForeignChange(reading, check, act);
    if (change === undefined || !decidesBetween(check, act, facts)) return [];
    const name = reading.nameOf(act.cell);
    const detail = shortfall(act, name, facts);
    const sentence =
      `${who(act)} checked ${name} when it was ${check.before}${atPlace(check.place)}, but ${who(change)} ` +
      `changed it to ${change.after} before ${who(act)} acted on that${atPlace(act.place)}` +
      (detail === undefined ? "" : `, so it went down to ${act.after}`) +
      locksBetween(reading, act, change);
    const operations = [act.operation, change.operation];
    return [{ bugClass: "check-then-act", ...(detail === undefined ? {} : { bugDetail: detail }), sentence, operations }];
  });

function isAct(access: Access): boolean {
  const { op, changes, writes } = access;
  if (op === "write" || op === "store") return writes;
  return changes && isReadModifyWrite(op) && op !== "compareExchange" && op !== "exchange";
}

/** A later step of the same operation changes the cell again: the act was tentative, and its answer was looked at. */
function isTakenBack(reading: TraceReading, act: Access): boolean {
  return reading.accesses.some(
    ({ at, cell, thread, operation, changes }) =>
      at > act.at && cell === act.cell && thread === act.thread && operation === act.operation && changes,
  );
}

/** The look that an act relies on: the last one, but not a read that only serves to compute the new value. */
function checkOf(reading: TraceReading, act: Access, facts: DiagnosisFacts): Access | undefined {
  const last = previousOnCell(reading, act);
  if (last === undefined || last.writes || !last.reads || last.op === "wait") return undefined;
  if (isReadModifyWrite(act.op)) return last;
  const isUpToDate = Object.is(last.before, act.before);
  if (!isUpToDate) return last;
  if (!isSameLine(last, act) || !computedFrom(last, act, facts)) return undefined;
  const earlier = previousOnCell(reading, last);
  return earlier !== undefined && earlier.reads && !earlier.writes && !isSameLine(earlier, act) ? earlier : undefined;
}

function isSameLine(a: Access, b: Access): boolean {
  return a.access !== undefined && a.access.file === b.access?.file && a.access.line === b.access.line;
}

/** The word for a cell that was taken below zero, or nothing. */
function shortfall(act: Access, name: string, { contract, expected }: DiagnosisFacts): string | undefined {
  const [before, after] = [asNumber(act.before), asNumber(act.after)];
  if (before === undefined || after === undefined || before < 0 || after >= 0) return undefined;
  return /balance|account|money|fund|withdraw/i.test(`${name} ${contract} ${expected}`) ? "overdraft" : "below zero";
}
