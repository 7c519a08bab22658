/**
 * Sampling strategies: they decide at every step who goes next, where exhaustive exploration is too dear.
 *
 * A strategy keeps its state in a block of 32-bit words, because in an execution each worker decides in turn.
 * It reads neither the clock nor `Math.random()`: the same seed always yields the same schedule.
 */

/** What stands open at a scheduling point. */
export interface Moment {
  /** Steps taken so far. */
  readonly step: number;
  /** Threads that could take a step, as a bit mask, | threads whose sleep could time out << 8. Never 0. */
  readonly open: number;
  /** The thread that took the step before; -1 = nobody yet. */
  readonly last: number;
  /**
   * Whether the operation that a thread has announced and the step taken last are dependent: they touch the same
   * bytes and one of them writes, or both use the queue of sleepers there. False where nothing is announced yet.
   */
  races(thread: number): boolean;
}

/** Decides a step: one of the open choices, as an action. */
export type Choose = (state: Int32Array, moment: Moment) => number;

/** What a strategy may know of the execution that it is about to decide. */
export interface Preparation {
  /** Any integer. */
  readonly seed: number;
  readonly threads: number;
  /** Steps of the longest execution so far. */
  readonly length: number;
  /** Steps that each thread took in earlier executions, on the average. */
  readonly events: readonly number[];
  /** How many ordering constraints a bug is looked for with; for the strategies that have such a parameter. */
  readonly depth: number;
}

/** A sampling strategy. */
export interface SamplingStrategy {
  /** Sets up one execution. */
  prepare(state: Int32Array, preparation: Preparation): void;
  readonly choose: Choose;
}
