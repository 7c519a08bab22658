/**
 * Values that nobody should have seen: half a transfer, a sum of different moments, a change that
 * was taken back.
 */
import type { RecordedOperation } from "../../../runtime/evidence.ts";
import { type Access, type TraceReading, isMutexStep } from "../reading.ts";
import { heldBy } from "../holders.ts";
import { atPlace } from "../source.ts";
import { mutexName } from "../waiters.ts";
import { type DiagnosisFacts, type Pattern, type Rule, asNumber, who } from "./finding.ts";

/** What an observer saw of one cell, last. */
interface Sight {
  readonly cell: number;
  readonly read: Access;
}

/**
 * Two cells that one operation changed, and the sights of them: one from before the changes, one
 * from after.
 */
interface Half {
  readonly seenNew: Sight;
  readonly seenOld: Sight;
  readonly first: Access;
  readonly second: Access;
}

/**
 * An observer returned the sum of cells, or their values in separate calls, of which it saw one
 * before and one after the change that another operation made to both. Named after the side at
 * fault: where the observer looked between the two changes, the transfer was torn; where the
 * changes fell between its looks, its snapshot was inconsistent.
 */
export const halfSeen: Rule = (reading, facts) =>
  observers(reading).flatMap((sights) =>
    reading.trace.operations.flatMap((writer): readonly Pattern[] => {
      const [first] = sights;
      if (first === undefined || writer.thread === first.read.thread || writer.thread < 0)
        return [];
      if (!concerns(sights, writer, facts)) return [];
      const half = halfOf(reading, writer, sights);
      return half === undefined ? [] : tell(reading, writer, half);
    }),
  );

function concerns(
  sights: readonly Sight[],
  writer: RecordedOperation,
  { failingOperation }: DiagnosisFacts,
): boolean {
  if (failingOperation === undefined) return true;
  const ids = [writer.id, ...sights.map(({ read }) => read.operation?.id)];
  return ids.includes(failingOperation.id);
}

/**
 * The sights of each operation that returned a sum of what it saw, and of each thread that returned
 * them one by one.
 */
function observers(reading: TraceReading): readonly (readonly Sight[])[] {
  const single = new Map<number, Sight[]>();
  const sums: (readonly Sight[])[] = [];
  for (const operation of reading.trace.operations) {
    const { outcome, thread } = operation;
    if (thread < 0 || outcome.kind !== "returned" || typeof outcome.value !== "number") continue;
    const sights = sightsOf(reading, operation);
    if (sights.some(({ cell }) => writesTo(reading, operation, cell))) continue;
    const seen = sights.map(({ read }) => asNumber(read.before));
    if (seen.some((value) => value === undefined)) continue;
    const sum = (seen as readonly number[]).reduce((total, value) => total + value, 0);
    if (sum !== outcome.value) continue;
    if (sights.length > 1) sums.push(sights);
    else if (sights[0] !== undefined)
      single.set(thread, [...(single.get(thread) ?? []), sights[0]]);
  }
  return [...sums, ...single.values()];
}

/** The last read of each cell, locks apart. */
function sightsOf(reading: TraceReading, operation: RecordedOperation): readonly Sight[] {
  const last = new Map<number, Access>();
  for (const access of reading.within(operation)) {
    if (access.op === "read" || access.op === "load") last.set(access.cell, access);
  }
  return [...last].map(([cell, read]) => ({ cell, read }));
}

function writesTo(reading: TraceReading, operation: RecordedOperation, cell: number): boolean {
  return reading.within(operation).some((access) => access.cell === cell && access.writes);
}

function halfOf(
  reading: TraceReading,
  writer: RecordedOperation,
  sights: readonly Sight[],
): Half | undefined {
  const changes = reading.within(writer).filter((access) => access.changes && !isMutexStep(access));
  for (const seenNew of sights) {
    for (const seenOld of sights) {
      if (seenNew.cell === seenOld.cell) continue;
      const [x, ...moreX] = changes.filter(({ cell }) => cell === seenNew.cell);
      const [y, ...moreY] = changes.filter(({ cell }) => cell === seenOld.cell);
      if (x === undefined || y === undefined || moreX.length + moreY.length > 0) continue;
      if (!isTransfer(x, y) || x.at > seenNew.read.at || y.at < seenOld.read.at) continue;
      // Two calls may well see the old value first and the new one later: the transfer came between them.
      const isOneCall = seenNew.read.operation === seenOld.read.operation;
      if (!isOneCall && seenOld.read.at < seenNew.read.at) continue;
      const [first, second] = x.at < y.at ? [x, y] : [y, x];
      return { seenNew, seenOld, first, second };
    }
  }
  return undefined;
}

/** What one cell lost, the other one got. */
function isTransfer(x: Access, y: Access): boolean {
  const [from, to] = [x, y].map(({ before, after }) => {
    const [old, now] = [asNumber(before), asNumber(after)];
    return old === undefined || now === undefined ? Number.NaN : now - old;
  });
  return from !== undefined && from + (to ?? Number.NaN) === 0;
}

function tell(reading: TraceReading, writer: RecordedOperation, half: Half): readonly Pattern[] {
  const { seenNew, seenOld, first, second } = half;
  const looks = [seenNew.read, seenOld.read];
  const operations = [writer, ...looks.map(({ operation }) => operation)];
  const observer = who(seenNew.read);
  const names = `${reading.nameOf(first.cell)}${atPlace(first.place)} and ${reading.nameOf(second.cell)}${atPlace(second.place)}`;
  const isBetween = looks.every(({ at }) => at > first.at && at < second.at);
  const lock = isBetween && isOneCall(half) ? lockHeldFor(reading, half) : undefined;
  if (lock !== undefined) {
    const sentence =
      `${who(writer)} changed ${names} while it held ${lock}, and ${observer} looked at both in between without it: ` +
      `it put together ${seenNew.read.before} and ${seenOld.read.before}, values of different moments`;
    return [{ bugClass: "inconsistent-snapshot", sentence, operations }];
  }
  if (isBetween) {
    const sentence =
      `${who(writer)} changed ${names} in two steps, and ${observer} looked at both in between: ` +
      `it saw ${seenNew.read.before} and ${seenOld.read.before}, a transfer half done`;
    return [{ bugClass: "torn-transfer", sentence, operations }];
  }
  const sentence =
    `${observer} read ${reading.nameOf(seenOld.cell)} before ${who(writer)}'s change and ` +
    `${reading.nameOf(seenNew.cell)} after it, so it put together values of different moments: ` +
    `${seenOld.read.before}${atPlace(seenOld.read.place)} and ${seenNew.read.before}${atPlace(seenNew.read.place)}`;
  return [{ bugClass: "inconsistent-snapshot", sentence, operations }];
}

function isOneCall({ seenNew, seenOld }: Half): boolean {
  return seenNew.read.operation === seenOld.read.operation;
}

/** A lock that the writer held for both changes, and the observer for neither look. */
function lockHeldFor(reading: TraceReading, half: Half): string | undefined {
  const { first, second, seenNew, seenOld } = half;
  const [atFirst, atSecond] = [first, second].map(({ thread, at }) => heldBy(reading, thread, at));
  const seen = [seenNew.read, seenOld.read].flatMap(({ thread, at }) =>
    heldBy(reading, thread, at),
  );
  const held = atFirst?.find(
    ({ cell }) =>
      atSecond?.some((other) => other.cell === cell) === true &&
      seen.every((other) => other.cell !== cell),
  );
  if (held === undefined) return undefined;
  return isMutexStep(held.taken)
    ? mutexName(reading, held.cell)
    : `the lock "${reading.nameOf(held.cell)}"`;
}

/**
 * An operation changed a cell and took the change back, and another one answered with the value in
 * between. That is wrong only where the value is negative although the contract says that there is
 * no such thing, or where the oracle finds the answer wrong; a refusal that the oracle finds wrong
 * counts when this look was all that it rested on.
 */
export const transientState: Rule = (reading, facts) =>
  reading.accesses.flatMap((change): Pattern[] => {
    const { operation, after, cell } = change;
    if (!change.changes || operation === undefined || isMutexStep(change)) return [];
    const later = reading
      .within(operation)
      .find(({ at, cell: other, changes }) => at > change.at && other === cell && changes);
    if (later === undefined || !isUndone(change, later)) return [];
    const sight = reading.accesses.find(
      ({ at, cell: other, thread, reads, before }) =>
        at > change.at &&
        at < later.at &&
        other === cell &&
        thread !== change.thread &&
        reads &&
        Object.is(before, after),
    );
    if (sight === undefined || !didHarm(sight, reading, facts)) return [];
    const sentence =
      `${who(change)} changed ${reading.nameOf(cell)} to ${after}${atPlace(change.place)} and took that back` +
      `${atPlace(later.place)}, and ${who(sight)} saw the ${after} in between${atPlace(sight.place)}`;
    return [{ bugClass: "transient-state", sentence, operations: [operation, sight.operation] }];
  });

/** The later change takes away just what the earlier one brought. */
function isUndone(change: Access, later: Access): boolean {
  const [from, to] = [asNumber(change.before), asNumber(change.after)];
  const [left, back] = [asNumber(later.before), asNumber(later.after)];
  if (from === undefined || to === undefined || left === undefined || back === undefined)
    return false;
  return to - from === left - back;
}

function didHarm(sight: Access, reading: TraceReading, facts: DiagnosisFacts): boolean {
  const { operation, before } = sight;
  if (operation?.outcome.kind !== "returned") return false;
  const value = asNumber(before);
  const { outcome } = operation;
  const isFailing = facts.failingOperation?.id === operation.id;
  if (value !== undefined && outcome.value === value)
    return isFailing || (value < 0 && forbidsNegative(facts));
  return isFailing && outcome.value === false && reading.within(operation).at(-1) === sight;
}

function forbidsNegative({ contract, expected }: DiagnosisFacts): boolean {
  return /negative|below (?:zero|0)|overdraft/i.test(`${contract} ${expected}`);
}
