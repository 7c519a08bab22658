/** The rows of a story before they are folded and have columns. */
import { formatOperation } from "../../history/index.ts";
import type { RecordedOperation } from "../../runtime/evidence.ts";
import type { SourcePlace } from "../result.ts";
import type { TraceReading } from "./reading.ts";
import { describeAccess } from "./words.ts";

/** A row; `shape` is equal for rows that do the same at the same place, whatever the values. */
export interface DraftRow {
  readonly thread: number;
  readonly preempted: boolean;
  readonly place: SourcePlace | undefined;
  readonly text: string;
  readonly returns: string | undefined;
  readonly times: number;
  readonly shape: string;
}

/** Longest text of an operation. */
const OPERATION_LENGTH = 80;

/** The rows of the kept steps, in order, with the operations that return after them. */
export function rowsOf(
  reading: TraceReading,
  kept: ReadonlySet<number>,
  withSilent: boolean,
): readonly DraftRow[] {
  const returns = returnsByStep(reading, kept);
  const preempted = preemptedRows(reading, kept);
  const rows: { readonly time: number; readonly row: DraftRow }[] = [];
  for (const access of reading.accesses) {
    if (!kept.has(access.at)) continue;
    const { thread, place, op } = access;
    rows.push({
      time: access.step.step,
      row: {
        thread,
        place,
        preempted: preempted.has(access.at),
        text: describeAccess(access, reading),
        returns: returns.get(access.at)?.map(operationText).join("; "),
        times: 1,
        shape: `${thread} ${op} ${access.cell} ${place?.file}:${place?.line}:${place?.column}`,
      },
    });
  }
  if (withSilent) rows.push(...stepless(reading));
  return rows.toSorted((a, b) => a.time - b.time).map(({ row }) => row);
}

/** Operations by the kept step that they return after. */
function returnsByStep(
  reading: TraceReading,
  kept: ReadonlySet<number>,
): ReadonlyMap<number, readonly RecordedOperation[]> {
  const returns = new Map<number, RecordedOperation[]>();
  for (const operation of reading.trace.operations.toReversed()) {
    if (operation.outcome.kind === "pending") continue;
    const last = reading.within(operation).findLast(({ at }) => kept.has(at));
    if (last !== undefined) returns.set(last.at, [...(returns.get(last.at) ?? []), operation]);
  }
  return returns;
}

/** An operation with its outcome, not too long: `withdraw(8) returns true`. */
export function operationText(operation: RecordedOperation): string {
  const text = formatOperation({ ...operation, return: operation.return ?? Infinity });
  return text.length > OPERATION_LENGTH ? `${text.slice(0, OPERATION_LENGTH - 1)}…` : text;
}

/** The kept steps right before which another thread was preempted. */
function preemptedRows(reading: TraceReading, kept: ReadonlySet<number>): ReadonlySet<number> {
  const marked = new Set<number>();
  for (const { at, step } of reading.accesses) {
    if (!step.preempts) continue;
    const preempted = reading.accesses[at - 1]?.thread;
    const next = reading.accesses.find((access) => access.at >= at && kept.has(access.at));
    if (next !== undefined && next.thread !== preempted) marked.add(next.at);
  }
  return marked;
}

/**
 * Operations of the scenario's threads that never touched shared memory, and answered something.
 */
function stepless(
  reading: TraceReading,
): readonly { readonly time: number; readonly row: DraftRow }[] {
  const isIdle = reading.accesses.every(({ changes }) => !changes);
  return reading.trace.operations.flatMap((operation) => {
    const { thread, outcome, call, name } = operation;
    if (thread < 0 || outcome.kind === "pending" || reading.within(operation).length > 0) return [];
    if (outcome.kind === "returned" && outcome.value === undefined && !isIdle) return [];
    const row: DraftRow = {
      thread,
      place: undefined,
      preempted: false,
      text: "no access to shared memory",
      returns: operationText(operation),
      times: 1,
      shape: `${thread} ${name}`,
    };
    return [{ time: call / 2_048, row }];
  });
}
