/** Operations whose answer does not fit what they did. */
import { formatOutcome } from "../../../history/index.ts";
import type { RecordedOperation } from "../../../runtime/evidence.ts";
import { type Access, type TraceReading, isMutexStep } from "../reading.ts";
import { operationText } from "../rows.ts";
import { atPlace } from "../source.ts";
import { type Pattern, type Rule, asNumber, previousOnCell, who } from "./finding.ts";

/**
 * A `compareExchange` failed, the operation changed nothing, and yet it answered as if it had:
 * `true`, or for one without an answer, as its like do that changed something.
 */
export const falseSuccess: Rule = (reading, { failingOperation }) =>
  reading.trace.operations.flatMap((operation): Pattern[] => {
    const failed = lostAttempt(reading, operation);
    if (failed === undefined || !isSuccess(operation)) return [];
    const isNamed = failingOperation?.id === operation.id;
    if (!isNamed && !othersChange(reading, operation)) return [];
    const sentence =
      `${who(operation)}'s compareExchange${atPlace(failed.place)} found ${failed.before} and changed nothing, but ` +
      `${operationText(operation)} as if it had`;
    return [{ bugClass: "false-success", sentence, operations: [operation] }];
  });

/** The failed `compareExchange` that ended an operation which changed nothing. */
function lostAttempt(reading: TraceReading, operation: RecordedOperation): Access | undefined {
  const steps = reading.within(operation).filter(({ op }) => op !== "arrive");
  const last = steps.at(-1);
  if (last === undefined || last.op !== "compareExchange" || last.writes) return undefined;
  return steps.some(({ changes, op }) => changes || isMutexStep({ op })) ? undefined : last;
}

function isSuccess({ outcome, args }: RecordedOperation): boolean {
  if (outcome.kind !== "returned") return false;
  return outcome.value === true || (outcome.value === undefined && args.length > 0);
}

/** Another operation of that name with the same answer did change something. */
function othersChange(reading: TraceReading, { id, name, outcome }: RecordedOperation): boolean {
  return reading.trace.operations.some(
    (other) =>
      other.id !== id &&
      other.name === name &&
      formatOutcome(other.outcome) === formatOutcome(outcome) &&
      reading.within(other).some(({ changes }) => changes),
  );
}

/**
 * A `compareExchange` failed because of another thread, and the operation answered `false` without
 * a second look, although what it found would have been enough: the argument of the operation, or
 * more.
 */
export const spuriousFailure: Rule = (reading, { failingOperation }) =>
  reading.trace.operations.flatMap((operation): Pattern[] => {
    const { outcome, args } = operation;
    if (outcome.kind !== "returned" || outcome.value !== false) return [];
    const failed = lostAttempt(reading, operation);
    const look = failed === undefined ? undefined : previousOnCell(reading, failed);
    if (failed === undefined || look === undefined || Object.is(look.before, failed.before))
      return [];
    const found = asNumber(failed.before);
    const wanted = args.findLast((value) => typeof value === "number");
    const isEnough =
      found !== undefined && typeof wanted === "number" && wanted > 0 && found >= wanted;
    if (!isEnough || (failingOperation !== undefined && failingOperation.id !== operation.id))
      return [];
    const sentence =
      `${who(operation)}'s compareExchange${atPlace(failed.place)} failed only because another worker came between, ` +
      `and ${operationText(operation)} although ${reading.nameOf(failed.cell)} was ${failed.before}: it has to look again`;
    return [{ bugClass: "spurious-failure", sentence, operations: [operation] }];
  });

/**
 * A `compareExchange` failed because another thread had changed what the operation had seen, and the operation never
 * looked at the cell again. No class says that.
 */
export const gaveUp: Rule = (reading) =>
  reading.accesses.flatMap((failed): Pattern[] => {
    const { op, writes, operation, cell, at } = failed;
    if (op !== "compareExchange" || writes || operation === undefined) return [];
    const look = previousOnCell(reading, failed);
    if (look === undefined || Object.is(look.after, failed.before)) return [];
    const later = reading.within(operation).filter((access) => access.at > at);
    if (later.some((access) => access.cell === cell && isAnotherTry(access))) return [];
    const sentence =
      `${who(failed)}'s compareExchange${atPlace(failed.place)} found ${failed.before} and left it at that, ` +
      `and ${operation.name} went on without trying it again`;
    return [{ sentence, operations: [operation] }];
  });

function isAnotherTry({ op }: Access): boolean {
  return ["compareExchange", "exchange", "load", "read", "wait"].includes(op);
}

/**
 * Operations with arguments went well, but nobody changed any shared memory in the whole execution.
 */
export const noEffect: Rule = (reading) => {
  const { accesses, trace } = reading;
  if (accesses.some(({ changes, writes, op }) => changes || writes || isMutexStep({ op })))
    return [];
  const idle = trace.operations.find(
    ({ thread, args, outcome }) =>
      thread >= 0 &&
      args.some((value) => typeof value === "number") &&
      outcome.kind === "returned" &&
      (outcome.value === undefined || outcome.value === true),
  );
  if (idle === undefined) return [];
  const sentence = `${who(idle)}'s ${operationText(idle)}, but it wrote nothing to the memory that the workers share`;
  return [{ bugClass: "no-effect", sentence, operations: [idle] }];
};

/** The calls ran one after the other, so that no interleaving is to blame for a wrong answer. */
export const wrongResult: Rule = (reading, { failingOperation }) => {
  const operations = reading.trace.operations.filter(({ thread }) => thread >= 0);
  if (operations.length === 0 || reading.trace.race !== undefined) return [];
  // That a sleep timed out was the scheduler's choice.
  if (reading.accesses.some(({ op }) => op === "timeout")) return [];
  const threads = new Set(
    reading.accesses.map(({ thread }) => thread).filter((thread) => thread >= 0),
  );
  if (threads.size > 1 && (hasOverlap(operations) || takesTurns(reading.accesses))) return [];
  const failing = operations.find(({ id }) => id === failingOperation?.id);
  const sentence =
    failing === undefined
      ? "the calls ran one after the other, none inside another: no interleaving is needed for this result"
      : `${operationText(failing)}, and no other call ran at the same time: no interleaving is needed for that`;
  return [
    { bugClass: "wrong-result", sentence, operations: failing === undefined ? [] : [failing] },
  ];
};

function hasOverlap(operations: readonly RecordedOperation[]): boolean {
  return operations.some((a) =>
    operations.some(
      (b) =>
        a.thread !== b.thread &&
        a.call <= (b.return ?? Infinity) &&
        b.call <= (a.return ?? Infinity),
    ),
  );
}

/** A thread went on after another one had run in between, or stepped outside any operation. */
function takesTurns(accesses: readonly Access[]): boolean {
  const own = accesses.filter(({ thread, op }) => thread >= 0 && op !== "arrive");
  if (own.some(({ operation }) => operation === undefined)) return true;
  const operations = own
    .map(({ operation }) => operation)
    .filter((item, i, all) => item !== all[i - 1]);
  return new Set(operations).size < operations.length;
}
