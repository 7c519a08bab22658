import type { Operation, Outcome } from "./operation.ts";

/**
 * What a legal order must keep: `linearizable` real time, `sequential` only the
 * order within each thread (Lamport, IEEE TC C-28(9), 1979).
 */
export type Consistency = "linearizable" | "sequential";

/**
 * The history is legal, and this order shows it. Pending operations that need
 * not have taken effect are not in it.
 */
export interface Linearization {
  readonly kind: "linearizable";
  readonly order: readonly Operation[];
}

/** A state in which an operation cannot take effect, and why. */
export interface StateBefore<State> {
  readonly state: State;
  /** What the model allows instead. Empty: the operation has to wait. Unknown to some models. */
  readonly allowed: readonly Outcome[] | undefined;
}

/**
 * The history is not legal: no order of its operations is.
 *
 * The evidence is a longest order that begins legally, and a completed
 * operation whose turn it would be. In whatever legal order the same
 * operations are put, they end in one of `states`, and in none of these can
 * `unplaced` take effect.
 */
export interface NotLinearizable<State> {
  readonly kind: "notLinearizable";
  /** The part of the object that this is about, where the model has parts. */
  readonly part: string | undefined;
  readonly longest: readonly Operation[];
  readonly unplaced: Operation;
  readonly states: readonly StateBefore<State>[];
  /** How many further states there are. */
  readonly omittedStates: number;
}

/** The search ended before it had decided: the history may be legal, or not. */
export interface Inconclusive {
  readonly kind: "inconclusive";
  /** How many pairs of placed operations and state were visited. */
  readonly visited: number;
}

/** What a check of one history decides. */
export type HistoryVerdict<State> = Linearization | NotLinearizable<State> | Inconclusive;
