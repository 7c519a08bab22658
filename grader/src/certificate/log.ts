/** What one execution did, step by step, as a certificate speaks of it and as its checker reads it. */

/** Set in an action, beside the thread: its sleep times out now. As in a plan. */
export const TIMES_OUT = 0x100;
/** Set in an action: the thread goes on with a spin that was treated as waiting. As in a plan. */
export const GOES_ON = 0x200;

/** One step. Sets of threads are bit masks. */
export interface LoggedStep {
  readonly thread: number;
  /** read, write, load, store, add, …, compareExchange, wait, notify, timeout, lock, unlock, arrive. */
  readonly op: string;
  /** Element type, such as Int32Array. */
  readonly type: string;
  /** Byte offset in the whole shared memory. */
  readonly address: number;
  /** Value before; decimal text for 64-bit integers. notify: number of threads woken. */
  readonly before: number | string;
  /** Value after. wait: the value that was expected; notify: the threads that were woken. */
  readonly after: number | string;
  /** compareExchange: 1 = success; wait: 1 = fell asleep; notify: number of threads woken. */
  readonly extra: number;
  /** Threads that could have taken this step, whose sleep could have timed out, or that waited by spinning. */
  readonly ready: number;
  readonly timed: number;
  readonly parked: number;
  /** Accesses in a round of the spin that the thread is in, or was waiting in; 0 = none. */
  readonly round: number;
  /** The thread was told to go on with that spin, and this step is one more access of it. */
  readonly goesOn: boolean;
}

/** A call of the submission, as far as its place in time goes: see {@link STEP_TIME}. */
export interface LoggedCall {
  /** -1 = the main thread, before or after the execution. */
  readonly thread: number;
  readonly call: number;
  /** null while pending. */
  readonly return: number | null;
}

/** The time of a step in the clock of the calls: step n begins at n × this. */
export const STEP_TIME = 2_048;

/** One execution. */
export interface LoggedExecution {
  /** How it ended: `done`, `deadlock`, …. */
  readonly end: string;
  readonly steps: readonly LoggedStep[];
  /** Steps that the search could choose; whatever comes after them was scheduled fairly, at random. */
  readonly chosen: number;
  readonly operations: readonly LoggedCall[];
}

const fields = [
  "thread",
  "op",
  "type",
  "address",
  "before",
  "after",
  "extra",
  "ready",
  "timed",
  "parked",
  "round",
  "goesOn",
] as const satisfies readonly (keyof LoggedStep)[];

/**
 * The text of which a certificate records a digest: everything that the execution showed, in an order that does
 * not depend on who says it.
 */
export function textOf({ end, steps, chosen, operations }: LoggedExecution): string {
  const rows = steps.map((step) => fields.map((field) => step[field]));
  const calls = operations.map((call) => Object.entries(call).toSorted(byName));
  return JSON.stringify([end, chosen, rows, calls], (_name, value: unknown) =>
    typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0))
      ? { number: Object.is(value, -0) ? "-0" : String(value) }
      : value,
  );
}

function byName([a]: [string, unknown], [b]: [string, unknown]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
