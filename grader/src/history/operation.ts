/**
 * How a call ended, as its caller saw it.
 *
 * `code` is the thrown error's `code`, or its `name` where it has none
 * (`RangeError`). `pending` is a call that never returned: its thread died or
 * stayed blocked. It may have taken effect, or not.
 */
export type Outcome =
  | { readonly kind: "returned"; readonly value: unknown }
  | { readonly kind: "threw"; readonly code: string }
  | { readonly kind: "pending" };

/**
 * One call and its return, on the clock of the engine's step indexes.
 *
 * Intervals are closed: a call at time `t` comes before a return at `t`, so two
 * operations of different threads that touch there overlap. Two operations of
 * one thread that touch keep the order in which the history lists them.
 *
 * `args` and values are plain data, as `structuredClone` delivers them.
 */
export interface Operation {
  /** Identifies the operation in a report. The checker never reads it. */
  readonly id: number;
  readonly thread: number;
  /** The method's name, for a getter the property's. */
  readonly name: string;
  readonly args: readonly unknown[];
  readonly outcome: Outcome;
  readonly call: number;
  /** `Infinity` while pending. */
  readonly return: number;
}

/** When an operation returned: `Infinity` while it is pending, whatever its `return` says. */
export function returnTime(operation: Operation): number {
  return operation.outcome.kind === "pending" ? Infinity : operation.return;
}
