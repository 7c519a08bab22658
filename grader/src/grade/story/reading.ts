import type {
  RecordedOperation,
  StoppedThread,
  TraceEvidence,
  TracedStep,
} from "../../runtime/evidence.ts";
import type { SourcePlace } from "../result.ts";
import { type Cell, cellsOf } from "./cells.ts";
import { nameCells } from "./names.ts";
import { type SourceLookup, placesOf } from "./source.ts";

export { isMutexStep } from "./mutex-step.ts";

/** Operation times count in these units per step; a return stands right after its last step. */
const STEP_TIME = 2_048;

/** One step of a trace, understood. */
export interface Access {
  /** Index into {@link TraceReading.accesses}. */
  readonly at: number;
  readonly step: TracedStep;
  readonly thread: number;
  readonly op: string;
  /** Index into {@link TraceReading.cells}; -1 for `arrive`. */
  readonly cell: number;
  readonly before: number | string;
  readonly after: number | string;
  /** The thread learns the value. */
  readonly reads: boolean;
  /** The step stores a value, possibly the one that was there. */
  readonly writes: boolean;
  /** The step leaves another value than it found. */
  readonly changes: boolean;
  /** The recorded operation that it is part of, the innermost one. */
  readonly operation: RecordedOperation | undefined;
  readonly access: SourcePlace | undefined;
  readonly place: SourcePlace | undefined;
}

/** A trace with everything that stories and diagnoses ask of it. */
export interface TraceReading {
  readonly trace: TraceEvidence;
  readonly lookup: SourceLookup;
  readonly accesses: readonly Access[];
  readonly cells: readonly Cell[];
  /** The threads that had not ended, the main thread included where it waits in the final phase. */
  readonly stopped: readonly StoppedThread[];
  nameOf(cell: number): string;
  /** Steps of one thread inside one operation, in order. */
  within(operation: RecordedOperation): readonly Access[];
}

/** Reads a trace. */
export function readTrace(trace: TraceEvidence, lookup: SourceLookup): TraceReading {
  const cells = cellsOf(trace.steps, trace.buffers);
  const accesses = trace.steps.map((step, at): Access => {
    const { access, own } = placesOf(step.frames, lookup);
    const writes = stores(step);
    return {
      at,
      step,
      thread: step.thread,
      op: step.op,
      cell: cells.cellOf(step),
      before: step.before,
      after: step.after,
      reads: learns(step.op),
      writes,
      changes: writes && !Object.is(step.before, step.after),
      operation: operationOf(step, trace.operations),
      access,
      place: own,
    };
  });
  const names = nameCells(accesses, cells.all, lookup);
  return {
    trace,
    lookup,
    accesses,
    cells: cells.all,
    stopped: stoppedThreads(trace),
    nameOf: (cell) => names[cell] ?? "shared memory",
    within: (operation) => accesses.filter(({ step }) => contains(operation, step)),
  };
}

const readModifyWrites = ["add", "sub", "and", "or", "xor", "exchange"];

/** Whether `op` reads and writes in one step. */
export function isReadModifyWrite(op: string): boolean {
  return readModifyWrites.includes(op) || op === "compareExchange";
}

function learns(op: string): boolean {
  return op === "read" || op === "load" || op === "wait" || isReadModifyWrite(op);
}

function stores({ op, extra }: TracedStep): boolean {
  if (op === "compareExchange") return extra === 1;
  return op === "write" || op === "store" || readModifyWrites.includes(op);
}

function operationOf(
  step: TracedStep,
  operations: readonly RecordedOperation[],
): RecordedOperation | undefined {
  return operations.findLast((operation) => contains(operation, step));
}

function contains(operation: RecordedOperation, { step, thread }: TracedStep): boolean {
  if (operation.thread !== thread || operation.call > step * STEP_TIME) return false;
  return operation.return === null || step <= Math.floor(operation.return / STEP_TIME);
}

/**
 * The evidence lists the scenario's threads. When all of them have ended, a deadlock is the main
 * thread's: it sleeps, or it waits for the one Mutex that is still locked.
 */
function stoppedThreads({ end, stopped, steps }: TraceEvidence): readonly StoppedThread[] {
  if (end !== "deadlock" || stopped.length > 0) return stopped;
  const last = steps.findLast(({ thread }) => thread === -1);
  if (last?.op === "wait" && last.extra === 1) {
    const { address, frames } = last;
    return [{ thread: -1, state: "asleep", address, frames }];
  }
  const held = new Map<number, number>();
  for (const { op, address, thread, extra } of steps) {
    if (op === "lock" || (op === "tryLock" && extra === 1)) held.set(address, thread);
    else if (op === "unlock") held.delete(address);
  }
  const [only] = held;
  if (only === undefined || held.size > 1) return [];
  return [{ thread: -1, state: "locking", address: only[0], holder: only[1], frames: [] }];
}

/** `worker A`, or `main`. */
export function workerName(thread: number): string {
  return thread < 0 ? "main" : `worker ${String.fromCodePoint(65 + thread)}`;
}

/** The threads of a bit mask. */
export function threadsOf(mask: number): readonly number[] {
  return Array.from({ length: 31 }, (_, thread) => thread).filter(
    (thread) => ((mask >> thread) & 1) === 1,
  );
}
